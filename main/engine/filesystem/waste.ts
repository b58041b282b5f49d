import { causes, type WasteItem } from '../../../shared/model/image-document.ts';
import { GrowingColumn } from '../archive/growing-column.ts';
import type { Filesystem } from './filesystem.ts';
import { pathOf } from './path-text.ts';
import { comparePaths } from './path-tree.ts';
import { selectTop } from './select-top.ts';

export interface WasteList {
  readonly total: number;
  readonly totalBytes: number;
  readonly items: WasteItem[];
}

/** Content that layers store and the image no longer shows, largest first, then by path; empty files are left out. */
export function listWaste(fs: Filesystem, top: number): WasteList {
  const { inodes, tree } = fs;
  const dead = new GrowingColumn(new Uint32Array(64));
  let totalBytes = 0;
  for (let i = 0; i < inodes.count; i++) {
    if (inodes.links[i]! > 0 || inodes.size[i] === 0) continue;
    dead.push(i);
    totalBytes += inodes.size[i]!;
  }
  const largestFirst = (a: number, b: number) =>
    inodes.size[b]! - inodes.size[a]! ||
    comparePaths(tree, inodes.node[a]!, tree, inodes.node[b]!) ||
    // One path may have been wasted in several layers, or several times in one.
    a - b;
  const items = selectTop(dead.finish(), top, largestFirst).map((inode) => ({
    ...pathOf(fs, inodes.node[inode]!),
    bytes: inodes.size[inode]!,
    cause: causes[inodes.cause[inode]!]!,
    layer: inodes.layer[inode]!,
    hiddenBy: inodes.hiddenBy[inode]!,
  }));
  return { total: dead.length, totalBytes, items };
}
