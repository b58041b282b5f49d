import { describe, expect, test } from 'vitest';
import { judge, notMeasured } from './judge.ts';
import type { Row, Target } from './row.ts';

const row = (target: Target): Row => ({
  name: 'a-row',
  work: 'a work',
  target,
  measure: () => expect.unreachable(),
});
const run = (ms: number, peakBytes: number | null = 50e6) => ({ ms, peakBytes });

test('medians, the ratio to the baseline, and all limits kept', () => {
  const result = judge(row({ ratio: 0.5, peakMB: 60 }), {
    ours: [run(100), run(300, 60e6), run(110, 70e6)],
    baseline: { name: 'other', runs: [run(220), run(1000), run(200)] },
  });
  expect(result).toMatchObject({ runs: 3, ms: 110, peakMB: 60, ratio: 0.5, met: true });
  expect(result.baseline).toEqual({ name: 'other', ms: 220, peakMB: 50 });
});

describe('missed by each limit alone', () => {
  const outcome = { ours: [run(110)], baseline: { name: 'other', runs: [run(100)] } };
  const generous = { ratio: 1.2, ms: 120, peakMB: 60 };

  test.each([
    ['by none', {}, true],
    ['the ratio', { ratio: 1.09 }, false],
    ['the time', { ms: 109 }, false],
    ['the memory', { peakMB: 49 }, false],
  ])('%s', (_, target, met) => {
    expect(judge(row({ ...generous, ...target }), outcome).met).toBe(met);
  });

  test('nothing wanted, nothing to meet', () => {
    expect(judge(row({}), outcome).met).toBeNull();
  });

  test('before rounding', () => {
    const slightlyMore = { ...outcome, ours: [run(120.001)] };
    expect(judge(row({ ms: 120 }), slightlyMore)).toMatchObject({ ms: 120, met: false });
  });
});

describe('where something is not known', () => {
  test('no baseline leaves the ratio open, and the verdict', () => {
    expect(judge(row({ ratio: 0.5, ms: 200 }), { ours: [run(100)] })).toMatchObject({
      ratio: null,
      met: null,
    });
  });

  test('but another limit that does not hold decides', () => {
    expect(judge(row({ ratio: 0.5, ms: 90 }), { ours: [run(100)] }).met).toBe(false);
  });

  test('memory that was measured in some runs only is not known', () => {
    const result = judge(row({ peakMB: 60 }), { ours: [run(100), run(100, null)] });
    expect(result).toMatchObject({ peakMB: null, met: null });
  });

  test('a row that was not measured says why', () => {
    expect(notMeasured(row({ ms: 1 }), 'no such engine')).toMatchObject({
      met: null,
      ms: null,
      note: 'not measured: no such engine',
    });
  });
});
