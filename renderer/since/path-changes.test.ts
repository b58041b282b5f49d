import { expect, it } from 'vitest';
import { pathChanges } from './path-changes.ts';

const rows = [
  { path: '/usr/bin/app', kind: 'changed', left: 100, right: 130 },
  { path: '/usr/lib/a', kind: 'changed', left: 50, right: 20 },
  { path: '/usr/lib/b', kind: 'changed', left: 7, right: 7 },
  { path: '/opt/mode', kind: 'metadata', left: 4, right: 4 },
  { path: '/etc/new', kind: 'added', left: null, right: 5 },
  { path: '/etc/old', kind: 'removed', left: 9, right: null },
  { path: '/srv/name', kind: 'moved', from: '/etc/name', left: 3, right: 3 },
] as const;
const sums = { total: rows.length, totalBytes: -4, totals: undefined };

it('tells of every path that is there what became of it', () => {
  const { paths } = pathChanges(rows, sums);
  expect([...paths].map(([path, { kind }]) => [path, kind])).toEqual([
    ['/usr/bin/app', 'grew'],
    ['/usr/lib/a', 'shrank'],
    ['/usr/lib/b', 'changed'],
    ['/opt/mode', 'metadata'],
    ['/etc/new', 'new'],
    ['/srv/name', 'moved'],
  ]);
  expect(paths.get('/etc/new')).toMatchObject({ was: null, now: 5 });
  expect(paths.get('/srv/name')).toMatchObject({ from: '/etc/name' });
});

it('sums up by directory: what is gone counts, what moved leaves one and comes to the other', () => {
  const { below } = pathChanges(rows, sums);
  expect(below!.get('/')).toEqual({ bytes: -4, changes: 7 });
  expect(below!.get('/usr')).toEqual({ bytes: 0, changes: 3 });
  expect(below!.get('/usr/lib')).toEqual({ bytes: -30, changes: 2 });
  expect(below!.get('/etc')).toEqual({ bytes: 5 - 9 - 3, changes: 3 });
  expect(below!.get('/srv')).toEqual({ bytes: 3, changes: 1 });
  expect(below!.has('/etc/new')).toBe(false);
});

it('sums up nothing where there is more than it has', () => {
  expect(pathChanges(rows, { ...sums, total: 8 }).below).toBeUndefined();
});
