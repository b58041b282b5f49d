import type { Order } from './select-top.ts';
import { selectTop } from './select-top.ts';

/**
 * Items `offset` to `offset + limit` of the order, sorted. The first ones cost one pass with a bounded heap; those far
 * down are parted from the others without sorting them (Hoare's quickselect with random pivots).
 */
export function pageOf(items: ArrayLike<number>, offset: number, limit: number, order: Order): number[] {
  const end = Math.min(items.length, offset + limit);
  if (offset >= end) return [];
  if (end <= 2000 || end * 50 < items.length) return selectTop(items, end, order).slice(offset);
  const parted = Uint32Array.from(items);
  part(parted, offset, order);
  part(parted, end, order);
  return Array.from(parted.subarray(offset, end)).sort(order);
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
