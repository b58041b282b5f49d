import { LayerscopeError } from '../../../shared/api/errors.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { Absent, type Filesystem, layerString } from './filesystem.ts';
import { textOf } from './path-text.ts';
import { compareNames } from './path-tree.ts';

/** As many links as Linux follows in one path (path_resolution(7)). */
const mostLinks = 40;

/** The live node of an absolute path. Links on the way are followed inside the image, one at the end is not. */
export function findPath(fs: Filesystem, path: string): number | undefined {
  return walk(fs, 0, Buffer.from(path), false);
}

/** As findPath, but throws `path-not-found`. */
export function resolvePath(fs: Filesystem, path: string): number {
  const node = findPath(fs, path);
  if (node !== undefined) return node;
  throw new LayerscopeError({
    code: 'path-not-found',
    message: `The image has no path ${path}`,
    hint: 'Go up to a folder that exists, or open the image again if it was rebuilt',
  });
}

/**
 * Where a symbolic link leads in the end: absolute targets begin at the image's root and `..` never leaves it.
 * Undefined when it leads to nothing, or in a circle; any other node leads to itself.
 */
export function resolveLink(fs: Filesystem, node: number): number | undefined {
  if (fs.nodeKind[node] !== EntryKind.Symlink) return node;
  return walk(fs, fs.tree.parent[node]!, symlinkTarget(fs, node), true);
}

/** The target as it is written in the link; none of what is no symbolic link. */
export function symlinkTarget(fs: Filesystem, node: number): Uint8Array {
  const inode = fs.nodeInode[node]!;
  if (inode < 0 || fs.nodeKind[node] !== EntryKind.Symlink) return new Uint8Array(0);
  const layer = fs.layers[fs.inodes.layer[inode]!]!;
  return layerString(layer, layer.entryTarget[fs.inodes.entry[inode]!]!);
}

function walk(fs: Filesystem, from: number, path: Uint8Array, followLast: boolean): number | undefined {
  const rest = partsOf(path).reverse();
  let node = path[0] === slash ? 0 : from;
  let links = 0;
  for (let part = rest.pop(); part; part = rest.pop()) {
    if (isDots(part, 1)) continue;
    if (isDots(part, 2)) {
      node = fs.tree.parent[node]!;
      continue;
    }
    const child = findChild(fs, node, part);
    if (child < 0) return undefined;
    if (fs.nodeKind[child] === EntryKind.Symlink && (rest.length > 0 || followLast)) {
      if (++links > mostLinks) return undefined;
      const target = symlinkTarget(fs, child);
      if (target[0] === slash) node = 0;
      rest.push(...partsOf(target).reverse());
    } else {
      node = child;
    }
  }
  return node;
}

const slash = 0x2f;
const dot = 0x2e;

function isDots(part: Uint8Array, count: number): boolean {
  return part.length === count && part.every((byte) => byte === dot);
}

function partsOf(path: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i <= path.length; i++) {
    if (i < path.length && path[i] !== slash) continue;
    if (i > start) parts.push(path.subarray(start, i));
    start = i + 1;
  }
  return parts;
}

function findChild(fs: Filesystem, parent: number, name: Uint8Array): number {
  const exact = fs.tree.find(parent, name);
  if (exact >= 0 && fs.nodeKind[exact] !== Absent) return exact;
  const text = textOf(name);
  if (!text.includes('\ufffd') || fs.nodeKind[parent] !== EntryKind.Directory) return -1;
  // A name that is no UTF-8 comes back as it was shown, with replacement characters: the smallest that looks so.
  let found = -1;
  for (let child = fs.firstChild[parent]!; child >= 0; child = fs.nextSibling[child]!) {
    if (textOf(fs.tree.nameOf(child)) !== text) continue;
    if (found < 0 || compareNames(fs.tree, child, found) < 0) found = child;
  }
  return found;
}
