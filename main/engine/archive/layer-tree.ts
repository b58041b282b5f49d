import { grown, release, unsignedColumn } from './columns.ts';
import type { LayerIndex } from './layer-index.ts';
import { limits } from './limits.ts';
import { type NamedNodes, NameTable } from './name-table.ts';
import { limitExceeded, type TarSubject } from './tar-error.ts';

/**
 * The paths of one layer as a tree of nodes: names stay bytes, and each (parent, name) is there once.
 *
 * Engines write a directory's names in byte order, so a new one is mostly behind the last: then nothing need be looked
 * up. The children of a directory enter the table with the first name that is out of order.
 */
export class LayerTree implements NamedNodes {
  /** Nodes so far; 0 is the root. */
  count = 1;
  #parent = new Uint32Array(1024);
  /** Name of node n is names[nameStart[n] … nameStart[n + 1]]. */
  #nameStart = new Uint32Array(1025);
  #names = new Uint8Array(16 * 1024);

  readonly #subject: TarSubject;
  /** Children as lists, the newest first, ended by 0: the root is nobody's child. */
  #newest = new Uint32Array(1024);
  #older = new Uint32Array(1024);
  /** 1 of a directory whose children are in the table; those of any other came in byte order. */
  #tabled = new Uint8Array(1024);
  readonly #table = new NameTable(this);

  constructor(subject: TarSubject) {
    this.#subject = subject;
  }

  /** The child of that name; made when it is not there. */
  child(parent: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.#tabled[parent] === 0) {
      const newest = this.#newest[parent]!;
      const order = newest === 0 ? 1 : this.#compare(bytes, start, end, newest);
      if (order > 0) return this.#add(parent, bytes, start, end);
      if (order === 0) return newest;
      this.#tableChildren(parent);
    }
    const known = this.#table.findOrAdd(this.count, parent, bytes, start, end);
    return known < this.count ? known : this.#add(parent, bytes, start, end);
  }

  isNamed(node: number, parent: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#parent[node] !== parent) return false;
    const from = this.#nameStart[node]!;
    if (this.#nameStart[node + 1]! - from !== end - start) return false;
    const names = this.#names;
    for (let at = start, other = from; at < end; at += 1, other += 1) {
      if (bytes[at] !== names[other]) return false;
    }
    return true;
  }

  /** The columns. Nothing can be added afterwards. */
  finish(): Pick<LayerIndex, 'nodeCount' | 'nodeParent' | 'nodeName' | 'names'> {
    const { count } = this;
    release(this.#newest);
    release(this.#older);
    release(this.#tabled);
    this.#table.release();
    const nodeParent = unsignedColumn(count - 1, count);
    nodeParent.set(this.#parent.subarray(0, count));
    release(this.#parent);
    const names = this.#names.slice(0, this.#nameStart[count]);
    release(this.#names);
    const nodeName = unsignedColumn(names.length, count + 1);
    nodeName.set(this.#nameStart.subarray(0, count + 1));
    release(this.#nameStart);
    return { nodeCount: count, nodeParent, nodeName, names };
  }

  /** Byte order of a name and a node's: negative, 0 or positive. */
  #compare(bytes: Uint8Array, start: number, end: number, node: number): number {
    const names = this.#names;
    const from = this.#nameStart[node]!;
    const to = this.#nameStart[node + 1]!;
    const common = Math.min(end, start + to - from);
    for (let at = start, other = from; at < common; at += 1, other += 1) {
      const difference = bytes[at]! - names[other]!;
      if (difference !== 0) return difference;
    }
    return end - start - (to - from);
  }

  #tableChildren(parent: number): void {
    this.#tabled[parent] = 1;
    for (let child = this.#newest[parent]!; child !== 0; child = this.#older[child]!) {
      this.#table.add(child, parent, this.#names, this.#nameStart[child]!, this.#nameStart[child + 1]!);
    }
  }

  #add(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const node = this.count;
    if (node >= limits.nodes) {
      throw limitExceeded(this.#subject, `has more than ${limits.nodes} paths`, 'nodes');
    }
    if (node === this.#parent.length) this.#growNodes(Math.min(node * 2, limits.nodes));
    const from = this.#nameStart[node]!;
    const to = from + end - start;
    if (to > limits.layerNames) throw limitExceeded(this.#subject, `has ${to} bytes of names`, 'layerNames');
    if (to > this.#names.length) this.#names = grown(this.#names, Math.max(to, this.#names.length * 2));
    const names = this.#names;
    for (let at = start, other = from; at < end; at += 1, other += 1) names[other] = bytes[at]!;
    this.#parent[node] = parent;
    this.#nameStart[node + 1] = to;
    this.#older[node] = this.#newest[parent]!;
    this.#newest[parent] = node;
    this.count = node + 1;
    return node;
  }

  #growNodes(capacity: number): void {
    this.#parent = grown(this.#parent, capacity);
    this.#nameStart = grown(this.#nameStart, capacity + 1);
    this.#newest = grown(this.#newest, capacity);
    this.#older = grown(this.#older, capacity);
    this.#tabled = grown(this.#tabled, capacity);
  }
}
