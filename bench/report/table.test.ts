import { describe, expect, test } from 'vitest';
import type { Result } from '../judge.ts';
import { cells, columns, duration, line, markdownTable, wanted } from './table.ts';

const result: Result = {
  name: 'a-row',
  work: 'a work',
  runs: 5,
  ms: 590,
  peakMB: 86.4,
  baseline: { name: 'other 1.0', ms: 3800, peakMB: 65 },
  ratio: 0.155,
  target: { ratio: 0.5, peakMB: 130 },
  met: true,
  note: null,
};

test('a row with all there is', () => {
  expect(cells(result)).toEqual([
    'a work',
    '590 ms, 86 MB',
    'other 1.0: 3.80 s, 65 MB',
    '0.155',
    '≤ 0.5 × baseline, ≤ 130 MB',
    'met',
  ]);
});

test('what was not measured is a dash, never 0', () => {
  const nothing = { ...result, ms: null, peakMB: null, baseline: null, ratio: null, met: null };
  const shown = cells({ ...nothing, target: {}, note: 'not measured: no engine' });
  expect(shown).toEqual(['a work', '–', '–', '–', '–', 'not measured: no engine']);
});

describe('verdicts', () => {
  test.each([
    [true, null, 'met'],
    [false, null, '**missed**'],
    [null, null, 'open'],
    [true, 'beside', 'met; beside'],
    [false, 'beside', '**missed**; beside'],
  ])('%s with note %s', (met, note, text) => {
    expect(cells({ ...result, met, note }).at(-1)).toBe(text);
  });
});

test.each([
  [0.37, '0.37 ms'],
  [12.4, '12 ms'],
  [590, '590 ms'],
  [1250, '1.25 s'],
  [568_000, '568.0 s'],
])('%d ms as %s', (ms, text) => expect(duration(ms)).toBe(text));

test('limits in one line', () => {
  expect(wanted({ ms: 300 })).toBe('≤ 300 ms');
  expect(wanted({})).toBe('–');
});

test('rows in a terminal stand in columns', () => {
  const [head, row] = [line(columns), line(cells(result))];
  expect(row.indexOf('590 ms')).toBe(head.indexOf('measured'));
  expect(row.indexOf('met')).toBe(head.indexOf('verdict'));
});

test('a table in Markdown', () => {
  expect(markdownTable([result])).toBe(`| work | measured | baseline | ratio | wanted | verdict |
| --- | --- | --- | --- | --- | --- |
| a work | 590 ms, 86 MB | other 1.0: 3.80 s, 65 MB | 0.155 | ≤ 0.5 × baseline, ≤ 130 MB | met |`);
});
