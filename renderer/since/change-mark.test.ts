import { expect, it } from 'vitest';
import { formatBytes } from '../../shared/model/format-bytes.ts';
import { directoryMark, fileMark, rowMark } from './change-mark.ts';
import { pathChanges } from './path-changes.ts';

const format = (bytes: number, sign = false) => formatBytes(bytes, { sign });

it('says of a file what it was', () => {
  expect(fileMark({ kind: 'grew', was: 1_200_000, now: 1_450_000 }, format)).toEqual({
    tone: 'grew',
    bytes: 250_000,
    words: 'was 1.2 MB, now 1.45 MB',
  });
  expect(fileMark({ kind: 'shrank', was: 10, now: 4 }, format)).toMatchObject({ tone: 'shrank', bytes: -6 });
  expect(fileMark({ kind: 'new', was: null, now: 4 }, format)).toMatchObject({ tone: 'new', bytes: 4 });
  expect(fileMark({ kind: 'changed', was: 4, now: 4 }, format)).toMatchObject({ tone: 'changed', bytes: 0 });
  expect(fileMark({ kind: 'metadata', was: 4, now: 4 }, format).words).toMatch(/^equal content/);
  expect(fileMark({ kind: 'moved', was: 4, now: 4, from: '/old' }, format).words).toMatch(/from \/old$/);
});

it('says of a directory what it was, and how much in it changed', () => {
  expect(directoryMark(130, { bytes: 30, changes: 2 }, format).words).toBe(
    'was 100 B, now 130 B, 2 paths changed',
  );
  expect(directoryMark(70, { bytes: -30, changes: 1 }, format)).toMatchObject({ tone: 'shrank', bytes: -30 });
  expect(directoryMark(30, { bytes: 30, changes: 1200 }, format)).toMatchObject({
    tone: 'grew',
    words: 'was 0 B, now 30 B, 1,200 paths changed',
  });
  expect(directoryMark(30, { bytes: 0, changes: 2 }, format).tone).toBe('changed');
});

it('marks rows that changed, and no directory of which only a part is shown', () => {
  const changes = pathChanges([{ path: '/a/b', kind: 'changed', left: 1, right: 3 }], {
    total: 1,
    totalBytes: 2,
    totals: undefined,
  });
  const row = (path: string, kind: string) => ({ path, kind, bytes: 10 });
  expect(rowMark(changes, row('/a/b', 'file'), true, format)?.tone).toBe('grew');
  expect(rowMark(changes, row('/a', 'directory'), false, format)?.bytes).toBe(2);
  expect(rowMark(changes, row('/a', 'directory'), true, format)).toBeUndefined();
  expect(rowMark(changes, row('/a/c', 'file'), false, format)).toBeUndefined();
  expect(rowMark(undefined, row('/a/b', 'file'), false, format)).toBeUndefined();
});
