import type { FileFilter } from '../../../shared/model/file-filter.ts';
import { entryKinds } from '../../../shared/model/files.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { type FileSelection, isEmptyFilter, type SelectedItem } from './file-selection.ts';
import { ChangeId, carriedBytes, type Filesystem, isLeaf } from './filesystem.ts';
import { directoryPortions, type Portions } from './portions.ts';

/** Of the model's kinds in that order. */
export const kindIds: readonly number[] = [
  EntryKind.File,
  EntryKind.Directory,
  EntryKind.Symlink,
  EntryKind.Character,
  EntryKind.Block,
  EntryKind.Fifo,
];

/** First and last layer of a filter. */
export function layerRange({ layer, layers }: FileFilter): readonly [number, number] {
  const [from, to] = layers ? [layers.from, layers.to] : [0, Number.POSITIVE_INFINITY];
  return layer === undefined ? [from, to] : [Math.max(from, layer), Math.min(to, layer)];
}

/** What a kind of content must be: by size and kind of entry. */
export function contentTest({ minBytes = 0, maxBytes = Number.POSITIVE_INFINITY, kinds }: FileFilter) {
  const passes = new Uint8Array(256).fill(kinds ? 0 : 1);
  for (const kind of kinds ?? []) passes[kindIds[entryKinds.indexOf(kind)]!] = 1;
  return (kind: number, size: number): boolean => passes[kind] === 1 && size >= minBytes && size <= maxBytes;
}

/** What is live and has these; undefined: all that is no directory. `hits` has 1 where the path matches the glob. */
export function liveTest(
  fs: Filesystem,
  filter: FileFilter,
  hits: Uint8Array | undefined,
): ((node: number) => boolean) | undefined {
  const { inodes, nodeInode, nodeKind, nodeChange } = fs;
  const [from, to] = layerRange(filter);
  const { changes, kinds, minBytes, maxBytes, glob } = filter;
  const ofLayers = (node: number) => {
    const layer = inodes.layer[nodeInode[node]!]!;
    return layer >= from && layer <= to;
  };
  if (!changes && !kinds && !glob && minBytes === undefined && maxBytes === undefined) {
    return from > 0 || to < fs.layers.length - 1 ? ofLayers : undefined;
  }
  const content = contentTest(filter);
  const change = new Uint8Array(3).fill(changes ? 0 : 1);
  for (const name of changes ?? []) if (name !== 'removed') change[ChangeId[name]] = 1;
  return (node) => {
    if (hits && hits[node] === 0) return false;
    if (change[nodeChange[node]!] === 0 || !ofLayers(node)) return false;
    return content(nodeKind[node]!, inodes.size[nodeInode[node]!]!);
  };
}

/** What is live and passes the filter. */
export function selectLive(fs: Filesystem, filter: FileFilter, hits: Uint8Array | undefined): FileSelection {
  const passes = liveTest(fs, filter, hits);
  const all = isEmptyFilter(filter);
  const { count } = fs.tree;
  const portions = livePortions(fs, filter, passes);
  // Only what directories have is ever touched in these.
  const bytes = new Float64Array(count);
  const files = new Uint32Array(count);
  const shown = new Uint8Array(count);
  sumUp(fs.tree.parent, fs.directories, portions, { bytes, files, shown });

  const has = (node: number) => isLeaf(fs, node) && (!passes || passes(node));
  const ownBytes = (node: number) => (has(node) ? carriedBytes(fs, node) : 0);
  const ownFiles = (node: number) => (fs.nodeKind[node] === EntryKind.File && has(node) ? 1 : 0);
  const isDirectory = (node: number) => fs.nodeKind[node] === EntryKind.Directory;
  return {
    fs,
    filter,
    portions,
    directories: fs.directories,
    firstChild: fs.firstChild,
    nextSibling: fs.nextSibling,
    isDirectory,
    has,
    shows: (node) => (isDirectory(node) ? all || shown[node] === 1 : has(node)),
    bytes: (node) => (isDirectory(node) ? bytes[node]! : ownBytes(node)),
    files: (node) => (isDirectory(node) ? files[node]! : ownFiles(node)),
    ownBytes,
    ownFiles,
    items: (node): SelectedItem[] =>
      has(node) ? [{ inode: fs.nodeInode[node]!, bytes: carriedBytes(fs, node) }] : [],
  };
}

/** Layers alone choose rows of what is summed up already. */
function livePortions(
  fs: Filesystem,
  filter: FileFilter,
  passes: ((node: number) => boolean) | undefined,
): Portions {
  if (!passes) return fs.portions;
  const { layer, layers, ...others } = filter;
  if (!isEmptyFilter(others)) {
    return directoryPortions(fs.tree, fs.nodeKind, fs.nodeInode, fs.inodes, passes);
  }
  const [from, to] = layerRange(filter);
  const { portions } = fs;
  const within = (_: number, row: number) => portions.layer[row]! >= from && portions.layer[row]! <= to;
  return {
    directory: portions.directory.filter(within),
    layer: portions.layer.filter(within),
    bytes: portions.bytes.filter(within),
    carriers: portions.carriers.filter(within),
    files: portions.files.filter(within),
  };
}

/** Adds what is directly in directories up to the root. `directories` has parents before children. */
export function sumUp(
  parent: ArrayLike<number>,
  directories: ArrayLike<number>,
  portions: Portions,
  sums: { readonly bytes: Float64Array; readonly files: Uint32Array; readonly shown: Uint8Array },
): void {
  const { bytes, files, shown } = sums;
  for (let row = 0; row < portions.directory.length; row++) {
    const directory = portions.directory[row]!;
    bytes[directory]! += portions.bytes[row]!;
    files[directory]! += portions.files[row]!;
    shown[directory] = 1;
  }
  for (let d = directories.length - 1; d > 0; d--) {
    const directory = directories[d]!;
    const up = parent[directory]!;
    bytes[up]! += bytes[directory]!;
    files[up]! += files[directory]!;
    if (shown[directory] === 1) shown[up] = 1;
  }
}
