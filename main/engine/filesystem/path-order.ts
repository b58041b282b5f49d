import type { PathTree } from './path-tree.ts';

const slash = 0x2f;

/**
 * Byte order of two nodes' absolute paths in one tree: negative, 0 or positive. The paths are never written: what
 * decides are the names just below the directory that both are in.
 */
export function compareInTree(tree: PathTree, a: number, b: number): number {
  const { parent } = tree;
  let left = a;
  let right = b;
  let leftName = -1;
  let rightName = -1;
  // A parent's number is smaller than its children's, so the larger one is not above the other.
  while (left !== right) {
    if (left > right) {
      leftName = left;
      left = parent[left]!;
    } else {
      rightName = right;
      right = parent[right]!;
    }
  }
  // One is the other, or above it: the shorter path comes first.
  if (leftName < 0) return rightName < 0 ? 0 : -1;
  if (rightName < 0) return 1;
  return compareParts(tree, leftName, leftName !== a, rightName, rightName !== b);
}

/** Names of one directory, as far as paths go on behind them. */
function compareParts(tree: PathTree, a: number, aGoesOn: boolean, b: number, bGoesOn: boolean): number {
  const layerA = tree.layers[tree.nameLayer[a]!]!;
  const layerB = tree.layers[tree.nameLayer[b]!]!;
  const startA = layerA.nodeName[tree.nameNode[a]!]!;
  const startB = layerB.nodeName[tree.nameNode[b]!]!;
  const lengthA = layerA.nodeName[tree.nameNode[a]! + 1]! - startA;
  const lengthB = layerB.nodeName[tree.nameNode[b]! + 1]! - startB;
  const shorter = Math.min(lengthA, lengthB);
  for (let i = 0; i < shorter; i++) {
    const difference = layerA.names[startA + i]! - layerB.names[startB + i]!;
    if (difference !== 0) return difference;
  }
  const nextA = lengthA > shorter ? layerA.names[startA + shorter]! : aGoesOn ? slash : -1;
  const nextB = lengthB > shorter ? layerB.names[startB + shorter]! : bGoesOn ? slash : -1;
  return nextA - nextB;
}
