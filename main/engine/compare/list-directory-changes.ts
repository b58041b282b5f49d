import type { DirectoryChange } from '../../../shared/model/comparison-document.ts';
import { rankDirectories, sumDirectories } from '../filesystem/directory-sums.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { comparePaths } from '../filesystem/path-tree.ts';
import { selectTop } from '../filesystem/select-top.ts';
import type { ChangeColumns } from './change-columns.ts';

export interface DirectoryChangeList {
  readonly total: number;
  /** live(right) − live(left): directories hold one another, so their differences do not sum to anything. */
  readonly totalBytes: number;
  readonly items: DirectoryChange[];
}

/**
 * Directories whose bytes differ, largest |right − left| first, then by path. One whose whole difference is that of a
 * single directory in it is left out: the deepest says where.
 */
export function listDirectoryChanges(columns: ChangeColumns, top: number): DirectoryChangeList {
  const { left, right, tree } = columns;
  const l = sidesBytes(left, tree.leftNode);
  const r = sidesBytes(right, tree.rightNode);
  const differences = Float64Array.from(l.below, (bytes, directory) => r.below[directory]! - bytes);
  const differing = new Uint32Array(tree.count);
  for (let directory = 1; directory < tree.count; directory++) {
    if (differences[directory] !== 0) differing[tree.parent[directory]!]!++;
  }
  const shown: number[] = [];
  for (let directory = 0; directory < tree.count; directory++) {
    const onlyBelow = l.direct[directory] === r.direct[directory] && differing[directory] === 1;
    if (differences[directory] !== 0 && !onlyBelow) shown.push(directory);
  }
  const compare = (a: number, b: number) =>
    Math.abs(differences[b]!) - Math.abs(differences[a]!) || compareDirectories(columns, a, b);
  return {
    total: shown.length,
    totalBytes: differences[0]!,
    items: selectTop(shown, top, compare).map((directory) => {
      const [leftNode, rightNode] = [tree.leftNode[directory]!, tree.rightNode[directory]!];
      return {
        path: (rightNode >= 0 ? pathOf(right, rightNode) : pathOf(left, leftNode)).path,
        left: leftNode < 0 ? null : l.below[directory]!,
        right: rightNode < 0 ? null : r.below[directory]!,
      };
    }),
  };
}

/** Bytes directly in each directory and below it on one side, 0 where the side does not have it. */
function sidesBytes(
  fs: Filesystem,
  nodes: Int32Array,
): { readonly direct: Float64Array; readonly below: Float64Array } {
  const ranks = rankDirectories(fs.tree, fs.directories);
  const { bytes } = sumDirectories(ranks, fs.portions);
  const directly = bytes.slice();
  for (let rank = bytes.length - 1; rank > 0; rank--) directly[ranks.parentRank[rank]!]! -= bytes[rank]!;
  const of = (sums: Float64Array) =>
    Float64Array.from(nodes, (node) => (node < 0 ? 0 : sums[ranks.rankOf[node]!]!));
  return { direct: of(directly), below: of(bytes) };
}

function compareDirectories({ left, right, tree }: ChangeColumns, a: number, b: number): number {
  const [rightA, rightB] = [tree.rightNode[a]!, tree.rightNode[b]!];
  return comparePaths(
    rightA >= 0 ? right.tree : left.tree,
    rightA >= 0 ? rightA : tree.leftNode[a]!,
    rightB >= 0 ? right.tree : left.tree,
    rightB >= 0 ? rightB : tree.leftNode[b]!,
  );
}
