import { expect, it } from 'vitest';
import { formatMode } from './format-mode.ts';

it.each([
  ['file', 0o644, '-rw-r--r--'],
  ['directory', 0o1777, 'drwxrwxrwt'],
  ['file', 0o4755, '-rwsr-xr-x'],
  ['file', 0o6644, '-rwSr-Sr--'],
  ['symlink', 0o777, 'lrwxrwxrwx'],
  ['directory', 0o1000, 'd--------T'],
] as const)('%s %o is %s', (kind, mode, text) => {
  expect(formatMode(kind, mode)).toBe(text);
});
