import type { PathTree } from '../path-tree.ts';
import { pathBytes } from '../path-tree.ts';
import { file } from './layer-of.ts';
import { merged } from './merged.ts';

/** The tree of an image with files at these paths, a layer each, and their nodes. One character a byte. */
export function treeOf(...paths: readonly string[]): { tree: PathTree; nodes: number[] } {
  const { tree } = merged(...paths.map((path) => [file(path)]));
  const nodeOf = new Map<string, number>();
  for (let node = 0; node < tree.count; node++) {
    nodeOf.set(Buffer.from(pathBytes(tree, node)).toString('latin1'), node);
  }
  return { tree, nodes: paths.map((path) => nodeOf.get(path)!) };
}
