import { randomInt } from 'node:crypto';
import { release } from '../archive/columns.ts';
import { nameBytes, type PathTree } from './path-tree.ts';

/** Differs from thread to thread, so that nobody can prepare names that all fall into one slot. */
const seed = randomInt(2 ** 32);

function hashName(parent: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(parent ^ seed, 0x9e3779b1);
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Finds a node of a tree by its parent and name in constant time. */
export class NameTable {
  readonly #tree: PathTree;
  /** Open addressing: a node in each used slot, 0 (the root, which is never looked up) in a free one. */
  #slots: Uint32Array;
  /** What is in each slot's place: most names that are not meant differ here, and need not be looked at. */
  #hashes: Int32Array;
  #used = 0;

  /** With room for that many nodes to begin with. */
  constructor(tree: PathTree, nodes = 0) {
    this.#tree = tree;
    const length = 2 ** Math.ceil(Math.log2(Math.max(512, nodes) * 1.5));
    this.#slots = new Uint32Array(length);
    this.#hashes = new Int32Array(length);
  }

  /** The child of that name, or −1. */
  find(parent: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
    return this.#slots[this.#slotOf(hashName(parent, bytes, start, end), parent, bytes, start, end)]! || -1;
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

  /** A node of the tree that is known not to be here. */
  add(node: number): void {
    const { parent, layers, nameLayer, nameNode } = this.#tree;
    const { nodeName, names } = layers[nameLayer[node]!]!;
    const named = nameNode[node]!;
    const hash = hashName(parent[node]!, names, nodeName[named]!, nodeName[named + 1]!);
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
      if (hashes[slot] === hash && this.#isNamed(node, parent, bytes, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isNamed(node: number, parent: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#tree.parent[node] !== parent) return false;
    const name = nameBytes(this.#tree, node);
    if (name.length !== end - start) return false;
    for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
    return true;
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

interface Finder {
  table: NameTable | undefined;
  /** Nodes looked at without a table. */
  looked: number;
}

const finders = new WeakMap<PathTree, Finder>();
/** Making a table costs as much as looking at each node so many times. */
const tablePrice = 30;

/**
 * The child of that name, or −1. A few are found by looking at all parents, a millisecond of a million; for many a
 * table is made.
 */
export function findChild(
  tree: PathTree,
  parent: number,
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): number {
  let finder = finders.get(tree);
  if (!finder) {
    finder = { table: undefined, looked: 0 };
    finders.set(tree, finder);
  }
  if (!finder.table && finder.looked > tree.count * tablePrice) finder.table = tableOf(tree);
  if (finder.table) return finder.table.find(parent, bytes, start, end);
  const parents = tree.parent;
  let node = parent + 1;
  for (; node < tree.count; node++) {
    if (parents[node] === parent && isNamed(tree, node, bytes, start, end)) break;
  }
  finder.looked += node - parent;
  return node < tree.count ? node : -1;
}

/** A table of all nodes, for those who look up most of them. */
export function tableOf(tree: PathTree): NameTable {
  const table = new NameTable(tree, tree.count);
  for (let node = 1; node < tree.count; node++) table.add(node);
  return table;
}

function isNamed(tree: PathTree, node: number, bytes: Uint8Array, start: number, end: number): boolean {
  const name = nameBytes(tree, node);
  return name.length === end - start && name.every((byte, i) => byte === bytes[start + i]);
}
