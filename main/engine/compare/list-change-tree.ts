import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { TreeChange, TreeChangePage } from '../../../shared/model/comparison-document.ts';
import { pageByKey } from '../filesystem/page-of.ts';
import { nameOf, pathOf, textOf } from '../filesystem/path-text.ts';
import { nameBytes } from '../filesystem/path-tree.ts';
import {
  type ChangeColumns,
  leftBytes,
  type RowKind,
  RowKindId,
  rightBytes,
  rowKinds,
} from './change-columns.ts';
import { totalChanges } from './compare-filesystems.ts';

type TreeOrder = 'difference' | 'name' | 'left' | 'right' | 'changes';

export interface TreeQuery {
  /** A directory of either image, as it is written. */
  readonly path: string;
  /** Undefined: all but the same. */
  readonly kinds?: readonly RowKind[] | undefined;
  /** Default: the largest |right − left| first. Ties are in byte order of names. */
  readonly sort?: TreeOrder | undefined;
  readonly reverse?: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

/**
 * What is directly in a directory of either image: directories that have selected changes below, with their sums, and
 * the selected changes themselves. A path that is a directory on one side only comes as both. Throws `path-not-found`.
 */
export function listChangeTree(columns: ChangeColumns, query: TreeQuery): TreeChangePage {
  const directory = findDirectory(columns, query.path);
  const wanted = query.kinds ?? rowKinds.filter((kind) => kind !== 'same');
  const kinds = [...new Set(wanted)].map((kind) => RowKindId[kind]);
  const items = itemsOf(columns, directory, kinds);
  const sign = query.reverse ? -1 : 1;
  const { sort = 'difference' } = query;
  const keys = Float64Array.from(items, (item) => sign * keyOf(columns, item, kinds, sort));
  const nameSign = sort === 'name' ? sign : 1;
  const byName = (a: number, b: number) =>
    nameSign * Buffer.compare(nameOfItem(columns, items[a]!), nameOfItem(columns, items[b]!)) ||
    items[a]! - items[b]!;
  const page = pageByKey(keys, query.offset, query.limit, byName);
  return {
    totals: totalChanges(columns),
    directory: shown(columns, ~directory, kinds),
    total: items.length,
    rows: page.map((index) => shown(columns, items[index]!, kinds)),
  };
}

/** What a directory lists, as numbers: rows of the comparison, and directories d as ~d. */
function itemsOf({ tree, kind }: ChangeColumns, directory: number, kinds: readonly number[]): Int32Array {
  const isWanted = rowKinds.map((_, id) => kinds.includes(id));
  const children = tree.children
    .subarray(tree.childStart[directory], tree.childStart[directory + 1])
    .filter((child) => kinds.some((id) => tree.changes[id * tree.count + child]! > 0));
  const rows = tree.rows
    .subarray(tree.rowStart[directory], tree.rowStart[directory + 1])
    .filter((row) => isWanted[kind[row]!]);
  const items = new Int32Array(children.length + rows.length);
  items.set(children.map((child) => ~child));
  items.set(rows, children.length);
  return items;
}

/** The nodes on either side, −1 where there is none. */
function nodesOf(columns: ChangeColumns, item: number): readonly [left: number, right: number] {
  const { leftNode, rightNode } = item < 0 ? columns.tree : columns;
  const at = item < 0 ? ~item : item;
  return [leftNode[at]!, rightNode[at]!];
}

function nameOfItem(columns: ChangeColumns, item: number): Uint8Array {
  const [l, r] = nodesOf(columns, item);
  return r >= 0 ? nameBytes(columns.right.tree, r) : nameBytes(columns.left.tree, l);
}

interface Sums {
  readonly changes: number;
  readonly left: number;
  readonly right: number;
}

/** Of the selected changes. */
function sumsOf(columns: ChangeColumns, item: number, kinds: readonly number[]): Sums {
  if (item >= 0) return { changes: 1, left: leftBytes(columns, item), right: rightBytes(columns, item) };
  const { tree } = columns;
  const sums = { changes: 0, left: 0, right: 0 };
  for (const kind of kinds) {
    const at = kind * tree.count + ~item;
    sums.changes += tree.changes[at]!;
    sums.left += tree.leftBytes[at]!;
    sums.right += tree.rightBytes[at]!;
  }
  return sums;
}

/** The smallest comes first. */
function keyOf(columns: ChangeColumns, item: number, kinds: readonly number[], sort: TreeOrder): number {
  if (sort === 'name') return 0;
  const sums = sumsOf(columns, item, kinds);
  return sort === 'difference' ? -Math.abs(sums.right - sums.left) : -sums[sort];
}

function shown(columns: ChangeColumns, item: number, kinds: readonly number[]): TreeChange {
  const { left, right } = columns;
  const [l, r] = nodesOf(columns, item);
  const sums = sumsOf(columns, item, kinds);
  const moved = item >= 0 && columns.kind[item] === RowKindId.moved;
  return {
    name: r >= 0 ? nameOf(right, r) : nameOf(left, l),
    ...(r >= 0 ? pathOf(right, r) : pathOf(left, l)),
    kind: item < 0 ? 'directory' : rowKinds[columns.kind[item]!]!,
    changes: sums.changes,
    ...(moved && { from: pathOf(left, l).path }),
    // Where moved files came from is not below the directory that they are in now.
    left: l < 0 && sums.left === 0 ? null : sums.left,
    right: r < 0 && sums.right === 0 ? null : sums.right,
  };
}

/** Its number. Names that are no UTF-8 are found by how they are shown. */
function findDirectory(columns: ChangeColumns, path: string): number {
  const { tree } = columns;
  let directory = 0;
  for (const part of path.split('/')) {
    if (part === '') continue;
    const exact = Buffer.from(part);
    let found: number | undefined;
    for (let at = tree.childStart[directory]!; at < tree.childStart[directory + 1]!; at++) {
      const child = tree.children[at]!;
      const name = nameOfItem(columns, ~child);
      if (exact.equals(name)) {
        found = child;
        break;
      }
      if (found === undefined && part.includes('\ufffd') && textOf(name) === part) found = child;
    }
    if (found === undefined) {
      throw new LayerscopeError({
        code: 'path-not-found',
        message: `Neither image has the directory ${path}`,
        hint: 'Go up to a directory that one of them has',
      });
    }
    directory = found;
  }
  return directory;
}
