import { expect, it } from 'vitest';
import { formatBytes, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { parseBytes } from './parse-bytes.ts';

it.each([
  ['300', 300],
  [' 1.5kB ', 1500],
  ['10 MB', 10_000_000],
  ['2 MiB', 2 ** 21],
  ['1,234 B', 1234],
  ['3g', 3_000_000_000],
])('reads %j', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

it('reads what is shown', () => {
  for (const bytes of [0, 999, 1000, 963_000_000, 1_050_000_000]) {
    expect(parseBytes(formatBytes(bytes))).toBe(bytes);
    expect(parseBytes(formatExactBytes(bytes))).toBe(bytes);
  }
});

it.each(['', 'MB', '-1', '1e3', '1..2', '5 apples', '9999999 TB', '1 constructor'])(
  'takes %j for no size',
  (text) => {
    expect(parseBytes(text)).toBeUndefined();
  },
);
