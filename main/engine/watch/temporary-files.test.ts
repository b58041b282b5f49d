import { expect, it } from 'vitest';
import { isTemporaryFile } from './temporary-files.ts';

it.each([
  ['.main.go.swp', true],
  ['src/.main.go.swx', true],
  ['src/4913', true],
  ['main.go~', true],
  ['src/.#main.go', true],
  ['#main.go#', true],
  ['main.go___jb_tmp___', true],
  ['main.go', false],
  ['src/main.swp.go', false],
  ['page.swp', false],
  ['~/main.go', false],
  ['4913/main.go', false],
  ['#', false],
])('%s: %s', (path, expected) => {
  expect(isTemporaryFile(path)).toBe(expected);
});
