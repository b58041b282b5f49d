import { EntryKind } from '../archive/layer-index.ts';
import { Absent, type Inodes } from './filesystem.ts';

/**
 * What is directly in each directory and no directory itself, by the layer its content is from: one row a directory
 * and layer. Sums of a subtree add up these few rows instead of a million files.
 */
export interface Portions {
  readonly directory: Uint32Array;
  readonly layer: Uint32Array;
  readonly bytes: Float64Array;
  /** Files that carry these bytes: empty ones and hard links' other names do not. */
  readonly carriers: Uint32Array;
  /** Names of regular files. */
  readonly files: Uint32Array;
}

/** Portions of what is live, or of what of it passes. */
export function directoryPortions(
  tree: { readonly count: number; readonly parent: Uint32Array },
  nodeKind: Uint8Array,
  nodeInode: Int32Array,
  inodes: Inodes,
  passes?: (node: number) => boolean,
): Portions {
  const table = new PortionTable(tree.count);
  for (let n = 1; n < tree.count; n++) {
    const kind = nodeKind[n]!;
    if (kind === Absent || kind === EntryKind.Directory) continue;
    if (passes && !passes(n)) continue;
    const inode = nodeInode[n]!;
    const isFile = kind === EntryKind.File;
    const bytes = isFile && inodes.node[inode] === n ? inodes.size[inode]! : 0;
    table.add(tree.parent[n]!, inodes.layer[inode]!, bytes, isFile);
  }
  return table.finish();
}

/** Portions in the making. */
export class PortionTable {
  readonly #directory: number[] = [];
  readonly #layer: number[] = [];
  readonly #bytes: number[] = [];
  readonly #carriers: number[] = [];
  readonly #files: number[] = [];
  /** Rows of one directory as a list; few layers put something into the same one. */
  readonly #next: number[] = [];
  readonly #firstRow: Int32Array;

  constructor(nodes: number) {
    this.#firstRow = new Int32Array(nodes).fill(-1);
  }

  /** Something directly in the directory: its layer, the bytes it carries. */
  add(directory: number, layer: number, bytes: number, isFile: boolean): void {
    let row = this.#firstRow[directory]!;
    while (row >= 0 && this.#layer[row] !== layer) row = this.#next[row]!;
    if (row < 0) row = this.#addRow(directory, layer);
    if (isFile) this.#files[row]!++;
    if (bytes === 0) return;
    this.#bytes[row]! += bytes;
    this.#carriers[row]!++;
  }

  #addRow(directory: number, layer: number): number {
    const row = this.#directory.push(directory) - 1;
    this.#layer.push(layer);
    this.#bytes.push(0);
    this.#carriers.push(0);
    this.#files.push(0);
    this.#next.push(this.#firstRow[directory]!);
    this.#firstRow[directory] = row;
    return row;
  }

  finish(): Portions {
    return {
      directory: Uint32Array.from(this.#directory),
      layer: Uint32Array.from(this.#layer),
      bytes: Float64Array.from(this.#bytes),
      carriers: Uint32Array.from(this.#carriers),
      files: Uint32Array.from(this.#files),
    };
  }
}
