import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import { Absent, type Filesystem, layerString } from '../filesystem/filesystem.ts';
import { pathBytes } from '../filesystem/path-tree.ts';
import { type Tree, type TreeEntry, withNames } from './tree.ts';

const kinds: Readonly<Record<number, TreeEntry['kind']>> = {
  [EntryKind.File]: 'file',
  [EntryKind.Directory]: 'directory',
  [EntryKind.Symlink]: 'symlink',
  [EntryKind.Character]: 'character',
  [EntryKind.Block]: 'block',
  [EntryKind.Fifo]: 'fifo',
};

/** What our merge holds, every path of it. */
export function mergedTree(fs: Filesystem): Tree {
  const tree: Tree = new Map();
  const names = new Map<number, string[]>();
  for (let node = 0; node < fs.tree.count; node++) {
    if (fs.nodeKind[node] === Absent) continue;
    const path = text(pathBytes(fs.tree, node));
    tree.set(path, entryOf(fs, node));
    const inode = fs.nodeInode[node]!;
    if (inode < 0) continue;
    const group = names.get(inode);
    if (group) group.push(path);
    else names.set(inode, [path]);
  }
  return withNames(tree, names.values());
}

function entryOf(fs: Filesystem, node: number): TreeEntry {
  const kind = kinds[fs.nodeKind[node]!]!;
  const inode = fs.nodeInode[node]!;
  const number = inode < 0 ? fs.nodeLayer[node]! : fs.inodes.layer[inode]!;
  // A directory that no layer has an entry for.
  if (number < 0) return { kind, mode: '755', uid: 0, gid: 0 };
  const layer = fs.layers[number]!;
  const entry = inode < 0 ? fs.nodeEntry[node]! : fs.inodes.entry[inode]!;
  const size = layer.entrySize[entry]!;
  const target = layer.entryTarget[entry]!;
  const xattrs = xattrsOf(layer, entry);
  return {
    kind,
    mode: layer.entryMode[entry]!.toString(8),
    uid: layer.entryUid[entry]!,
    gid: layer.entryGid[entry]!,
    mtime: Math.floor(layer.entryMtime[entry]! / 1000),
    ...(kind === 'file' ? { size } : {}),
    ...(kind === 'file' && size > 0 ? { hash: hashOf(layer, entry) } : {}),
    ...(kind !== 'file' && target >= 0 ? { target: text(layerString(layer, target)) } : {}),
    ...(xattrs.length > 0 ? { xattrs } : {}),
  };
}

function hashOf({ entryHash }: LayerIndex, entry: number): string {
  return Buffer.from(entryHash.slice(entry * 4, entry * 4 + 4).buffer).toString('hex');
}

function xattrsOf(layer: LayerIndex, entry: number): string[] {
  const lines = text(layerString(layer, layer.entryXattrs[entry]!)).split('\n').filter(Boolean);
  return lines.map((line) => {
    const equals = line.indexOf('=');
    return `${line.slice(0, equals)}=${text(Buffer.from(line.slice(equals + 1), 'base64'))}`;
  });
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
