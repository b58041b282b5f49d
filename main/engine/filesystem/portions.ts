import { release } from '../archive/columns.ts';
import { GrowingColumn } from '../archive/growing-column.ts';
import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from './filesystem.ts';

/**
 * What is directly in each directory and no directory itself, by the layer its content is from and by its origin: one
 * row a directory, layer and source. Sums of a subtree add up these few rows instead of a million files.
 */
export interface Portions {
  readonly directory: Uint32Array;
  readonly layer: Uint32Array;
  /** An index into the image's sources; 0 of all where origins do not matter. */
  readonly source: Uint32Array;
  readonly bytes: Float64Array;
  /** Files that carry these bytes: empty ones and hard links' other names do not. */
  readonly carriers: Uint32Array;
  /** Names of regular files. */
  readonly files: Uint32Array;
}

/** What is live, as far as portions of it need it. */
export type LiveFiles = Pick<Filesystem, 'nodeKind' | 'nodeInode' | 'inodes' | 'origins'> & {
  readonly tree: { readonly count: number; readonly parent: Uint32Array };
};

/** Portions of what is live, or of what of it passes. */
export function directoryPortions(
  { tree, nodeKind, nodeInode, inodes, origins }: LiveFiles,
  passes?: (node: number, inode: number) => boolean,
): Portions {
  const table = new PortionTable(tree.count);
  const { layer, size, node: carrier } = inodes;
  const sourceOf = origins?.ofInode;
  // Files of one directory mostly come one after another: what they have in common is looked up once.
  let [inDirectory, ofLayer, ofSource] = [-1, -1, -1];
  let [bytes, carriers, files] = [0, 0, 0];
  for (let n = 1; n < tree.count; n++) {
    const inode = nodeInode[n]!;
    // What has an inode is live and no directory.
    if (inode < 0 || (passes && !passes(n, inode))) continue;
    const source = sourceOf ? sourceOf[inode]! : 0;
    if (tree.parent[n] !== inDirectory || layer[inode] !== ofLayer || source !== ofSource) {
      if (inDirectory >= 0) table.add(inDirectory, ofLayer, ofSource, bytes, carriers, files);
      [inDirectory, ofLayer, ofSource] = [tree.parent[n]!, layer[inode]!, source];
      [bytes, carriers, files] = [0, 0, 0];
    }
    if (nodeKind[n] !== EntryKind.File) continue;
    files++;
    if (carrier[inode] !== n || size[inode] === 0) continue;
    bytes += size[inode]!;
    carriers++;
  }
  if (inDirectory >= 0) table.add(inDirectory, ofLayer, ofSource, bytes, carriers, files);
  return table.finish();
}

/** Portions in the making. */
export class PortionTable {
  readonly #directory = new GrowingColumn(new Uint32Array(64));
  readonly #layer = new GrowingColumn(new Uint32Array(64));
  readonly #source = new GrowingColumn(new Uint32Array(64));
  readonly #bytes = new GrowingColumn(new Float64Array(64));
  readonly #carriers = new GrowingColumn(new Uint32Array(64));
  readonly #files = new GrowingColumn(new Uint32Array(64));
  /** Rows + 1 of one directory as a list, ended by 0; few layers and sources put something into the same one. */
  readonly #next = new GrowingColumn(new Uint32Array(64));
  readonly #firstRow: Uint32Array;

  constructor(nodes: number) {
    this.#firstRow = new Uint32Array(nodes);
  }

  /** Something directly in the directory: its layer and source, and sums of it. */
  add(
    directory: number,
    layer: number,
    source: number,
    bytes: number,
    carriers: number,
    files: number,
  ): void {
    const layers = this.#layer.values;
    const sources = this.#source.values;
    let row = this.#firstRow[directory]! - 1;
    while (row >= 0 && (layers[row] !== layer || sources[row] !== source)) row = this.#next.values[row]! - 1;
    if (row < 0) row = this.#addRow(directory, layer, source);
    this.#bytes.values[row]! += bytes;
    this.#carriers.values[row]! += carriers;
    this.#files.values[row]! += files;
  }

  #addRow(directory: number, layer: number, source: number): number {
    this.#directory.push(directory);
    this.#layer.push(layer);
    this.#source.push(source);
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
      source: this.#source.finish(),
      bytes: this.#bytes.finish(),
      carriers: this.#carriers.finish(),
      files: this.#files.finish(),
    };
  }
}
