import { randomInt } from 'node:crypto';
import { release } from './columns.ts';

/** A tree of which nodes are looked up by parent and name. */
export interface NamedNodes {
  /** Whether the node is the parent's child of the name bytes[start … end]. */
  isNamed(node: number, parent: number, bytes: Uint8Array, start: number, end: number): boolean;
}

/**
 * Keys the hash of names, new in each thread: with a known one, names could be chosen that all fall into one slot
 * and make reading take the square of their number.
 */
const key = randomInt(2 ** 32);

/** FNV-1a with a key, then the finaliser of MurmurHash3: every bit of the name reaches the bits that choose the slot. */
function hashName(parent: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = key ^ Math.imul(parent, 0x9e3779b1);
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Finds nodes of a tree by parent and name in constant time. */
export class NameTable {
  readonly #nodes: NamedNodes;
  /** Open addressing: a node in each used slot, 0 (the root, which is never looked up) in a free one. */
  #slots: Uint32Array;
  /** The hash of what is in each slot: most names that are not meant differ here, and need not be looked at. */
  #hashes: Int32Array;
  #used = 0;

  /** With room for that many nodes to begin with. */
  constructor(nodes: NamedNodes, room = 0) {
    this.#nodes = nodes;
    const length = 2 ** Math.ceil(Math.log2(Math.max(512, room) * 1.5));
    this.#slots = new Uint32Array(length);
    this.#hashes = new Int32Array(length);
  }

  /** The child of that name, or 0. */
  find(parent: number, bytes: Uint8Array, start: number, end: number): number {
    return this.#slots[this.#slotOf(hashName(parent, bytes, start, end), parent, bytes, start, end)]!;
  }

  /** The child of that name; `node`, which is to become it, where there is none. */
  findOrAdd(node: number, parent: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = hashName(parent, bytes, start, end);
    const slot = this.#slotOf(hash, parent, bytes, start, end);
    const known = this.#slots[slot]!;
    if (known !== 0) return known;
    this.#put(slot, node, hash);
    return node;
  }

  /** A node that is known not to be here. */
  add(node: number, parent: number, bytes: Uint8Array, start: number, end: number): void {
    const hash = hashName(parent, bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#put(slot, node, hash);
  }

  /** Gives the memory back; nothing can be found afterwards. */
  release(): void {
    release(this.#slots);
    release(this.#hashes);
  }

  #slotOf(hash: number, parent: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let node = slots[slot]!; node !== 0; node = slots[slot]!) {
      if (hashes[slot] === hash && this.#nodes.isNamed(node, parent, bytes, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #put(slot: number, node: number, hash: number): void {
    this.#slots[slot] = node;
    this.#hashes[slot] = hash;
    this.#used++;
    if (this.#used * 1.5 > this.#slots.length) this.#grow();
  }

  #grow(): void {
    const old = this.#slots;
    const oldHashes = this.#hashes;
    const slots = new Uint32Array(old.length * 2);
    const hashes = new Int32Array(slots.length);
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from++) {
      if (old[from] === 0) continue;
      const hash = oldHashes[from]!;
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = old[from]!;
      hashes[slot] = hash;
    }
    this.#slots = slots;
    this.#hashes = hashes;
    release(old);
    release(oldHashes);
  }
}
