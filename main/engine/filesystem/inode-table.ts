import {
  type Numbers,
  release,
  type Signed,
  signedColumn,
  trimmed,
  type Unsigned,
  unsignedColumn,
} from '../archive/columns.ts';
import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import { CauseId, type Inodes } from './filesystem.ts';
import { comparePaths, type PathTree } from './path-tree.ts';

/** The inodes of a merge in progress. They live as long as they have names. */
export class InodeTable {
  count = 0;
  readonly layer: Unsigned;
  readonly entry: Uint32Array;
  /** EntryKind of what they are: never a hard link. */
  readonly kind: Uint8Array;
  readonly size: Numbers;
  readonly links: Uint32Array;
  /** The smallest name that went in layer `hiddenBy`, and how: what killed the inode once no name is left. */
  readonly node: Uint32Array;
  readonly hiddenBy: Signed;
  readonly cause: Uint8Array;

  /** Of these layers, with room for all that they can make. */
  constructor(layers: readonly (LayerIndex | undefined)[]) {
    let capacity = 0;
    let largest = 0;
    for (const layer of layers) {
      if (!layer) continue;
      for (let entry = 0; entry < layer.entryCount; entry++) {
        const kind = layer.entryKind[entry]!;
        if (kind !== EntryKind.Directory && kind < EntryKind.Whiteout) capacity++;
        const size = layer.entrySize[entry]!;
        if (size > largest) largest = size;
      }
    }
    this.layer = unsignedColumn(layers.length, capacity);
    this.entry = new Uint32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.size = largest > 0xffff_ffff ? new Float64Array(capacity) : unsignedColumn(largest, capacity);
    this.links = new Uint32Array(capacity);
    this.node = new Uint32Array(capacity);
    this.hiddenBy = signedColumn(layers.length, capacity);
    this.cause = new Uint8Array(capacity);
  }

  /** One without a name yet. */
  add(layer: number, entry: number, kind: number, size: number): number {
    const inode = this.count++;
    this.layer[inode] = layer;
    this.entry[inode] = entry;
    this.kind[inode] = kind;
    this.size[inode] = size;
    this.hiddenBy[inode] = -1;
    return inode;
  }

  /** A name goes in a layer. */
  drop(inode: number, tree: PathTree, name: number, layer: number, cause: CauseId): void {
    this.links[inode]!--;
    // Of several names that go in one layer the smallest one's way counts; of one that goes twice the last.
    const first = this.hiddenBy[inode] !== layer;
    if (!first && comparePaths(tree, name, tree, this.node[inode]!) > 0) return;
    this.hiddenBy[inode] = layer;
    this.node[inode] = name;
    // What this same tar stored was repeated, whatever came in its place.
    this.cause[inode] = this.layer[inode] === layer ? CauseId.repeated : cause;
  }

  /** When all is merged: the inodes, the byte-wise smallest of its live names carrying the bytes of each live one. */
  finish(tree: PathTree, nodeInode: Int32Array): Inodes {
    const { count } = this;
    release(this.kind);
    const links = trimmed(this.links, count);
    const node = trimmed(this.node, count);
    const none = 0;
    for (let i = 0; i < count; i++) if (links[i]! > 0) node[i] = none;
    for (let n = 1; n < tree.count; n++) {
      const inode = nodeInode[n]!;
      if (inode < 0) continue;
      const chosen = node[inode]!;
      if (chosen === none || comparePaths(tree, n, tree, chosen) < 0) node[inode] = n;
    }
    return {
      count,
      layer: trimmed(this.layer, count),
      entry: trimmed(this.entry, count),
      size: trimmed(this.size, count),
      links,
      node,
      hiddenBy: trimmed(this.hiddenBy, count),
      cause: trimmed(this.cause, count),
    };
  }
}
