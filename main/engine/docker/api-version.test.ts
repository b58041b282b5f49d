import { expect, it } from 'vitest';
import { negotiateApi, newestApi } from './api-version.ts';

it.each([
  ['20.10', '1.41', '1.12', '1.41'],
  ['28', '1.51', '1.24', newestApi],
  ['29', '1.56', '1.44', newestApi],
  ['one that has dropped all we know', '1.80', '1.60', '1.60'],
  ['one that names no minimum', '1.45', undefined, '1.45'],
  ['19.03, too old', '1.40', '1.12', undefined],
  ['1.9 is older than 1.41', '1.9', '1.1', undefined],
  ['nonsense', 'new', '1.1', undefined],
])('speaks with engine %s: %s, at least %s → %s', (_engine, newest, oldest, expected) => {
  expect(negotiateApi(newest, oldest)).toBe(expected);
});
