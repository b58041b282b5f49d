import { pathChanges } from '../../../shared/model/file-filter.ts';
import { type EntryKindName, entryKinds, type FileRow } from '../../../shared/model/files.ts';
import { causes } from '../../../shared/model/image-document.ts';
import type { PackageName } from '../../../shared/model/package-name.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { packagesOf } from '../packages/packages-of.ts';
import type { FileSelection, SelectedItem } from './file-selection.ts';
import { Absent, type Filesystem, inodeKind, layerString } from './filesystem.ts';
import { kindIds } from './live-selection.ts';
import { nameOf, pathOf, textOf } from './path-text.ts';

/** A row of a path, with the sums of what the selection has of it. */
export function fileRow(selection: FileSelection, node: number): FileRow {
  const { fs } = selection;
  const row = {
    name: nameOf(fs, node),
    ...pathOf(fs, node),
    bytes: selection.bytes(node),
    files: selection.files(node),
    hasChildren: hasShownChild(selection, node),
  };
  // Where there are several, the last one stands for all.
  const item = selection.items(node).at(-1);
  if (item && (item.hiddenBy !== undefined || selection.isDirectory(node))) {
    return { ...row, ...goneFacts(fs, node, item) };
  }
  // What is something else now may have been a directory.
  const wasDirectory = selection.isDirectory(node) && fs.nodeKind[node] !== EntryKind.Directory && !item;
  const gone = wasDirectory || fs.nodeKind[node] === Absent;
  return { ...row, ...(gone ? goneDirectory : liveFacts(fs, node)) };
}

function hasShownChild(selection: FileSelection, node: number): boolean {
  if (!selection.isDirectory(node)) return false;
  const { firstChild, nextSibling } = selection;
  for (let child = firstChild[node]!; child >= 0; child = nextSibling[child]!) {
    if (selection.shows(child)) return true;
  }
  return false;
}

type Facts = Omit<FileRow, 'name' | 'path' | 'pathBase64' | 'bytes' | 'files' | 'hasChildren'>;

const implied = { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0 } as const;
/** A directory that is there only for what is no longer in it. */
const goneDirectory: Facts = { ...implied, gone: true };

function liveFacts(fs: Filesystem, node: number): Facts {
  const inode = fs.nodeInode[node]!;
  const layer = fs.nodeLayer[node]!;
  if (inode < 0) {
    return layer < 0
      ? implied
      : { kind: 'directory', layer, ...attributesOf(fs, layer, fs.nodeEntry[node]!) };
  }
  const carrier = fs.inodes.node[inode]!;
  return {
    layer,
    ...inodeFacts(fs, inode),
    change: pathChanges[fs.nodeChange[node]!]!,
    ...(carrier !== node && { sameAs: pathOf(fs, carrier).path }),
    ...packageFact(fs, node),
  };
}

function packageFact(fs: Filesystem, node: number): { readonly package?: PackageName } {
  const { list, ofNode } = packagesOf(fs);
  const owner = list[ofNode[node]!];
  if (!owner) return {};
  const { id, ecosystem, name, version } = owner;
  return { package: { id, ecosystem, name, version } };
}

function goneFacts(fs: Filesystem, node: number, { inode, hiddenBy }: SelectedItem): Facts {
  const { inodes } = fs;
  const cause =
    inodes.links[inode] === 0 && inodes.node[inode] === node && inodes.hiddenBy[inode] === hiddenBy;
  return {
    layer: inodes.layer[inode]!,
    ...inodeFacts(fs, inode),
    ...(hiddenBy !== undefined && { gone: true, hiddenBy }),
    ...(cause && { cause: causes[inodes.cause[inode]!]! }),
  };
}

/** A name's attributes and origin are its inode's. */
function inodeFacts(fs: Filesystem, inode: number): Omit<Facts, 'layer'> {
  const kind = kindName(inodeKind(fs, inode));
  const layer = fs.inodes.layer[inode]!;
  const entry = fs.inodes.entry[inode]!;
  const index = fs.layers[layer]!;
  return {
    kind,
    ...attributesOf(fs, layer, entry),
    ...(fs.origins && { origin: fs.origins.sources[fs.origins.ofInode[inode]!]! }),
    ...(kind === 'symlink' && { target: textOf(layerString(index, index.entryTarget[entry]!)) }),
  };
}

export function attributesOf(
  fs: Filesystem,
  layer: number,
  entry: number,
): Pick<FileRow, 'mode' | 'uid' | 'gid' | 'mtime'> {
  const index = fs.layers[layer]!;
  return {
    mode: index.entryMode[entry]!,
    uid: index.entryUid[entry]!,
    gid: index.entryGid[entry]!,
    mtime: index.entryMtime[entry]!,
  };
}

export function kindName(kind: number): EntryKindName {
  const name = entryKinds[kindIds.indexOf(kind)];
  if (name) return name;
  throw new Error(`No ${entryKinds.join(', ')} but kind ${kind}`);
}

/** The layer and entry whose attributes a path shows; undefined of a directory that no layer has. */
export function shownEntry(selection: FileSelection, node: number): readonly [number, number] | undefined {
  const { fs } = selection;
  const item = selection.items(node).at(-1);
  if (item) return [fs.inodes.layer[item.inode]!, fs.inodes.entry[item.inode]!];
  if (fs.nodeKind[node] !== EntryKind.Directory || fs.nodeLayer[node]! < 0) return undefined;
  return [fs.nodeLayer[node]!, fs.nodeEntry[node]!];
}

/** The layer that a path's row shows: of what is live its entry's, which a hard link may have from above its content. */
export function shownLayer(selection: FileSelection, node: number): number {
  const item = selection.items(node).at(-1);
  const isLive = item && item.hiddenBy === undefined && !selection.isDirectory(node);
  return isLive ? selection.fs.nodeLayer[node]! : (shownEntry(selection, node)?.[0] ?? -1);
}
