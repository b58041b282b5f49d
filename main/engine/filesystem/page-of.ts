import type { Order } from './select-top.ts';
import { Heap, selectTop } from './select-top.ts';

/** So many of the first rows are kept in a heap. */
export const fewRows = 2000;

/**
 * Items `offset` to `offset + limit` of the order, sorted. The first ones cost one pass with a bounded heap; those far
 * down are parted from the others without sorting them (Hoare's quickselect with random pivots).
 */
export function pageOf(items: ArrayLike<number>, offset: number, limit: number, order: Order): number[] {
  const end = Math.min(items.length, offset + limit);
  if (offset >= end) return [];
  if (end <= fewRows || end * 50 < items.length) return selectTop(items, end, order).slice(offset);
  const parted = Uint32Array.from(items);
  part(parted, offset, order);
  part(parted, end, order);
  return Array.from(parted.subarray(offset, end)).sort(order);
}

/**
 * Rows `offset` to `offset + limit` in the order of their keys, the smallest first; `equals` decides between rows of
 * one key. Keys are numbers in a column, so rows far down are found without asking `equals` of any other key; where there
 * may be many of one key, `keysOf` gives numbers in the order of `equals` for these rows, too.
 */
export function pageByKey(
  keys: Float64Array,
  offset: number,
  limit: number,
  equals: Order,
  keysOf?: (rows: readonly number[]) => Float64Array,
): number[] {
  const end = Math.min(keys.length, offset + limit);
  if (offset >= end) return [];
  if (end <= fewRows) return firstRows(keys, end, equals).slice(offset);
  const sorted = keys.slice();
  const first = keyAt(sorted, offset);
  const last = keyAt(sorted, end - 1);
  const before = { count: 0, rows: [] as number[] };
  const between: number[] = [];
  const after: number[] = [];
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!;
    if (key < first) before.count++;
    else if (key === first) before.rows.push(row);
    else if (key < last) between.push(row);
    else if (key === last) after.push(row);
  }
  const pageOfEqual = (equal: readonly number[], offset: number, limit: number) =>
    keysOf && equal.length > fewRows
      ? pageByKey(keysOf(equal), offset, limit, (a, b) => equals(equal[a]!, equal[b]!)).map(
          (at) => equal[at]!,
        )
      : pageOf(equal, offset, limit, equals);
  const rows = pageOfEqual(before.rows, offset - before.count, end - offset);
  between.sort((a, b) => keys[a]! - keys[b]! || equals(a, b));
  rows.push(...between);
  return rows.concat(pageOfEqual(after, 0, end - offset - rows.length));
}

function firstRows(keys: Float64Array, count: number, equals: Order): number[] {
  const order: Order = (a, b) => keys[a]! - keys[b]! || equals(a, b);
  const kept = new Heap((a, b) => order(b, a));
  for (let row = 0; row < keys.length; row++) {
    if (kept.size < count) kept.push(row);
    else if (keys[row]! <= keys[kept.first!]! && order(row, kept.first!) < 0) kept.replaceFirst(row);
  }
  return kept.items.sort(order);
}

/** The key that sorting would put there (Hoare's quickselect); parts the keys on the way. */
function keyAt(keys: Float64Array, at: number): number {
  let low = 0;
  let high = keys.length - 1;
  while (low < high) {
    const pivot = keys[low + Math.floor(Math.random() * (high - low + 1))]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (keys[left]! < pivot) left++;
      while (keys[right]! > pivot) right--;
      if (left > right) break;
      const key = keys[left]!;
      keys[left++] = keys[right]!;
      keys[right--] = key;
    }
    if (at <= right) high = right;
    else if (at >= left) low = left;
    else break;
  }
  return keys[at]!;
}

/** Moves the first `count` of the order to the front. */
function part(items: Uint32Array, count: number, order: Order): void {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const pivot = items[low + Math.floor(Math.random() * (high - low + 1))]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (order(items[left]!, pivot) < 0) left++;
      while (order(pivot, items[right]!) < 0) right--;
      if (left > right) break;
      const item = items[left]!;
      items[left++] = items[right]!;
      items[right--] = item;
    }
    if (count <= right) high = right;
    else if (count > left) low = left;
    else return;
  }
}
