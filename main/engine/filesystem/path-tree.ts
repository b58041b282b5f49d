import type { Unsigned } from '../archive/columns.ts';
import type { LayerIndex } from '../archive/layer-index.ts';

const slash = 0x2f;

/**
 * Paths as a tree of nodes in columns: node 0 is the root, and a parent's number is smaller than its children's. Plain
 * data, so that it passes between threads. Names are raw bytes, and stay where the layers' indexes have them.
 */
export interface PathTree {
  readonly count: number;
  readonly parent: Uint32Array;
  /** Node n is called what node nameNode[n] of layer nameLayer[n] is: the first layer that names it. The root has no name. */
  readonly nameLayer: Unsigned;
  readonly nameNode: Uint32Array;
  readonly layers: readonly (Pick<LayerIndex, 'nodeName' | 'names'> | undefined)[];
}

/** The name's raw bytes; the root's are none. */
export function nameBytes(tree: PathTree, node: number): Uint8Array {
  if (node === 0) return new Uint8Array(0);
  const { nodeName, names } = tree.layers[tree.nameLayer[node]!]!;
  const named = tree.nameNode[node]!;
  return names.subarray(nodeName[named]!, nodeName[named + 1]!);
}

/** The absolute path's raw bytes: `/` of the root. */
export function pathBytes(tree: PathTree, node: number): Uint8Array {
  const path = new Uint8Array(pathLength(tree, node));
  writePath(tree, node, path);
  return path;
}

function pathLength(tree: PathTree, node: number): number {
  if (node === 0) return 1;
  let length = 0;
  for (let n = node; n !== 0; n = tree.parent[n]!) {
    const { nodeName } = tree.layers[tree.nameLayer[n]!]!;
    const named = tree.nameNode[n]!;
    length += 1 + nodeName[named + 1]! - nodeName[named]!;
  }
  return length;
}

/** Writes the absolute path to the beginning of `into`, which must have room for it; its length. */
function writePath(tree: PathTree, node: number, into: Uint8Array): number {
  const length = pathLength(tree, node);
  if (node === 0) into[0] = slash;
  let at = length;
  for (let n = node; n !== 0; n = tree.parent[n]!) {
    const { nodeName, names } = tree.layers[tree.nameLayer[n]!]!;
    const named = tree.nameNode[n]!;
    const start = nodeName[named]!;
    for (let i = nodeName[named + 1]! - 1; i >= start; i--) into[--at] = names[i]!;
    into[--at] = slash;
  }
  return length;
}

let scratchA = new Uint8Array(4096);
let scratchB = new Uint8Array(4096);

/** Byte order of two absolute paths, also of different trees: negative, 0 or positive. */
export function comparePaths(treeA: PathTree, a: number, treeB: PathTree, b: number): number {
  const lengthA = pathLength(treeA, a);
  const lengthB = pathLength(treeB, b);
  if (lengthA > scratchA.length) scratchA = new Uint8Array(lengthA * 2);
  if (lengthB > scratchB.length) scratchB = new Uint8Array(lengthB * 2);
  writePath(treeA, a, scratchA);
  writePath(treeB, b, scratchB);
  const shorter = Math.min(lengthA, lengthB);
  for (let i = 0; i < shorter; i++) {
    const difference = scratchA[i]! - scratchB[i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/**
 * Byte order of two nodes' own names: negative, 0 or positive. What follows a name counts where one is the beginning of
 * the other: a slash where the path goes on, by default −1, nothing.
 */
export function compareNames(tree: PathTree, a: number, b: number, afterA = -1, afterB = -1): number {
  // The root has no name to look at.
  if (a === 0 || b === 0) return a - b;
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
  const nextA = lengthA > shorter ? layerA.names[startA + shorter]! : afterA;
  const nextB = lengthB > shorter ? layerB.names[startB + shorter]! : afterB;
  return nextA - nextB;
}
