import { changeKinds } from '../../../shared/model/comparison-document.ts';
import { carriedBytes, type Filesystem } from '../filesystem/filesystem.ts';
import type { ChangeTree } from './change-tree.ts';

/** What a row says, as a number: its index here. */
export const rowKinds = [...changeKinds, 'same'] as const;
export type RowKind = (typeof rowKinds)[number];

/** The same by name. */
export const RowKindId = Object.fromEntries(rowKinds.map((kind, id) => [kind, id])) as Readonly<
  Record<RowKind, number>
>;

/** Rows in columns: the nodes on either side, −1 where there is none. A moved file has two paths. */
export interface ChangeRows {
  readonly left: Filesystem;
  readonly right: Filesystem;
  readonly count: number;
  readonly kind: Uint8Array;
  readonly leftNode: Int32Array;
  readonly rightNode: Int32Array;
}

/** A comparison of two images. */
export interface ChangeColumns extends ChangeRows {
  readonly tree: ChangeTree;
}

export function leftBytes({ left, leftNode }: ChangeRows, row: number): number {
  return leftNode[row]! < 0 ? 0 : carriedBytes(left, leftNode[row]!);
}

export function rightBytes({ right, rightNode }: ChangeRows, row: number): number {
  return rightNode[row]! < 0 ? 0 : carriedBytes(right, rightNode[row]!);
}

export function difference(columns: ChangeRows, row: number): number {
  return rightBytes(columns, row) - leftBytes(columns, row);
}
