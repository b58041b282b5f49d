import { expect, test } from 'vitest';
import { median } from './median.ts';

test('the middle one, whatever the order', () => {
  expect(median([9, 1, 10])).toBe(9);
  expect(median([100, 20, 3, 1])).toBe(11.5);
});

test('numbers are sorted as numbers, and the values stay as they were', () => {
  const values = [10, 9, 100];
  expect(median(values)).toBe(10);
  expect(values).toEqual([10, 9, 100]);
});

test('nothing has no median', () => {
  expect(() => median([])).toThrow('no median');
});
