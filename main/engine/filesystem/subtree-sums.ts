import type { FileFilter } from '../../../shared/api/contract.ts';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { Absent, type Filesystem } from './filesystem.ts';

/** Sums over what a filter lets through, by node: itself and all below it. */
export interface SubtreeSums {
  readonly bytes: Float64Array;
  /** Live names of regular files. */
  readonly files: Uint32Array;
  /** 1: itself or something below it is no directory, and let through. */
  readonly shown: Uint8Array;
}

/** A view changes its filter now and then and asks often: all files, and the last layer asked for. */
const cache = new WeakMap<Filesystem, { all?: SubtreeSums; layer?: number; ofLayer?: SubtreeSums }>();

/** Sums of an image under a filter. Throws `invalid-input` for a layer that the image does not have. */
export function subtreeSums(fs: Filesystem, filter: FileFilter = {}): SubtreeSums {
  let cached = cache.get(fs);
  if (!cached) {
    cached = {};
    cache.set(fs, cached);
  }
  const { layer } = filter;
  if (layer === undefined) {
    cached.all ??= sumUp(fs, undefined);
    return cached.all;
  }
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
  const { tree, nodeKind, nodeInode, inodes } = fs;
  const { count, parent } = tree;
  const bytes = new Float64Array(count);
  const files = new Uint32Array(count);
  const shown = new Uint8Array(count);
  for (let n = count - 1; n >= 0; n--) {
    const kind = nodeKind[n]!;
    if (kind === Absent) continue;
    if (kind !== EntryKind.Directory) {
      const inode = nodeInode[n]!;
      if (layer !== undefined && inodes.layer[inode] !== layer) continue;
      shown[n] = 1;
      if (kind === EntryKind.File) files[n] = 1;
      if (inodes.node[inode] === n) bytes[n] = inodes.size[inode]!;
    }
    if (n === 0 || shown[n] === 0) continue;
    const up = parent[n]!;
    bytes[up]! += bytes[n]!;
    files[up]! += files[n]!;
    shown[up] = 1;
  }
  return { bytes, files, shown };
}
