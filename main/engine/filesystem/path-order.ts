import { compareNames, type PathTree } from './path-tree.ts';

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
  return compareNames(tree, leftName, rightName, leftName === a ? -1 : slash, rightName === b ? -1 : slash);
}
