import { randomInt } from 'node:crypto';
import { grown } from './columns.ts';
import { limits } from './limits.ts';
import { limitExceeded, type TarSubject } from './tar-error.ts';

/**
 * Keys the hash of names, new in each process: with a known one, names could be chosen that all fall into one slot
 * and make reading take the square of their number.
 */
const tableKey = randomInt(0x1_0000_0000);

/** The paths of one layer as a tree of nodes: names stay bytes, and each (parent, name) is there once. */
export class LayerTree {
  /** Nodes so far; 0 is the root. */
  count = 1;
  parent = new Uint32Array(1024);
  /** Name of node n is names[nameStart[n] … nameStart[n + 1]]. */
  nameStart = new Uint32Array(1025);
  names = new Uint8Array(16 * 1024);

  readonly #subject: TarSubject;
  #hash = new Uint32Array(1024);
  /** Open addressing: the number of a node, 0 where free (the root is nobody's child). At most half full. */
  #slots = new Uint32Array(2048);

  constructor(subject: TarSubject) {
    this.#subject = subject;
  }

  /** The child of that name; made when it is not there. */
  child(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = hashName(parent, bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const node = this.#slots[slot]!;
      if (node === 0) break;
      if (
        this.#hash[node] === hash &&
        this.parent[node] === parent &&
        this.isNamed(node, bytes, start, end)
      ) {
        return node;
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(parent, bytes, start, end, hash, slot);
  }

  isNamed(node: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.nameStart[node]!;
    if (this.nameStart[node + 1]! - from !== end - start) return false;
    const names = this.names;
    for (let at = start, other = from; at < end; at += 1, other += 1) {
      if (bytes[at] !== names[other]) return false;
    }
    return true;
  }

  #add(parent: number, bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const node = this.count;
    if (node >= limits.nodes)
      throw limitExceeded(this.#subject, `has more than ${limits.nodes} paths`, 'nodes');
    if (node === this.parent.length) {
      this.parent = grown(this.parent, node * 2);
      this.nameStart = grown(this.nameStart, node * 2 + 1);
      this.#hash = grown(this.#hash, node * 2);
    }
    const from = this.nameStart[node]!;
    const to = from + end - start;
    if (to > limits.layerNames) throw limitExceeded(this.#subject, `has ${to} bytes of names`, 'layerNames');
    if (to > this.names.length) {
      this.names = grown(this.names, Math.max(to, this.names.length * 2));
    }
    const names = this.names;
    for (let at = start, other = from; at < end; at += 1, other += 1) names[other] = bytes[at]!;
    this.parent[node] = parent;
    this.nameStart[node + 1] = to;
    this.#hash[node] = hash;
    this.#slots[slot] = node;
    this.count = node + 1;
    if (this.count * 2 > this.#slots.length) this.#rehash();
    return node;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let node = 1; node < this.count; node += 1) {
      let slot = this.#hash[node]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = node;
    }
    this.#slots = slots;
  }
}

/** FNV-1a with a key, then the finaliser of MurmurHash3: every bit of the name reaches the bits that choose the slot. */
function hashName(parent: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = tableKey ^ Math.imul(parent, 0x9e3779b1);
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
