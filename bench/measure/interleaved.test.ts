import { expect, test } from 'vitest';
import { interleaved } from './interleaved.ts';

test('in turn, with a round that is not counted', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => order.push(name);
  const results = await interleaved(2, { ours: work('ours'), theirs: work('theirs') });
  expect(order).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs']);
  expect(results).toEqual({ ours: [3, 5], theirs: [4, 6] });
});
