import type { LayerIndex } from '../archive/layer-index.ts';
import { type Filesystem, sameContent } from './filesystem.ts';

/** Gives every content (size and 128 bits of its hash) a number, from 0 on, over one or several images. */
export class ContentTable {
  /** How many different contents there are. */
  count = 0;
  /** For each content, an entry that has it. */
  readonly #layers: LayerIndex[] = [];
  readonly #entries: number[] = [];
  /** Open addressing: a content's number + 1 in each used slot. */
  #slots = new Int32Array(1024);

  /** The number of an inode's content, or −1. */
  find(fs: Filesystem, inode: number): number {
    const layer = fs.layers[fs.inodes.layer[inode]!]!;
    return this.#slots[this.#slot(layer, fs.inodes.entry[inode]!)]! - 1;
  }

  /** The number of an inode's content, a new one if it was not seen before. */
  add(fs: Filesystem, inode: number): number {
    const layer = fs.layers[fs.inodes.layer[inode]!]!;
    const entry = fs.inodes.entry[inode]!;
    const slot = this.#slot(layer, entry);
    const known = this.#slots[slot]!;
    if (known > 0) return known - 1;
    const content = this.count++;
    this.#layers.push(layer);
    this.#entries.push(entry);
    this.#slots[slot] = content + 1;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return content;
  }

  #slot(layer: LayerIndex, entry: number): number {
    const mask = this.#slots.length - 1;
    let slot = layer.entryHash[entry * 4]! & mask;
    for (;;) {
      const used = this.#slots[slot]!;
      if (used === 0 || sameContent(this.#layers[used - 1]!, this.#entries[used - 1]!, layer, entry))
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let content = 0; content < this.count; content++) {
      let slot = this.#layers[content]!.entryHash[this.#entries[content]! * 4]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = content + 1;
    }
  }
}
