import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageByKey, pageOf } from './page-of.ts';

describe('a page', () => {
  it('is what sorting all would give, wherever it begins', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { maxLength: 200 }),
        fc.nat(220),
        fc.nat(30),
        fc.constantFrom(0, 2000),
        (keys, offset, limit, more) => {
          // More rows than a heap is used for, and many equal keys.
          const all = [...keys, ...Array.from({ length: more }, (_, n) => (n * 7919) % 50)];
          const items = all.map((_, n) => n);
          const order = (a: number, b: number) => all[a]! - all[b]! || a - b;
          const begin = more > 0 ? offset * 11 : offset;
          const wanted = [...items].sort(order).slice(begin, begin + limit);
          expect(pageOf(items, begin, limit, order)).toEqual(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('by keys is the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 60 }),
        fc.nat(30),
        fc.nat(30),
        fc.constantFrom(0, 2500, 6000),
        (few, near, limit, more) => {
          const all = [
            ...few,
            ...Array.from({ length: more }, (_, n) => ((n * 7919) % (more > 2500 ? 2 : 12)) - 2),
          ];
          const offset = more > 0 ? 1990 + near * 15 : near;
          const keys = Float64Array.from(all);
          const rows = all.map((_, row) => row);
          const wanted = rows.sort((a, b) => all[a]! - all[b]! || b - a).slice(offset, offset + limit);
          expect(pageByKey(keys, offset, limit, (a, b) => b - a)).toEqual(wanted);
          expect([...keys]).toEqual(all);
          // In the order of equals, of two rows one number.
          const keysOf = (rows: readonly number[]) => Float64Array.from(rows, (row) => -Math.floor(row / 2));
          expect(pageByKey(keys, offset, limit, (a, b) => b - a, keysOf)).toEqual(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('beyond the end is empty', () => {
    expect(pageOf([1, 2], 2, 10, (a, b) => a - b)).toEqual([]);
    expect(pageOf([], 0, 10, (a, b) => a - b)).toEqual([]);
  });
});
