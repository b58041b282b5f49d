import { compareNames, nameBytes, type PathTree } from './path-tree.ts';

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

/** As many bytes as a number holds exactly. */
const keyBytes = 6;

/**
 * A number for each node of one directory, in the byte order of names: the bytes after those that all begin with, as far
 * as they fit. Names of one number are still to be compared.
 */
export function siblingKeys(tree: PathTree, siblings: ArrayLike<number>): Float64Array {
  const { layers, nameLayer, nameNode } = tree;
  const keys = new Float64Array(siblings.length);
  if (siblings.length === 0) return keys;
  const first = nameBytes(tree, siblings[0]!);
  let common = first.length;
  for (let row = 1; row < siblings.length; row++) {
    const { nodeName, names } = layers[nameLayer[siblings[row]!]!]!;
    const start = nodeName[nameNode[siblings[row]!]!]!;
    common = Math.min(common, nodeName[nameNode[siblings[row]!]! + 1]! - start);
    for (let at = 0; at < common; at++) if (names[start + at] !== first[at]) common = at;
  }
  for (let row = 0; row < siblings.length; row++) {
    const { nodeName, names } = layers[nameLayer[siblings[row]!]!]!;
    const start = nodeName[nameNode[siblings[row]!]!]! + common;
    const end = nodeName[nameNode[siblings[row]!]! + 1]!;
    let key = 0;
    // No name has a byte of 0: a shorter one comes first.
    for (let at = start; at < start + keyBytes; at++) key = key * 256 + (at < end ? names[at]! : 0);
    keys[row] = key;
  }
  return keys;
}
