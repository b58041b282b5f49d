/** Negative: a comes first. Must never be 0 for two different items where their order is to be certain. */
export type Order = (a: number, b: number) => number;

/**
 * The first `count` of `items` in that order, sorted. A bounded heap: a million items for a short list cost
 * little more than one pass.
 */
export function selectTop(items: ArrayLike<number>, count: number, order: Order): number[] {
  if (count >= items.length) return Array.from(items).sort(order);
  if (count <= 0) return [];
  const kept = new Heap((a, b) => order(b, a));
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (kept.size < count) kept.push(item);
    else if (order(item, kept.first!) < 0) kept.replaceFirst(item);
  }
  return kept.items.sort(order);
}

/** A binary heap: `first` is the item that comes first in the order. */
export class Heap {
  readonly items: number[] = [];
  readonly #order: Order;

  constructor(order: Order) {
    this.#order = order;
  }

  get size(): number {
    return this.items.length;
  }

  get first(): number | undefined {
    return this.items[0];
  }

  push(item: number): void {
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.#order(item, items[up]!) >= 0) break;
      items[at] = items[up]!;
      at = up;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) this.replaceFirst(last);
    return first;
  }

  replaceFirst(item: number): void {
    const { items } = this;
    let at = 0;
    for (;;) {
      let down = at * 2 + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && this.#order(items[down + 1]!, items[down]!) < 0) down++;
      if (this.#order(item, items[down]!) <= 0) break;
      items[at] = items[down]!;
      at = down;
    }
    items[at] = item;
  }
}
