import { expect, test } from 'vitest';
import { notMeasured, type Result } from '../judge.ts';
import { isAlike, merged, replaceBetween } from './results-file.ts';

const result = (name: string, why: string): Result =>
  notMeasured({ name, work: name, target: {}, measure: () => Promise.reject() }, why);

test('new results take the place of old ones, in the order of the table; rows that are gone go', () => {
  const rows = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  const before = [result('gone', 'old'), result('b', 'old'), result('a', 'old')];
  const after = merged(rows, before, [result('b', 'new')]);
  expect(after.map(({ name, note }) => [name, note])).toEqual([
    ['a', 'not measured: old'],
    ['b', 'not measured: new'],
  ]);
});

test('numbers of another machine are not kept', () => {
  const machine = {
    cores: 2,
    memoryGiB: 24,
    platform: 'linux/x64',
    node: '24.0.0',
    go: null,
    dive: '0.13.1',
    date: '2026-01-01',
  };
  expect(isAlike(machine, { ...machine, date: '2026-02-02' })).toBe(true);
  expect(isAlike(machine, { ...machine, cores: 8 })).toBe(false);
});

test('the table goes between the marks, and nothing else changes', () => {
  const page = 'Before\n<!-- results: written by npm run bench -->\nold\n<!-- end of results -->\nAfter\n';
  const written = replaceBetween(page, 'new');
  expect(written).toBe(page.replace('old', '\nnew\n'));
  expect(replaceBetween(written, 'new')).toBe(written);
});

test('a page without marks is left alone', () => {
  expect(() => replaceBetween('<!-- end of results -->', 'new')).toThrow('lost its marks');
});
