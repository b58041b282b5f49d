import { GrowingColumn } from '../archive/growing-column.ts';
import { type Filesystem, sameContent } from './filesystem.ts';

/** Gives every content (size and 128 bits of its hash) of an image's inodes a number, from 0 on. */
export class ContentTable {
  /** How many different contents there are. */
  count = 0;
  readonly #fs: Filesystem;
  /** For each content, an inode that has it. */
  readonly #inodes = new GrowingColumn(new Uint32Array(256));
  /** Open addressing: a content's number + 1 in each used slot. */
  #slots = new Int32Array(1024);

  constructor(fs: Filesystem) {
    this.#fs = fs;
  }

  /** The number of the content of the image's inode, a new one if it was not seen before. */
  add(inode: number): number {
    const slot = this.#slot(this.#fs, inode);
    const known = this.#slots[slot]!;
    if (known > 0) return known - 1;
    const content = this.count++;
    this.#inodes.push(inode);
    this.#slots[slot] = content + 1;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return content;
  }

  /** The number of the content of any image's inode, or −1. */
  find(fs: Filesystem, inode: number): number {
    return this.#slots[this.#slot(fs, inode)]! - 1;
  }

  #slot(fs: Filesystem, inode: number): number {
    const layer = fs.layers[fs.inodes.layer[inode]!]!;
    const entry = fs.inodes.entry[inode]!;
    const mask = this.#slots.length - 1;
    let slot = layer.entryHash[entry * 4]! & mask;
    for (let used = this.#slots[slot]!; used > 0; used = this.#slots[slot]!) {
      const known = this.#inodes.values[used - 1]!;
      const knownLayer = this.#fs.layers[this.#fs.inodes.layer[known]!]!;
      if (sameContent(knownLayer, this.#fs.inodes.entry[known]!, layer, entry)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const { layers, inodes } = this.#fs;
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let content = 0; content < this.count; content++) {
      const inode = this.#inodes.values[content]!;
      let slot = layers[inodes.layer[inode]!]!.entryHash[inodes.entry[inode]! * 4]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = content + 1;
    }
  }
}
