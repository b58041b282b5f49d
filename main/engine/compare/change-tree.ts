import { exact, release } from '../archive/columns.ts';
import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { type ChangeRows, leftBytes, rightBytes, rowKinds } from './change-columns.ts';

/**
 * The directories of both images as one tree, with what is in each and sums of all that is below: computed once, so
 * that a directory is listed in the time its own rows take. Directories are numbers, parents before children, the root
 * 0. A row is in the directory of its path on the right, or on the left where it is only there.
 */
export interface ChangeTree {
  readonly count: number;
  readonly parent: Uint32Array;
  /** The directory's node on either side, or −1. */
  readonly leftNode: Int32Array;
  readonly rightNode: Int32Array;
  /** Directories by the one they are in: those of d are children[childStart[d] … childStart[d + 1]]. */
  readonly childStart: Uint32Array;
  readonly children: Uint32Array;
  /** Rows by the directory they are in, likewise. */
  readonly rowStart: Uint32Array;
  readonly rows: Uint32Array;
  /** Of all rows at and below a directory, by kind: [kind * count + directory]. */
  readonly changes: Uint32Array;
  readonly leftBytes: Float64Array;
  readonly rightBytes: Float64Array;
}

/** `leftOf` maps right nodes to left ones. */
export function changeTree(rows: ChangeRows, leftOf: Int32Array): ChangeTree {
  const joined = joinDirectories(rows.left, rows.right, leftOf);
  const { count, parent, leftNode, rightNode, ofLeft, ofRight } = joined;
  const directoryOf = new Uint32Array(rows.count);
  for (let row = 0; row < rows.count; row++) {
    const r = rows.rightNode[row]!;
    const directory =
      r >= 0 ? ofRight[rows.right.tree.parent[r]!]! : ofLeft[rows.left.tree.parent[rows.leftNode[row]!]!]!;
    directoryOf[row] = directory;
  }
  const below = groupBy(parent, count, 1);
  const inside = groupBy(directoryOf, count, 0);
  for (const column of [ofLeft, ofRight, directoryOf]) release(column);
  const places = { count, parent, rowStart: inside.start, rows: inside.items };
  return {
    ...places,
    leftNode,
    rightNode,
    childStart: below.start,
    children: below.items,
    ...sumByDirectory(rows, places),
  };
}

/** Sums of the rows at and below each directory; rows without a kind count nowhere. */
export function sumByDirectory(
  rows: ChangeRows,
  { count, parent, rowStart, rows: inside }: Pick<ChangeTree, 'count' | 'parent' | 'rowStart' | 'rows'>,
): Pick<ChangeTree, 'changes' | 'leftBytes' | 'rightBytes'> {
  const changes = new Uint32Array(rowKinds.length * count);
  const left = new Float64Array(rowKinds.length * count);
  const right = new Float64Array(rowKinds.length * count);
  for (let directory = 0; directory < count; directory++) {
    for (let index = rowStart[directory]!; index < rowStart[directory + 1]!; index++) {
      const row = inside[index]!;
      const kind = rows.kind[row]!;
      if (kind >= rowKinds.length) continue;
      const at = kind * count + directory;
      changes[at]!++;
      left[at]! += leftBytes(rows, row);
      right[at]! += rightBytes(rows, row);
    }
  }
  for (let directory = count - 1; directory > 0; directory--) {
    for (let at = directory, up = parent[directory]!; at < changes.length; at += count, up += count) {
      if (changes[at] === 0) continue;
      changes[up]! += changes[at]!;
      left[up]! += left[at]!;
      right[up]! += right[at]!;
    }
  }
  return { changes, leftBytes: left, rightBytes: right };
}

/** How many rows and directories there are in one directory at most. */
export function mostInDirectory({ count, childStart, rowStart }: ChangeTree): number {
  let most = 0;
  for (let directory = 0; directory < count; directory++) {
    const children = childStart[directory + 1]! - childStart[directory]!;
    const rows = rowStart[directory + 1]! - rowStart[directory]!;
    if (children + rows > most) most = children + rows;
  }
  return most;
}

interface JoinedDirectories extends Pick<ChangeTree, 'count' | 'parent' | 'leftNode' | 'rightNode'> {
  /** The directory of each node of a tree that is one. */
  readonly ofLeft: Uint32Array;
  readonly ofRight: Uint32Array;
}

/** `leftOf` maps right nodes to left ones. */
function joinDirectories(left: Filesystem, right: Filesystem, leftOf: Int32Array): JoinedDirectories {
  const most = left.directories.length + right.directories.length;
  const parent = new Uint32Array(most);
  const leftNode = new Int32Array(most).fill(-1);
  const rightNode = new Int32Array(most).fill(-1);
  const ofLeft = new Uint32Array(left.tree.count);
  const ofRight = new Uint32Array(right.tree.count);
  let count = 0;
  for (const node of right.directories) {
    const l = leftOf[node]!;
    ofRight[node] = count;
    parent[count] = ofRight[right.tree.parent[node]!]!;
    rightNode[count] = node;
    if (l >= 0 && left.nodeKind[l] === EntryKind.Directory) {
      leftNode[count] = l;
      ofLeft[l] = count;
    }
    count++;
  }
  for (const node of left.directories) {
    // The root is 0 on both sides.
    if (node === 0 || ofLeft[node] !== 0) continue;
    ofLeft[node] = count;
    parent[count] = ofLeft[left.tree.parent[node]!]!;
    leftNode[count] = node;
    count++;
  }
  return {
    count,
    parent: exact(parent, count),
    leftNode: exact(leftNode, count),
    rightNode: exact(rightNode, count),
    ofLeft,
    ofRight,
  };
}

/** Numbers from `first` on, sorted by their group: those of group g are items[start[g] … start[g + 1]]. */
function groupBy(
  groups: Uint32Array,
  count: number,
  first: number,
): { start: Uint32Array; items: Uint32Array } {
  const start = new Uint32Array(count + 1);
  for (let item = first; item < groups.length; item++) start[groups[item]! + 1]!++;
  for (let group = 0; group < count; group++) start[group + 1]! += start[group]!;
  const next = start.slice(0, count);
  const items = new Uint32Array(Math.max(0, groups.length - first));
  for (let item = first; item < groups.length; item++) items[next[groups[item]!]!++] = item;
  release(next);
  return { start, items };
}
