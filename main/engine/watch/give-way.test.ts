import { expect, it } from 'vitest';
import { giveWay } from './give-way.ts';

it('lets five builds in ten seconds be given up, and then one come to its end', () => {
  let now = 0;
  const mayGiveWay = giveWay(() => now);
  const asked = (seconds: number[]) =>
    seconds.map((second) => {
      now = second * 1000;
      return mayGiveWay();
    });
  expect(asked([0, 1, 2, 3, 4])).toEqual([true, true, true, true, true]);
  expect(asked([5, 9.9])).toEqual([false, false]);
  expect(asked([10.1, 10.2])).toEqual([true, false]);
  expect(asked([100, 120, 140, 160, 180, 200])).toEqual(Array(6).fill(true));
});
