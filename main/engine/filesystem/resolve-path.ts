import { LayerscopeError } from '../../../shared/api/errors.ts';
import { EntryKind } from '../archive/layer-index.ts';
import type { FileSelection } from './file-selection.ts';
import { Absent, type Filesystem, layerString } from './filesystem.ts';
import { findChild as findNode } from './find-child.ts';
import { textOf } from './path-text.ts';
import { compareNames, nameBytes } from './path-tree.ts';

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
 * The node of a path in a selection, which may be about what is no longer there: then the path is taken as it is
 * written, else as resolvePath does. Throws `path-not-found`.
 */
export function resolveSelected(
  selection: FileSelection,
  path: string,
  { followLast }: { readonly followLast: boolean },
): number {
  const { fs } = selection;
  const node = findSelected(selection, path) ?? resolvePath(fs, path);
  // What is a link now may have been a directory, and is one where a selection is about that.
  return (followLast && !selection.isDirectory(node) ? resolveLink(fs, node) : node) ?? node;
}

/** As resolveSelected; undefined where nothing is. */
export function findSelected(selection: FileSelection, path: string): number | undefined {
  const { fs } = selection;
  const written = findWritten(fs, path, (node) => selection.shows(node));
  if (written !== undefined && (selection.isDirectory(written) || fs.nodeKind[written] === Absent))
    return written;
  return findPath(fs, path) ?? written;
}

/** The node of a path as it is written, links not followed, live or not, of those that fit. */
export function findWritten(
  fs: Filesystem,
  path: string,
  fits: (node: number) => boolean = () => true,
): number | undefined {
  const { tree } = fs;
  let node = 0;
  for (const part of partsOf(Buffer.from(path))) {
    if (isDots(part, 1)) continue;
    const exact = findNode(tree, node, part);
    const child = exact >= 0 && fits(exact) ? exact : findShownAs(fs, node, part, fits);
    if (child < 0) return undefined;
    node = child;
  }
  return node;
}

/** As findChild, of everything that any layer has. */
function findShownAs(
  { tree }: Filesystem,
  parent: number,
  name: Uint8Array,
  fits: (node: number) => boolean,
): number {
  const text = textOf(name);
  if (!text.includes('\ufffd')) return -1;
  let found = -1;
  for (let n = 1; n < tree.count; n++) {
    if (tree.parent[n] !== parent || !fits(n) || textOf(nameBytes(tree, n)) !== text) continue;
    if (found < 0 || compareNames(tree, n, found) < 0) found = n;
  }
  return found;
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
  const exact = findNode(fs.tree, parent, name);
  if (exact >= 0 && fs.nodeKind[exact] !== Absent) return exact;
  const text = textOf(name);
  if (!text.includes('\ufffd') || fs.nodeKind[parent] !== EntryKind.Directory) return -1;
  // A name that is no UTF-8 comes back as it was shown, with replacement characters: the smallest that looks so.
  let found = -1;
  for (let child = fs.firstChild[parent]!; child >= 0; child = fs.nextSibling[child]!) {
    if (textOf(nameBytes(fs.tree, child)) !== text) continue;
    if (found < 0 || compareNames(fs.tree, child, found) < 0) found = child;
  }
  return found;
}
