import { CauseId, type Inodes } from './filesystem.ts';
import { comparePaths, type PathTree } from './path-tree.ts';

/** The inodes of a merge in progress. They live as long as they have names. */
export class InodeTable implements Inodes {
  count = 0;
  readonly layer: Int32Array;
  readonly entry: Int32Array;
  /** EntryKind of what they are: never a hard link. */
  readonly kind: Uint8Array;
  readonly size: Float64Array;
  readonly links: Uint32Array;
  /** The smallest name that went in layer `hiddenBy`, and how: what killed the inode once no name is left. */
  readonly node: Uint32Array;
  readonly hiddenBy: Int32Array;
  readonly cause: Uint8Array;

  constructor(capacity: number) {
    this.layer = new Int32Array(capacity);
    this.entry = new Int32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.size = new Float64Array(capacity);
    this.links = new Uint32Array(capacity);
    this.node = new Uint32Array(capacity);
    this.hiddenBy = new Int32Array(capacity);
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

  /** When all is merged: lets the byte-wise smallest of its live names carry the bytes of each live inode. */
  chooseCarriers(tree: PathTree, nodeInode: Int32Array): void {
    const none = 0;
    for (let i = 0; i < this.count; i++) if (this.links[i]! > 0) this.node[i] = none;
    for (let n = 1; n < tree.count; n++) {
      const inode = nodeInode[n]!;
      if (inode < 0) continue;
      const chosen = this.node[inode]!;
      if (chosen === none || comparePaths(tree, n, tree, chosen) < 0) this.node[inode] = n;
    }
  }
}
