import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NarrowColumn } from './narrow-column.ts';

function columnOf(blocks: readonly (readonly number[])[], least?: -1) {
  const column = new NarrowColumn(least);
  for (const block of blocks) column.append(Float64Array.from(block));
  return column.finish();
}

it.each([
  [[], Uint8Array],
  [[0, 255], Uint8Array],
  [[0, 256], Uint16Array],
  [[65_535], Uint16Array],
  [[65_536], Uint32Array],
  [[2 ** 32 - 1], Uint32Array],
  [[2 ** 32], Float64Array],
  [[-1, 127], Int8Array],
  [[-128, 0], Int8Array],
  [[-129, 0], Int16Array],
  [[-1, 128], Int16Array],
  [[-1, 32_768], Int32Array],
  [[-1, 2 ** 31], Float64Array],
  [[0.5], Float64Array],
  [[Number.MAX_SAFE_INTEGER, -1], Float64Array],
])('keeps %j in the narrowest type', (numbers, Type) => {
  const column = columnOf([numbers]);
  expect(column).toBeInstanceOf(Type);
  expect([...column]).toEqual(numbers);
});

it('is signed from the start where it is to be', () => {
  expect(columnOf([[1, 2]], -1)).toBeInstanceOf(Int8Array);
});

it('keeps all numbers while it grows wider, and no room', () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  );
  fc.assert(
    fc.property(fc.array(fc.array(number, { maxLength: 40 }), { maxLength: 8 }), (blocks) => {
      const column = columnOf(blocks);
      expect([...column]).toEqual(blocks.flat());
      expect(column.buffer.byteLength).toBe(column.byteLength);
    }),
  );
});
