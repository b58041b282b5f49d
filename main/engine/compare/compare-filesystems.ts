import type { ChangeTotals } from '../../../shared/model/comparison-document.ts';
import { type Filesystem, isLeaf } from '../filesystem/filesystem.ts';
import { tableOf } from '../filesystem/find-child.ts';
import { type ChangeColumns, difference, type RowKind, rightBytes, rowKinds } from './change-columns.ts';
import { type ChangePage, type ChangeQuery, listChanges } from './change-rows.ts';
import { compareEntries } from './compare-entries.ts';
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

/** The rows of a comparison: what takes long of it. */
export function changeColumns(left: Filesystem, right: Filesystem): ChangeColumns {
  const leftOf = mapPaths(left, right);
  const kind: number[] = [];
  const leftNode: number[] = [];
  const rightNode: number[] = [];
  const add = (row: RowKind, l: number, r: number) => {
    kind.push(rowKinds.indexOf(row));
    leftNode.push(l);
    rightNode.push(r);
  };

  const matched = new Uint8Array(left.tree.count);
  const onlyLeft: number[] = [];
  const onlyRight: number[] = [];
  for (let r = 1; r < right.tree.count; r++) {
    if (!isLeaf(right, r)) continue;
    const l = leftOf[r]!;
    if (l < 0 || !isLeaf(left, l)) {
      onlyRight.push(r);
      continue;
    }
    matched[l] = 1;
    add(compareEntries(left, l, right, r, leftOf), l, r);
  }
  for (let l = 1; l < left.tree.count; l++) {
    if (matched[l] === 0 && isLeaf(left, l)) onlyLeft.push(l);
  }

  const movedTo = pairMoved(left, onlyLeft, right, onlyRight);
  const movedInto = new Set(movedTo.values());
  for (const l of onlyLeft) {
    const r = movedTo.get(l);
    if (r === undefined) add('removed', l, -1);
    else add('moved', l, r);
  }
  for (const r of onlyRight) if (!movedInto.has(r)) add('added', -1, r);
  return {
    left,
    right,
    count: kind.length,
    kind: Uint8Array.from(kind),
    leftNode: Int32Array.from(leftNode),
    rightNode: Int32Array.from(rightNode),
  };
}

/** For each node on the right the left node of the same path, live or not, or −1. */
function mapPaths(left: Filesystem, right: Filesystem): Int32Array {
  const { tree } = right;
  const table = tableOf(left.tree);
  const leftOf = new Int32Array(tree.count);
  for (let r = 1; r < tree.count; r++) {
    const parent = leftOf[tree.parent[r]!]!;
    if (parent < 0) {
      leftOf[r] = -1;
      continue;
    }
    const { nodeName, names } = tree.layers[tree.nameLayer[r]!]!;
    const named = tree.nameNode[r]!;
    leftOf[r] = table.find(parent, names, nodeName[named]!, nodeName[named + 1]!) || -1;
  }
  table.release();
  return leftOf;
}

export function totalChanges(columns: ChangeColumns): ChangeTotals {
  const files = new Float64Array(rowKinds.length);
  const bytes = new Float64Array(rowKinds.length);
  for (let row = 0; row < columns.count; row++) {
    const kind = columns.kind[row]!;
    files[kind]!++;
    bytes[kind]! += rowKinds[kind] === 'same' ? rightBytes(columns, row) : difference(columns, row);
  }
  const total = (kind: RowKind) => ({
    files: files[rowKinds.indexOf(kind)]!,
    bytes: bytes[rowKinds.indexOf(kind)]!,
  });
  return {
    added: total('added'),
    removed: total('removed'),
    changed: total('changed'),
    metadata: total('metadata'),
    moved: total('moved'),
    same: total('same'),
  };
}
