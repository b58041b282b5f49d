import { describe, expect, it } from 'vitest';
import { bytes, file, hardlink, symlink } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { compareFilesystems } from './compare-filesystems.ts';

const left = merged([
  file('/usr/a', bytes(10)),
  file('/usr/b', bytes(20, 'b')),
  file('/usr/moved', bytes(5, 'm')),
  file('/etc/same', bytes(3)),
  file('/etc/empty'),
  file('/-', bytes(20, '-')),
]);
const right = merged([
  file('/usr/a', bytes(40, 'y')),
  file('/opt/moved', bytes(5, 'm')),
  file('/opt/linked', bytes(4, 'l')),
  hardlink('/opt/name', '/opt/linked'),
  file('/etc/same', bytes(3)),
  file('/new-empty'),
  symlink('/link', 'etc'),
]);
const comparison = compareFilesystems(left, right);
const page = { offset: 0, limit: 100 };
const paths = (query: Partial<Parameters<typeof comparison.rows>[0]>) =>
  comparison.rows({ ...page, ...query }).rows.map(({ path }) => path);

describe('the rows of a comparison', () => {
  it('are all but the same, largest difference first, then by path', () => {
    expect(paths({})).toEqual([
      '/usr/a',
      '/-',
      '/usr/b',
      '/opt/linked',
      '/etc/empty',
      '/link',
      '/new-empty',
      '/opt/moved',
      '/opt/name',
    ]);
    expect(comparison.rows(page)).toMatchObject({ total: 9, totalBytes: 30 - 20 - 20 + 4 });
  });

  it('may be of some kinds only', () => {
    expect(comparison.rows({ ...page, kinds: ['added', 'changed'] })).toMatchObject({
      total: 5,
      totalBytes: 34,
    });
    expect(paths({ kinds: ['moved'] })).toEqual(['/opt/moved']);
    expect(comparison.rows({ ...page, kinds: [] })).toEqual({ total: 0, totalBytes: 0, rows: [] });
  });

  it('of the same have the bytes in common as their sum', () => {
    expect(comparison.rows({ ...page, kinds: ['same'] })).toMatchObject({ total: 1, totalBytes: 3 });
    expect(comparison.rows({ ...page, kinds: ['same', 'moved'] })).toMatchObject({ total: 2, totalBytes: 0 });
  });

  it('come in pages', () => {
    expect(paths({ limit: 2 })).toEqual(['/usr/a', '/-']);
    expect(paths({ offset: 7, limit: 5 })).toEqual(['/opt/moved', '/opt/name']);
    expect(comparison.rows({ offset: 50, limit: 5 })).toMatchObject({ total: 9, rows: [] });
  });

  it('may be those at or below a path of either side', () => {
    expect(paths({ path: '/usr' })).toEqual(['/usr/a', '/usr/b', '/opt/moved']);
    expect(paths({ path: '/opt' })).toEqual(['/opt/linked', '/opt/moved', '/opt/name']);
    expect(paths({ path: '/usr/a' })).toEqual(['/usr/a']);
    expect(paths({ path: '/' })).toHaveLength(9);
    expect(() => paths({ path: '/nowhere' })).toThrow(expect.objectContaining({ code: 'path-not-found' }));
  });

  it('may leave out empty files, but no links and no other names', () => {
    expect(comparison.rows({ ...page, withoutEmpty: true })).toMatchObject({ total: 7, totalBytes: -6 });
    expect(paths({ withoutEmpty: true })).not.toContain('/new-empty');
    expect(paths({ withoutEmpty: true })).not.toContain('/etc/empty');
  });
});
