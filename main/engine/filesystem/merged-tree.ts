import { release, trimmed, type Unsigned, unsignedColumn } from '../archive/columns.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { type NamedNodes, NameTable } from '../archive/name-table.ts';
import { Absent } from './filesystem.ts';
import { isNamed } from './find-child.ts';
import type { PathTree } from './path-tree.ts';

/** In `nextSibling`: the end of a list, and that the node is in no list. */
const end = -1;
const unlinked = -2;

/**
 * The paths of layers that are merged, one layer after the other; nodes are only ever added.
 *
 * Most directories are one layer's alone, so names are looked up in as few as can be: a directory's children enter the
 * table when another layer names something in it.
 */
export class MergedTree implements PathTree, NamedNodes {
  count = 1;
  readonly parent: Uint32Array;
  readonly nameLayer: Unsigned;
  readonly nameNode: Uint32Array;
  readonly layers: readonly (LayerIndex | undefined)[];

  /**
   * Children as lists. Every live one is in its parent's; so is every one that is not live, until it is dropped, which
   * only happens where the table has them all.
   */
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;
  /** 1 of a directory whose children are all in the table. */
  readonly #tabled: Uint8Array;
  readonly #table = new NameTable(this);

  constructor(layers: readonly (LayerIndex | undefined)[]) {
    // Memory of what several layers name is never touched.
    const most = layers.reduce((sum, layer) => sum + (layer ? layer.nodeCount - 1 : 0), 1);
    this.layers = layers;
    this.parent = new Uint32Array(most);
    this.nameLayer = unsignedColumn(layers.length, most);
    this.nameNode = new Uint32Array(most);
    this.#firstChild = new Int32Array(most);
    this.#nextSibling = new Int32Array(most);
    this.#tabled = new Uint8Array(most);
    this.#firstChild[0] = end;
    this.#nextSibling[0] = end;
  }

  isNamed(node: number, parent: number, bytes: Uint8Array, start: number, end: number): boolean {
    return isNamed(this, node, parent, bytes, start, end);
  }

  /** Adds the paths of a layer that are new; the node of each node of the layer. */
  addLayer(index: number): Uint32Array {
    const { nodeCount, nodeParent, nodeName, names } = this.layers[index]!;
    const nodes = new Uint32Array(nodeCount);
    const firstNew = this.count;
    for (let n = 1; n < nodeCount; n++) {
      const parent = nodes[nodeParent[n]!]!;
      // A layer has each path once, so below a new one all are new.
      if (parent < firstNew) {
        if (this.#tabled[parent] === 0) this.#tableChildren(parent);
        const node = this.#table.findOrAdd(this.count, parent, names, nodeName[n]!, nodeName[n + 1]!);
        nodes[n] = node;
        if (node < this.count) continue;
      }
      nodes[n] = this.#add(parent, index, n);
    }
    return nodes;
  }

  /** The first child in the parent's list that is not Absent, or −1; those before it leave the list. */
  firstLive(parent: number, kind: Uint8Array): number {
    const next = this.#nextSibling;
    let child = this.#firstChild[parent]!;
    if (child < 0 || kind[child] !== Absent) return child;
    if (this.#tabled[parent] === 0) this.#tableChildren(parent);
    while (child >= 0 && kind[child] === Absent) {
      const following = next[child]!;
      next[child] = unlinked;
      child = following;
    }
    this.#firstChild[parent] = child;
    return child;
  }

  /** To be called of a node that becomes live. */
  link(node: number): void {
    if (this.#nextSibling[node] !== unlinked) return;
    const parent = this.parent[node]!;
    this.#nextSibling[node] = this.#firstChild[parent]!;
    this.#firstChild[parent] = node;
  }

  /** The tree, and lists of what is live in it. Nothing can be added afterwards. */
  finish(kind: Uint8Array): { tree: PathTree; firstChild: Int32Array; nextSibling: Int32Array } {
    this.#table.release();
    release(this.#tabled);
    const { count } = this;
    const parent = trimmed(this.parent, count);
    const firstChild = trimmed(this.#firstChild, count).fill(end);
    const nextSibling = trimmed(this.#nextSibling, count).fill(end);
    for (let node = count - 1; node > 0; node--) {
      if (kind[node] === Absent) continue;
      nextSibling[node] = firstChild[parent[node]!]!;
      firstChild[parent[node]!] = node;
    }
    const nameLayer = trimmed(this.nameLayer, count);
    const nameNode = trimmed(this.nameNode, count);
    return {
      tree: { count, parent, nameLayer, nameNode, layers: this.layers },
      firstChild,
      nextSibling,
    };
  }

  #add(parent: number, layer: number, named: number): number {
    const node = this.count++;
    this.parent[node] = parent;
    this.nameLayer[node] = layer;
    this.nameNode[node] = named;
    this.#firstChild[node] = end;
    this.#nextSibling[node] = this.#firstChild[parent]!;
    this.#firstChild[parent] = node;
    return node;
  }

  #tableChildren(parent: number): void {
    this.#tabled[parent] = 1;
    for (let child = this.#firstChild[parent]!; child >= 0; child = this.#nextSibling[child]!) {
      const { nodeName, names } = this.layers[this.nameLayer[child]!]!;
      const named = this.nameNode[child]!;
      this.#table.add(child, parent, names, nodeName[named]!, nodeName[named + 1]!);
    }
  }
}
