import { describe, expect, it } from 'vitest';
import type { Filesystem } from '../filesystem/filesystem.ts';
import {
  bytes,
  device,
  dir,
  file,
  hardlink,
  type Item,
  symlink,
  whiteout,
} from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { compareFilesystems } from './compare-filesystems.ts';

const all = {
  kinds: ['added', 'removed', 'changed', 'metadata', 'moved', 'same'],
  offset: 0,
  limit: 1000,
} as const;

function compare(left: Filesystem, right: Filesystem) {
  return compareFilesystems(left, right).rows(all).rows;
}

/** What one path that both have is called. */
function kindOf(left: Item, right: Item): string {
  return compare(merged([left]), merged([right]))[0]!.kind;
}

describe('two images', () => {
  it('are held against each other by path, over all but directories', () => {
    const left = merged(
      [
        dir('/only/left'),
        file('/gone', bytes(5)),
        file('/same', bytes(7)),
        file('/more', bytes(10)),
        dir('/d'),
      ],
      [file('/hidden', bytes(99))],
      [whiteout('/hidden')],
    );
    const right = merged([
      file('/same', bytes(7)),
      dir('/d', { mode: 0o700 }),
      file('/new', bytes(3, 'n')),
      dir('/other'),
      file('/more', bytes(30, 'm')),
    ]);
    const comparison = compareFilesystems(left, right);
    expect(comparison.rows(all)).toEqual({
      total: 4,
      totalBytes: right.totals!.live - left.totals!.live,
      rows: [
        { path: '/more', kind: 'changed', left: 10, right: 30 },
        { path: '/gone', kind: 'removed', left: 5, right: null },
        { path: '/new', kind: 'added', left: null, right: 3 },
        { path: '/same', kind: 'same', left: 7, right: 7 },
      ],
    });
    expect(comparison.totals).toEqual({
      added: { files: 1, bytes: 3 },
      removed: { files: 1, bytes: -5 },
      changed: { files: 1, bytes: 20 },
      metadata: { files: 0, bytes: 0 },
      moved: { files: 0, bytes: 0 },
      same: { files: 1, bytes: 7 },
    });
  });

  it('have a file on one side where the other has a directory', () => {
    const rows = compare(merged([file('/a', bytes(4))]), merged([file('/a/b', bytes(4, 'y'))]));
    expect(rows).toEqual([
      { path: '/a', kind: 'removed', left: 4, right: null },
      { path: '/a/b', kind: 'added', left: null, right: 4 },
    ]);
  });

  it('may both be empty', () => {
    expect(compare(merged(), merged())).toEqual([]);
  });
});

describe('one path on both sides', () => {
  const a = bytes(3);
  it.each<[string, string, Item, Item]>([
    ['changed', 'other content', file('/a', a), file('/a', bytes(3, 'y'))],
    ['changed', 'another kind', file('/a', ''), symlink('/a', '')],
    ['changed', 'another target', symlink('/a', 'x'), symlink('/a', 'y')],
    ['changed', 'another device', device('/a', '1:3'), device('/a', '1:5')],
    ['metadata', 'another mode', file('/a', a), file('/a', a, { mode: 0o600 })],
    ['metadata', 'another owner', file('/a', a), file('/a', a, { uid: 1 })],
    ['metadata', 'another group', file('/a', a), file('/a', a, { gid: 1 })],
    ['metadata', 'an extended attribute', file('/a', a), file('/a', a, { xattrs: 'user.x=eA==' })],
    ['metadata', "a symbolic link's owner", symlink('/a', 'x'), symlink('/a', 'x', { uid: 1 })],
    ['same', 'another time alone', file('/a', a), file('/a', a, { mtime: 1 })],
    ['same', 'the same target', symlink('/a', 'x'), symlink('/a', 'x')],
    ['same', 'the same device', device('/a', '1:3'), device('/a', '1:3')],
  ])('is %s: %s', (kind, _, left, right) => expect(kindOf(left, right)).toBe(kind));

  it('is metadata when the number of links differs', () => {
    const rows = compare(merged([file('/a', a)]), merged([file('/a', a), hardlink('/b', '/a')]));
    expect(rows).toEqual([
      { path: '/a', kind: 'metadata', left: 3, right: 3 },
      { path: '/b', kind: 'added', left: null, right: 0 },
    ]);
  });

  it('is metadata when another name carries the bytes', () => {
    const left = merged([file('/b', a), hardlink('/c', '/b'), hardlink('/d', '/b')]);
    const right = merged([file('/b', a), hardlink('/c', '/b'), hardlink('/a', '/b')]);
    expect(compare(left, right)).toEqual([
      { path: '/a', kind: 'moved', from: '/d', left: 0, right: 3 },
      { path: '/b', kind: 'metadata', left: 3, right: 0 },
      { path: '/c', kind: 'metadata', left: 0, right: 0 },
    ]);
  });
});

describe('a moved file', () => {
  it('is one row, wherever it is', () => {
    expect(
      compare(merged([file('/out/app', bytes(9))]), merged([file('/app', bytes(9), { mode: 0o755 })])),
    ).toEqual([{ path: '/app', kind: 'moved', from: '/out/app', left: 9, right: 9 }]);
  });

  it('is paired by last name first, then in byte order, each used once', () => {
    const left = merged([file('/1/x', 'c'), file('/1/y', 'c'), file('/2/y', 'c'), file('/3/z', 'c')]);
    const right = merged([file('/a/q', 'c'), file('/b/y', 'c'), file('/c/p', 'c')]);
    expect(compare(left, right)).toEqual([
      { path: '/3/z', kind: 'removed', left: 1, right: null },
      { path: '/a/q', kind: 'moved', from: '/1/x', left: 1, right: 1 },
      { path: '/b/y', kind: 'moved', from: '/1/y', left: 1, right: 1 },
      { path: '/c/p', kind: 'moved', from: '/2/y', left: 1, right: 1 },
    ]);
  });

  it('is not empty, has equal content, and is on neither side twice', () => {
    const rows = (left: Item[], right: Item[]) =>
      compare(merged(left), merged(right)).map(({ kind }) => kind);
    expect(rows([file('/a')], [file('/b')])).toEqual(['removed', 'added']);
    expect(rows([file('/a', 'x')], [file('/b', 'y')])).toEqual(['removed', 'added']);
    expect(rows([symlink('/a', 'x')], [symlink('/b', 'x')])).toEqual(['removed', 'added']);
    expect(rows([file('/a', 'x'), file('/b', 'x')], [file('/b', 'x'), file('/c', 'x')])).toEqual([
      'same',
      'moved',
    ]);
    expect(rows([file('/a', 'x')], [file('/a', 'x'), file('/c', 'x')])).toEqual(['added', 'same']);
  });

  it('gives the exact bytes of names that are no UTF-8', () => {
    expect(compare(merged([file('/\xff', 'x')]), merged([file('/\xfe', 'x')]))).toEqual([
      {
        path: '/\ufffd',
        pathBase64: 'L/4=',
        kind: 'moved',
        from: '/\ufffd',
        fromBase64: 'L/8=',
        left: 1,
        right: 1,
      },
    ]);
  });
});
