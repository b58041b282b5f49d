import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { ChangeRow } from '../../../shared/model/comparison-document.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { carriedBytes, type Filesystem } from '../filesystem/filesystem.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { comparePaths } from '../filesystem/path-tree.ts';
import { findPath } from '../filesystem/resolve-path.ts';
import { selectTop } from '../filesystem/select-top.ts';
import { type ChangeColumns, difference, type RowKind, rightBytes, rowKinds } from './change-columns.ts';

export interface ChangeQuery {
  /** Undefined: all but the same. */
  readonly kinds?: readonly RowKind[] | undefined;
  /** Only at or below this path, on either side. */
  readonly path?: string | undefined;
  /** Leaves out regular files that are empty, or not there, on both sides. */
  readonly withoutEmpty?: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface ChangePage {
  readonly total: number;
  /** Σ right − Σ left of all selected rows; where only `same` was asked for, the bytes in common. */
  readonly totalBytes: number;
  readonly rows: (Omit<ChangeRow, 'kind'> & { kind: RowKind })[];
}

export function listChanges(columns: ChangeColumns, query: ChangeQuery): ChangePage {
  const kinds = query.kinds ?? rowKinds.filter((kind) => kind !== 'same');
  const onlySame = kinds.every((kind) => kind === 'same');
  const wanted = rowKinds.map((kind) => kinds.includes(kind));
  const isBelow = query.path === undefined ? () => true : below(columns, query.path);
  const selected: number[] = [];
  let totalBytes = 0;
  for (let row = 0; row < columns.count; row++) {
    if (!wanted[columns.kind[row]!] || !isBelow(row)) continue;
    if (query.withoutEmpty && isEmpty(columns, row)) continue;
    selected.push(row);
    totalBytes += onlySame ? rightBytes(columns, row) : difference(columns, row);
  }

  const weight = new Float64Array(columns.count);
  for (const row of selected) weight[row] = Math.abs(difference(columns, row));
  const order = (a: number, b: number) => weight[b]! - weight[a]! || compareRowPaths(columns, a, b);
  const rows = selectTop(selected, query.offset + query.limit, order)
    .slice(query.offset)
    .map((row) => changeRow(columns, row));
  return { total: selected.length, totalBytes, rows };
}

function changeRow(columns: ChangeColumns, row: number): ChangePage['rows'][number] {
  const { left, right } = columns;
  const l = columns.leftNode[row]!;
  const r = columns.rightNode[row]!;
  const kind = rowKinds[columns.kind[row]!]!;
  const from = kind === 'moved' ? pathOf(left, l) : undefined;
  return {
    ...(r >= 0 ? pathOf(right, r) : pathOf(left, l)),
    kind,
    ...(from && { from: from.path }),
    ...(from?.pathBase64 !== undefined && { fromBase64: from.pathBase64 }),
    left: l < 0 ? null : carriedBytes(left, l),
    right: r < 0 ? null : carriedBytes(right, r),
  };
}

function compareRowPaths({ left, right, leftNode, rightNode }: ChangeColumns, a: number, b: number): number {
  const rightA = rightNode[a]! >= 0;
  const rightB = rightNode[b]! >= 0;
  return comparePaths(
    rightA ? right.tree : left.tree,
    rightA ? rightNode[a]! : leftNode[a]!,
    rightB ? right.tree : left.tree,
    rightB ? rightNode[b]! : leftNode[b]!,
  );
}

function isEmpty({ left, right, leftNode, rightNode }: ChangeColumns, row: number): boolean {
  return emptyFileOrNone(left, leftNode[row]!) && emptyFileOrNone(right, rightNode[row]!);
}

function emptyFileOrNone(fs: Filesystem, node: number): boolean {
  return node < 0 || (fs.nodeKind[node] === EntryKind.File && fs.inodes.size[fs.nodeInode[node]!] === 0);
}

function below(columns: ChangeColumns, path: string): (row: number) => boolean {
  const left = subtree(columns.left, path);
  const right = subtree(columns.right, path);
  if (!left && !right) {
    throw new LayerscopeError({
      code: 'path-not-found',
      message: `Neither image has the path ${path}`,
      hint: 'Go up to a folder that one of them has',
    });
  }
  const { leftNode, rightNode } = columns;
  return (row) => left?.[leftNode[row]!] === 1 || right?.[rightNode[row]!] === 1;
}

/** 1 for each node at or below the path; undefined where there is no such path. */
function subtree(fs: Filesystem, path: string): Uint8Array | undefined {
  const top = findPath(fs, path);
  if (top === undefined) return undefined;
  const inside = new Uint8Array(fs.tree.count);
  inside[top] = 1;
  for (let n = top + 1; n < inside.length; n++) if (inside[fs.tree.parent[n]!] === 1) inside[n] = 1;
  return inside;
}
