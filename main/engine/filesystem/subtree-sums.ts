import type { FileFilter } from '../../../shared/api/contract.ts';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { carriedBytes, type Filesystem, isLeaf } from './filesystem.ts';

/** Sums over what a filter lets through, of a node: itself and all below it. */
export interface SubtreeSums {
  bytes(node: number): number;
  /** Live names of regular files. */
  files(node: number): number;
  /** Whether itself or something below it is no directory, and let through. */
  shows(node: number): boolean;
}

/** A view changes its filter now and then and asks often: kept are all files, and the last layer asked for. */
const cache = new WeakMap<Filesystem, { all: SubtreeSums; layer?: number; ofLayer?: SubtreeSums }>();

/** Sums of an image under a filter. Throws `invalid-input` for a layer that the image does not have. */
export function subtreeSums(fs: Filesystem, filter: FileFilter = {}): SubtreeSums {
  let cached = cache.get(fs);
  if (!cached) {
    cached = { all: sumUp(fs, undefined) };
    cache.set(fs, cached);
  }
  const { layer } = filter;
  if (layer === undefined) return cached.all;
  if (layer >= fs.layers.length) {
    throw new LayerscopeError({
      code: 'invalid-input',
      message: `The image has ${fs.layers.length} layers, and none with index ${layer}`,
      hint: 'Choose one of its layers',
    });
  }
  if (cached.layer !== layer || !cached.ofLayer) {
    cached.layer = layer;
    cached.ofLayer = sumUp(fs, layer);
  }
  return cached.ofLayer;
}

function sumUp(fs: Filesystem, layer: number | undefined): SubtreeSums {
  const { portions, directories } = fs;
  const { parent, count } = fs.tree;
  // Only what directories have is ever touched in these.
  const bytes = new Float64Array(count);
  const files = new Uint32Array(count);
  const shows = new Uint8Array(count);
  for (let row = 0; row < portions.directory.length; row++) {
    if (layer !== undefined && portions.layer[row] !== layer) continue;
    const directory = portions.directory[row]!;
    bytes[directory]! += portions.bytes[row]!;
    files[directory]! += portions.files[row]!;
    shows[directory] = 1;
  }
  for (let d = directories.length - 1; d > 0; d--) {
    const directory = directories[d]!;
    const up = parent[directory]!;
    bytes[up]! += bytes[directory]!;
    files[up]! += files[directory]!;
    if (shows[directory] === 1) shows[up] = 1;
  }

  const passes = (leaf: number) => layer === undefined || fs.inodes.layer[fs.nodeInode[leaf]!] === layer;
  return {
    bytes: (node) => {
      if (!isLeaf(fs, node)) return bytes[node]!;
      return passes(node) ? carriedBytes(fs, node) : 0;
    },
    files: (node) => {
      if (!isLeaf(fs, node)) return files[node]!;
      return fs.nodeKind[node] === EntryKind.File && passes(node) ? 1 : 0;
    },
    shows: (node) => (isLeaf(fs, node) ? passes(node) : shows[node] === 1),
  };
}
