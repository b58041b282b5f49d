import { randomInt } from 'node:crypto';

const slash = 0x2f;

/** Differs from thread to thread, so that nobody can prepare names that all fall into one slot. */
const ownSeed = randomInt(2 ** 32);

/** A whole tree as plain data, to be handed to another thread. */
export interface TreeColumns {
  readonly count: number;
  readonly parent: Uint32Array;
  readonly nameStart: Uint32Array;
  readonly names: Uint8Array;
  readonly hash: Int32Array;
  readonly slots: Int32Array;
  readonly seed: number;
}

function hashName(seed: number, parent: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(parent ^ seed, 0x9e3779b1);
  for (let i = start; i < end; i++) {
    hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/**
 * Paths as a tree of nodes in columns: node 0 is the root, a parent's number is smaller than its children's, and
 * a child is found by its parent and name in constant time. Names are raw bytes. Nodes are only ever added.
 */
export class PathTree {
  /** How many nodes there are; the columns are as long as the capacity. */
  count = 1;
  readonly parent: Uint32Array;
  /** Name of node n is names[nameStart[n] … nameStart[n + 1]]. */
  readonly nameStart: Uint32Array;
  readonly names: Uint8Array;
  #seed = ownSeed;
  #hash: Int32Array;
  /** Open addressing: a node in each used slot, 0 (the root, which is never looked up) in a free one. */
  #slots: Int32Array;

  /** Room for that many nodes besides the root; memory that is never used is never touched. */
  constructor(nodes: number, nameBytes: number) {
    this.parent = new Uint32Array(nodes + 1);
    this.nameStart = new Uint32Array(nodes + 2);
    this.names = new Uint8Array(nameBytes);
    this.#hash = new Int32Array(nodes + 1);
    this.#slots = new Int32Array(1024);
  }

  /** The tree of these columns; it is full, so nothing can be added to it. */
  static of({ hash, slots, seed, ...own }: TreeColumns): PathTree {
    const tree = Object.assign(new PathTree(0, 0), own);
    tree.#hash = hash;
    tree.#slots = slots;
    tree.#seed = seed;
    return tree;
  }

  /** Without the room that is left. */
  get columns(): TreeColumns {
    const { count } = this;
    return {
      count,
      parent: this.parent.subarray(0, count),
      nameStart: this.nameStart.subarray(0, count + 1),
      names: this.names.subarray(0, this.nameStart[count]),
      hash: this.#hash.subarray(0, count),
      slots: this.#slots,
      seed: this.#seed,
    };
  }

  /** The child of that name, or −1. */
  find(parent: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
    const hash = hashName(this.#seed, parent, bytes, start, end);
    return this.#slots[this.#slot(hash, parent, bytes, start, end)]! || -1;
  }

  /** The child of that name, made if it is not there. */
  add(parent: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
    const hash = hashName(this.#seed, parent, bytes, start, end);
    const slot = this.#slot(hash, parent, bytes, start, end);
    const known = this.#slots[slot]!;
    if (known !== 0) return known;
    const node = this.count++;
    let at = this.nameStart[node]!;
    for (let i = start; i < end; i++) this.names[at++] = bytes[i]!;
    this.parent[node] = parent;
    this.nameStart[node + 1] = at;
    this.#hash[node] = hash;
    this.#slots[slot] = node;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return node;
  }

  #slot(hash: number, parent: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const node = this.#slots[slot]!;
      if (node === 0) return slot;
      if (
        this.#hash[node] === hash &&
        this.parent[node] === parent &&
        this.#isNamed(node, bytes, start, end)
      ) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  #isNamed(node: number, bytes: Uint8Array, start: number, end: number): boolean {
    const own = this.nameStart[node]!;
    const length = this.nameStart[node + 1]! - own;
    if (length !== end - start) return false;
    for (let i = 0; i < length; i++) if (this.names[own + i] !== bytes[start + i]) return false;
    return true;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let node = 1; node < this.count; node++) {
      let slot = this.#hash[node]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = node;
    }
    this.#slots = slots;
  }

  /** The name's raw bytes; the root's are none. */
  nameOf(node: number): Uint8Array {
    return this.names.subarray(this.nameStart[node]!, this.nameStart[node + 1]!);
  }

  /** The absolute path's raw bytes: `/` of the root. */
  pathOf(node: number): Uint8Array {
    const path = new Uint8Array(this.pathLength(node));
    this.writePath(node, path);
    return path;
  }

  pathLength(node: number): number {
    if (node === 0) return 1;
    let length = 0;
    for (let n = node; n !== 0; n = this.parent[n]!)
      length += 1 + this.nameStart[n + 1]! - this.nameStart[n]!;
    return length;
  }

  /** Writes the absolute path to the beginning of `into`, which must have room for it; its length. */
  writePath(node: number, into: Uint8Array): number {
    const length = this.pathLength(node);
    let at = length;
    for (let n = node; n !== 0; n = this.parent[n]!) {
      const start = this.nameStart[n]!;
      for (let i = this.nameStart[n + 1]! - 1; i >= start; i--) into[--at] = this.names[i]!;
      into[--at] = slash;
    }
    if (node === 0) into[0] = slash;
    return length;
  }
}

let scratchA = new Uint8Array(4096);
let scratchB = new Uint8Array(4096);

/** Byte order of two absolute paths, also of different trees: negative, 0 or positive. */
export function comparePaths(treeA: PathTree, a: number, treeB: PathTree, b: number): number {
  const lengthA = treeA.pathLength(a);
  const lengthB = treeB.pathLength(b);
  if (lengthA > scratchA.length) scratchA = new Uint8Array(lengthA * 2);
  if (lengthB > scratchB.length) scratchB = new Uint8Array(lengthB * 2);
  treeA.writePath(a, scratchA);
  treeB.writePath(b, scratchB);
  const shorter = Math.min(lengthA, lengthB);
  for (let i = 0; i < shorter; i++) {
    const difference = scratchA[i]! - scratchB[i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/** Byte order of two nodes' own names. */
export function compareNames(tree: PathTree, a: number, b: number): number {
  const startA = tree.nameStart[a]!;
  const startB = tree.nameStart[b]!;
  const lengthA = tree.nameStart[a + 1]! - startA;
  const lengthB = tree.nameStart[b + 1]! - startB;
  const shorter = Math.min(lengthA, lengthB);
  for (let i = 0; i < shorter; i++) {
    const difference = tree.names[startA + i]! - tree.names[startB + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
