import { EntryKind, type LayerIndex, noRecords } from '../archive/layer-index.ts';
import type { PathParts } from './path-parts.ts';

/** A layer's index with only what matters to some paths, and where its entries are in the whole one. */
export interface NarrowLayer {
  readonly index: LayerIndex;
  /** The entry of the whole layer for each of its own. */
  readonly entryOf: readonly number[];
  /** What the layer says of each path, in tar order; markers on the way to it too. */
  readonly entries: readonly (readonly number[])[];
  /** Node of each path in the whole layer's tree; −1 where it has none. */
  readonly nodes: readonly number[];
}

/**
 * A layer of what decides about these paths: their entries and those on the way to them, and that there is something
 * below them. Merging such layers does to the paths what merging the whole ones does.
 */
export function narrowLayer(layer: LayerIndex, paths: readonly PathParts[]): NarrowLayer {
  const chains = paths.map((parts) => chainOf(layer, parts));
  const kept = keptNodes(layer, chains);
  const nodes = new NarrowNodes(layer);
  const entryOf: number[] = [];
  const entryNode: number[] = [];
  const entryTarget: number[] = [];
  const above = new Map<number, number[]>();
  /** Paths of which it is said already that there is something below them. */
  const said = new Set<number>();
  for (let e = 0; e < layer.entryCount; e++) {
    const node = layer.entryNode[e]!;
    const keeps = kept[node]!;
    if (keeps === 0) continue;
    const kind = layer.entryKind[e]!;
    if (keeps >= below) {
      // Of all that is below a path, that it is there is what counts, and when.
      if (kind >= EntryKind.Whiteout || said.has(keeps)) continue;
      said.add(keeps);
    } else {
      said.clear();
      above.set(node, [...(above.get(node) ?? []), e]);
    }
    entryOf.push(e);
    entryNode.push(nodes.add(node));
    const target = layer.entryTarget[e]!;
    entryTarget.push(kind === EntryKind.HardLink ? nodes.add(target) : target);
  }
  const pick = <T extends { readonly length: number; [index: number]: number }>(column: T, width = 1): T => {
    const narrow = new (column.constructor as new (length: number) => T)(entryOf.length * width);
    entryOf.forEach((entry, row) => {
      for (let word = 0; word < width; word++) narrow[row * width + word] = column[entry * width + word]!;
    });
    return narrow;
  };
  return {
    index: {
      ...layer,
      ...noRecords,
      ...nodes.columns(),
      entryCount: entryOf.length,
      entryNode: Uint32Array.from(entryNode),
      entryKind: pick(layer.entryKind),
      entryMode: pick(layer.entryMode),
      entryUid: pick(layer.entryUid),
      entryGid: pick(layer.entryGid),
      entrySize: pick(layer.entrySize),
      entryMtime: pick(layer.entryMtime),
      entryHash: pick(layer.entryHash, 4),
      entryTarget: Int32Array.from(entryTarget),
      entryXattrs: pick(layer.entryXattrs),
    },
    entryOf,
    entries: chains.map((chain) => chain.flatMap((node) => above.get(node) ?? []).sort((a, b) => a - b)),
    nodes: chains.map((chain, path) => (chain.length > paths[path]!.length ? chain.at(-1)! : -1)),
  };
}

/** The layer's nodes of a path from the root on, as far as it has them. */
function chainOf({ nodeCount, nodeParent, nodeName, names }: LayerIndex, parts: PathParts): number[] {
  const chain = [0];
  // A parent's number is smaller than its children's, so each part is behind the one before it.
  for (let n = 1; n < nodeCount && chain.length <= parts.length; n++) {
    if (nodeParent[n] !== chain.at(-1)) continue;
    const wanted = parts[chain.length - 1]!;
    if (Buffer.compare(names.subarray(nodeName[n]!, nodeName[n + 1]!), wanted) === 0) chain.push(n);
  }
  return chain;
}

const onTheWay = 1;
const below = 2;

/** 1 of nodes on the way to a path and of itself; 2 and more of those below one, by the number of the innermost. */
function keptNodes(
  { nodeCount, nodeParent }: LayerIndex,
  chains: readonly (readonly number[])[],
): Uint32Array {
  const kept = new Uint32Array(nodeCount);
  for (const chain of chains) for (const node of chain) kept[node] = onTheWay;
  const pathOf = new Map(chains.map((chain, path) => [chain.at(-1)!, path]));
  /** What is kept below a node: that is also below a path which is on the way to another one. */
  const inside = new Uint32Array(nodeCount);
  for (let n = 0; n < nodeCount; n++) {
    const above = n === 0 ? 0 : inside[nodeParent[n]!]!;
    const path = pathOf.get(n);
    inside[n] = path === undefined ? above : below + path;
    if (kept[n] !== onTheWay) kept[n] = above;
  }
  return kept;
}

/** Nodes of a narrow layer, made with their parents. */
class NarrowNodes {
  readonly #layer: LayerIndex;
  readonly #of = new Map([[0, 0]]);
  readonly #parent = [0];
  readonly #names: Uint8Array[] = [new Uint8Array(0)];

  constructor(layer: LayerIndex) {
    this.#layer = layer;
  }

  add(node: number): number {
    const missing: number[] = [];
    for (let n = node; !this.#of.has(n); n = this.#layer.nodeParent[n]!) missing.push(n);
    for (const n of missing.reverse()) {
      const { nodeParent, nodeName, names } = this.#layer;
      this.#of.set(n, this.#parent.length);
      this.#parent.push(this.#of.get(nodeParent[n]!)!);
      this.#names.push(names.subarray(nodeName[n]!, nodeName[n + 1]!));
    }
    return this.#of.get(node)!;
  }

  columns(): Pick<LayerIndex, 'nodeCount' | 'nodeParent' | 'nodeName' | 'names'> {
    let end = 0;
    const ends = this.#names.map((name) => (end += name.length));
    return {
      nodeCount: this.#parent.length,
      nodeParent: Uint32Array.from(this.#parent),
      nodeName: Uint32Array.from([0, ...ends]),
      names: Buffer.concat(this.#names),
    };
  }
}
