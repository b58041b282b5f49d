import { changeKinds } from '../../../shared/model/comparison-document.ts';
import { carriedBytes, type Filesystem } from '../filesystem/filesystem.ts';

/** What a row says, as a number: its index here. */
export const rowKinds = [...changeKinds, 'same'] as const;
export type RowKind = (typeof rowKinds)[number];

/** Rows in columns: the nodes on either side, −1 where there is none. A moved file has two paths. */
export interface ChangeColumns {
  readonly left: Filesystem;
  readonly right: Filesystem;
  readonly count: number;
  readonly kind: Uint8Array;
  readonly leftNode: Int32Array;
  readonly rightNode: Int32Array;
}

export function leftBytes({ left, leftNode }: ChangeColumns, row: number): number {
  return leftNode[row]! < 0 ? 0 : carriedBytes(left, leftNode[row]!);
}

export function rightBytes({ right, rightNode }: ChangeColumns, row: number): number {
  return rightNode[row]! < 0 ? 0 : carriedBytes(right, rightNode[row]!);
}

export function difference(columns: ChangeColumns, row: number): number {
  return rightBytes(columns, row) - leftBytes(columns, row);
}
