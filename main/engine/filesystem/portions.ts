import { EntryKind } from '../archive/layer-index.ts';
import { Absent, type Inodes } from './filesystem.ts';

/**
 * What is directly in each live directory and no directory itself, by the layer its content is from: one row a
 * directory and layer. Sums of a subtree add up these few rows instead of a million files.
 */
export interface Portions {
  readonly directory: Uint32Array;
  readonly layer: Uint32Array;
  readonly bytes: Float64Array;
  /** Files that carry these bytes: empty ones and hard links' other names do not. */
  readonly carriers: Uint32Array;
  /** Live names of regular files. */
  readonly files: Uint32Array;
}

export function directoryPortions(
  tree: { readonly count: number; readonly parent: Uint32Array },
  nodeKind: Uint8Array,
  nodeInode: Int32Array,
  inodes: Inodes,
): Portions {
  const directory: number[] = [];
  const layer: number[] = [];
  const bytes: number[] = [];
  const carriers: number[] = [];
  const files: number[] = [];
  // Rows of one directory as a list; few layers put something into the same one.
  const next: number[] = [];
  const firstRow = new Int32Array(tree.count).fill(-1);
  for (let n = 1; n < tree.count; n++) {
    const kind = nodeKind[n]!;
    if (kind === Absent || kind === EntryKind.Directory) continue;
    const inode = nodeInode[n]!;
    const from = inodes.layer[inode]!;
    const parent = tree.parent[n]!;
    let row = firstRow[parent]!;
    while (row >= 0 && layer[row] !== from) row = next[row]!;
    if (row < 0) {
      row = directory.push(parent) - 1;
      layer.push(from);
      bytes.push(0);
      carriers.push(0);
      files.push(0);
      next.push(firstRow[parent]!);
      firstRow[parent] = row;
    }
    if (kind !== EntryKind.File) continue;
    files[row]!++;
    const size = inodes.size[inode]!;
    if (size === 0 || inodes.node[inode] !== n) continue;
    bytes[row]! += size;
    carriers[row]!++;
  }
  return {
    directory: Uint32Array.from(directory),
    layer: Uint32Array.from(layer),
    bytes: Float64Array.from(bytes),
    carriers: Uint32Array.from(carriers),
    files: Uint32Array.from(files),
  };
}
