import { NameTable } from '../archive/name-table.ts';
import type { PathTree } from './path-tree.ts';

/** Whether the node is the parent's child of the name bytes[start … end]. */
export function isNamed(
  tree: PathTree,
  node: number,
  parent: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (tree.parent[node] !== parent) return false;
  const { nodeName, names } = tree.layers[tree.nameLayer[node]!]!;
  const named = tree.nameNode[node]!;
  const own = nodeName[named]!;
  if (nodeName[named + 1]! - own !== end - start) return false;
  for (let at = start, other = own; at < end; at++, other++) if (bytes[at] !== names[other]) return false;
  return true;
}

/** A table of all nodes, for those who look up most of them. */
export function tableOf(tree: PathTree): NameTable {
  const table = new NameTable(
    { isNamed: (node, parent, bytes, start, end) => isNamed(tree, node, parent, bytes, start, end) },
    tree.count,
  );
  for (let node = 1; node < tree.count; node++) {
    const { nodeName, names } = tree.layers[tree.nameLayer[node]!]!;
    const named = tree.nameNode[node]!;
    table.add(node, tree.parent[node]!, names, nodeName[named]!, nodeName[named + 1]!);
  }
  return table;
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
  if (finder.table) return finder.table.find(parent, bytes, start, end) || -1;
  const parents = tree.parent;
  let node = parent + 1;
  for (; node < tree.count; node++) {
    if (parents[node] === parent && isNamed(tree, node, parent, bytes, start, end)) break;
  }
  finder.looked += node - parent;
  return node < tree.count ? node : -1;
}
