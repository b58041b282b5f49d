import { expect, it } from 'vitest';
import { fuzzSeed, runFuzz, sumUp } from './run-fuzz.ts';

const cases = 20_000;
const batch = 2000;

it.each(Array.from({ length: cases / batch }, (_, number) => number * batch))(
  `reads ${batch} hostile and damaged images rightly, or says what is wrong: from case %i`,
  async (from) => {
    const report = await runFuzz(fuzzSeed(), from, from + batch, 2);
    console.log(sumUp(report));
    expect(report.defects).toEqual([]);
    expect(report.cases).toBe(batch);
  },
);
