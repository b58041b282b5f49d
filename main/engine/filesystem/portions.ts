import { release } from '../archive/columns.ts';
import { GrowingColumn } from '../archive/growing-column.ts';
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
  readonly #directory = new GrowingColumn(new Uint32Array(64));
  readonly #layer = new GrowingColumn(new Uint32Array(64));
  readonly #bytes = new GrowingColumn(new Float64Array(64));
  readonly #carriers = new GrowingColumn(new Uint32Array(64));
  readonly #files = new GrowingColumn(new Uint32Array(64));
  /** Rows + 1 of one directory as a list, ended by 0; few layers put something into the same one. */
  readonly #next = new GrowingColumn(new Uint32Array(64));
  readonly #firstRow: Uint32Array;

  constructor(nodes: number) {
    this.#firstRow = new Uint32Array(nodes);
  }

  /** Something directly in the directory: its layer, the bytes it carries. */
  add(directory: number, layer: number, bytes: number, isFile: boolean): void {
    let row = this.#firstRow[directory]! - 1;
    while (row >= 0 && this.#layer.values[row] !== layer) row = this.#next.values[row]! - 1;
    if (row < 0) row = this.#addRow(directory, layer);
    if (isFile) this.#files.values[row]!++;
    if (bytes === 0) return;
    this.#bytes.values[row]! += bytes;
    this.#carriers.values[row]!++;
  }

  #addRow(directory: number, layer: number): number {
    this.#directory.push(directory);
    this.#layer.push(layer);
    this.#bytes.push(0);
    this.#carriers.push(0);
    this.#files.push(0);
    this.#next.push(this.#firstRow[directory]!);
    this.#firstRow[directory] = this.#next.length;
    return this.#next.length - 1;
  }

  finish(): Portions {
    release(this.#firstRow);
    this.#next.finish();
    return {
      directory: this.#directory.finish(),
      layer: this.#layer.finish(),
      bytes: this.#bytes.finish(),
      carriers: this.#carriers.finish(),
      files: this.#files.finish(),
    };
  }
}
