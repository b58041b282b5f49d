import { expect, it } from 'vitest';
import { createSlots } from './slots.ts';

it('does so much at a time, in order, whatever fails', async () => {
  const inSlot = createSlots(2);
  const started: number[] = [];
  const endings: PromiseWithResolvers<void>[] = [];
  const work = Array.from({ length: 5 }, (_, index) =>
    inSlot(async () => {
      started.push(index);
      endings[index] = Promise.withResolvers();
      await endings[index].promise;
      return index;
    }),
  );
  const first = expect(work[0]).rejects.toThrow('no');
  await expect.poll(() => started).toEqual([0, 1]);
  endings[0]!.reject(new Error('no'));
  await first;
  await expect.poll(() => started).toEqual([0, 1, 2]);
  for (const index of [1, 2]) endings[index]!.resolve();
  await expect.poll(() => started).toEqual([0, 1, 2, 3, 4]);
  for (const index of [3, 4]) endings[index]!.resolve();
  expect(await Promise.all(work.slice(1))).toEqual([1, 2, 3, 4]);
});
