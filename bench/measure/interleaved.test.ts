import { expect, test } from 'vitest';
import { interleaved } from './interleaved.ts';

const { signal } = new AbortController();

test('in turn, with a round that is not counted', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => order.push(name);
  const results = await interleaved({ runs: 2, signal }, { ours: work('ours'), theirs: work('theirs') });
  expect(order).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs']);
  expect(results).toEqual({ ours: [3, 5], theirs: [4, 6] });
});

test('nothing more is begun once the bench is stopped', async () => {
  const stop = new AbortController();
  let begun = 0;
  const work = async () => {
    begun++;
    stop.abort(new Error('enough'));
  };
  await expect(interleaved({ runs: 3, signal: stop.signal }, { work })).rejects.toThrow('enough');
  expect(begun).toBe(1);
});
