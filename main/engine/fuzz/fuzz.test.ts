import { expect, it } from 'vitest';
import { fuzzSeed, oneCase, runFuzz, sumUp } from './run-fuzz.ts';

it('reads 500 hostile and damaged images rightly, or says what is wrong', { timeout: 120_000 }, async () => {
  const only = oneCase();
  const report =
    only === undefined ? await runFuzz(fuzzSeed(), 0, 500, 2) : await runFuzz(fuzzSeed(), only, only + 1, 1);
  console.log(sumUp(report));
  expect(report.defects).toEqual([]);
  if (only !== undefined) return;
  expect(report.cases).toBe(500);
  expect(report.outcomes.read).toBeGreaterThan(100);
  expect(report.second.merged).toBeGreaterThan(20);
});
