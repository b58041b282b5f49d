import type { Unsigned } from '../archive/columns.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { ChildFinder } from '../filesystem/child-finder.ts';
import { Absent, type Filesystem } from '../filesystem/filesystem.ts';

/** For each live node on the right the live left node of the same path, or −1. */
export function mapNodes(left: Filesystem, right: Filesystem): Int32Array {
  const leftOf = new Int32Array(right.tree.count).fill(-1);
  const shared = sharedNodes(left, right);
  for (let node = 0; node < shared; node++) {
    if (left.nodeKind[node] !== Absent && right.nodeKind[node] !== Absent) leftOf[node] = node;
  }

  const { tree } = right;
  const finder = new ChildFinder(left);
  for (let r = Math.max(1, shared); r < tree.count; r++) {
    const parent = leftOf[tree.parent[r]!]!;
    if (parent < 0 || right.nodeKind[r] === Absent) continue;
    const { nodeName, names } = tree.layers[tree.nameLayer[r]!]!;
    const named = tree.nameNode[r]!;
    leftOf[r] = finder.find(parent, names, nodeName[named]!, nodeName[named + 1]!);
  }
  finder.release();
  return leftOf;
}

/**
 * How many nodes both trees begin with: images that stand on the same layers, as variants mostly do, name their paths
 * in the same order. What the layers above name is in none of these.
 */
function sharedNodes(a: Filesystem, b: Filesystem): number {
  let layers = 0;
  while (haveSamePaths(a.layers[layers], b.layers[layers])) layers++;
  const { tree: left } = a;
  const { tree: right } = b;
  let nodes = 1;
  const most = Math.min(left.count, right.count);
  while (nodes < most && left.nameLayer[nodes]! < layers && right.nameLayer[nodes]! < layers) nodes++;
  return nodes;
}

/** What a layer says of itself is not asked: an archive may claim any diff_id. */
function haveSamePaths(a: LayerIndex | undefined, b: LayerIndex | undefined): boolean {
  if (!a || !b) return false;
  return (
    a === b ||
    (a.nodeCount === b.nodeCount &&
      sameColumn(a.nodeParent, b.nodeParent) &&
      sameColumn(a.nodeName, b.nodeName) &&
      sameColumn(a.names, b.names))
  );
}

function sameColumn(a: Unsigned, b: Unsigned): boolean {
  return a.BYTES_PER_ELEMENT === b.BYTES_PER_ELEMENT && bytesOf(a).equals(bytesOf(b));
}

function bytesOf({ buffer, byteOffset, byteLength }: Unsigned): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
