import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heap, selectTop } from './select-top.ts';

it('selects what sorting everything selects', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat({ max: 20 }), (items, count) => {
      const sorted = [...items].sort((a, b) => a - b).slice(0, count);
      expect(selectTop(items, count, (a, b) => a - b)).toEqual(sorted);
    }),
  );
});

it('pops in order, also what comes while popping', () => {
  const heap = new Heap((a, b) => b - a);
  for (const item of [3, 9, 1, 9, 4]) heap.push(item);
  expect([heap.pop(), heap.pop(), heap.pop()]).toEqual([9, 9, 4]);
  heap.push(2);
  expect([heap.pop(), heap.pop(), heap.pop(), heap.pop()]).toEqual([3, 2, 1, undefined]);
});
