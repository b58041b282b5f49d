import type { ChangeTotals } from '../../../shared/model/comparison-document.ts';
import { exact } from '../archive/columns.ts';
import { GrowingColumn } from '../archive/growing-column.ts';
import { type Filesystem, isLeaf } from '../filesystem/filesystem.ts';
import { type ChangeColumns, type ChangeRows, type RowKind, RowKindId } from './change-columns.ts';
import { type ChangePage, type ChangeQuery, listChanges } from './change-rows.ts';
import { changeTree } from './change-tree.ts';
import { compareEntries } from './compare-entries.ts';
import { mapNodes } from './map-nodes.ts';
import { pairMoved } from './pair-moved.ts';

export interface Comparison {
  /** `bytes` of all but `same` sum to live(right) − live(left). */
  readonly totals: ChangeTotals;
  /** A page of rows, largest |right − left| first, then by path. Throws `path-not-found`. */
  rows(query: ChangeQuery): ChangePage;
}

/** Holds two images against each other, by path, over all that is no directory. */
export function compareFilesystems(left: Filesystem, right: Filesystem): Comparison {
  const columns = changeColumns(left, right);
  return { totals: totalChanges(columns), rows: (query) => listChanges(columns, query) };
}

/** The rows of a comparison, and their tree: what takes long of it. */
export function changeColumns(left: Filesystem, right: Filesystem): ChangeColumns {
  const leftOf = mapNodes(left, right);
  const rows = changeRows(left, right, leftOf);
  return { ...rows, tree: changeTree(rows, leftOf) };
}

function changeRows(left: Filesystem, right: Filesystem, leftOf: Int32Array): ChangeRows {
  // Memory of rows that there are not is never touched.
  const rows = new RowColumns(left.tree.count + right.tree.count);
  const matched = new Uint8Array(left.tree.count);
  const onlyLeft = new GrowingColumn(new Uint32Array(64));
  const onlyRight = new GrowingColumn(new Uint32Array(64));
  for (let r = 1; r < right.tree.count; r++) {
    if (!isLeaf(right, r)) continue;
    const l = leftOf[r]!;
    if (l < 0 || !isLeaf(left, l)) {
      onlyRight.push(r);
      continue;
    }
    matched[l] = 1;
    rows.add(compareEntries(left, l, right, r, leftOf), l, r);
  }
  for (let l = 1; l < left.tree.count; l++) {
    if (matched[l] === 0 && isLeaf(left, l)) onlyLeft.push(l);
  }
  addUnmatched(rows, left, onlyLeft.finish(), right, onlyRight.finish());
  return { left, right, ...rows.finish() };
}

/** What only one of them has at its path: moved, where the other has it elsewhere. */
function addUnmatched(
  rows: RowColumns,
  left: Filesystem,
  onlyLeft: Uint32Array,
  right: Filesystem,
  onlyRight: Uint32Array,
): void {
  const moved = pairMoved(left, onlyLeft, right, onlyRight);
  const movedFrom = new Uint8Array(left.tree.count);
  const movedTo = new Uint8Array(right.tree.count);
  moved.from.forEach((from, index) => {
    const to = moved.to[index]!;
    movedFrom[from] = 1;
    movedTo[to] = 1;
    rows.add(RowKindId.moved, from, to);
  });
  for (const l of onlyLeft) if (movedFrom[l] === 0) rows.add(RowKindId.removed, l, -1);
  for (const r of onlyRight) if (movedTo[r] === 0) rows.add(RowKindId.added, -1, r);
}

/** Rows in the making. */
class RowColumns {
  #count = 0;
  readonly #kind: Uint8Array;
  readonly #leftNode: Int32Array;
  readonly #rightNode: Int32Array;

  constructor(most: number) {
    this.#kind = new Uint8Array(most);
    this.#leftNode = new Int32Array(most);
    this.#rightNode = new Int32Array(most);
  }

  add(kind: number, left: number, right: number): void {
    const row = this.#count++;
    this.#kind[row] = kind;
    this.#leftNode[row] = left;
    this.#rightNode[row] = right;
  }

  finish(): Omit<ChangeRows, 'left' | 'right'> {
    const count = this.#count;
    return {
      count,
      kind: exact(this.#kind, count),
      leftNode: exact(this.#leftNode, count),
      rightNode: exact(this.#rightNode, count),
    };
  }
}

/** Sums over all rows: those of the root of their tree. */
export function totalChanges({ tree }: ChangeColumns): ChangeTotals {
  const total = (kind: RowKind) => {
    const at = RowKindId[kind] * tree.count;
    const left = kind === 'same' ? 0 : tree.leftBytes[at]!;
    return { files: tree.changes[at]!, bytes: tree.rightBytes[at]! - left };
  };
  return {
    added: total('added'),
    removed: total('removed'),
    changed: total('changed'),
    metadata: total('metadata'),
    moved: total('moved'),
    same: total('same'),
  };
}
