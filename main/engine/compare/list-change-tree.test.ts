import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TreeChange } from '../../../shared/model/comparison-document.ts';
import { someLayers } from '../filesystem/testing/generated-layers.ts';
import { bytes, dir, file, symlink } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { type ChangeColumns, type RowKind, rowKinds } from './change-columns.ts';
import { listChanges } from './change-rows.ts';
import { changeColumns } from './compare-filesystems.ts';
import { listChangeTree, type TreeQuery } from './list-change-tree.ts';

const columns = changeColumns(
  merged([
    file('/usr/lib/a', bytes(10)),
    file('/usr/lib/b', bytes(20, 'b')),
    file('/usr/share/same', bytes(3)),
    file('/out/app', bytes(50, 'm')),
    file('/thing/x', bytes(4)),
    dir('/empty'),
  ]),
  merged([
    file('/usr/lib/a', bytes(40, 'y')),
    file('/usr/share/same', bytes(3)),
    file('/bin/app', bytes(50, 'm')),
    file('/thing', bytes(7)),
    symlink('/usr/link', 'lib'),
    file('/new/deep/file', bytes(5, 'n')),
  ]),
);
const list = (query: Partial<TreeQuery> = {}) =>
  listChangeTree(columns, { path: '/', offset: 0, limit: 100, ...query });
const rows = (query: Partial<TreeQuery> = {}) =>
  list(query).rows.map(({ path, kind, changes, left, right, from }) =>
    [path, kind, changes, left, right, ...(from ? [from] : [])].join(' '),
  );

describe('the tree of changes', () => {
  it('has directories with sums of what is below, and what is directly there, largest difference first', () => {
    expect(list().directory).toEqual({
      name: '/',
      path: '/',
      kind: 'directory',
      changes: 7,
      left: 84,
      right: 102,
    });
    expect(rows()).toEqual([
      '/usr directory 3 30 40',
      '/thing added 1  7',
      '/new directory 1  5',
      '/thing directory 1 4 ',
      '/bin directory 1 50 50',
    ]);
    expect(rows({ path: '/usr/lib' })).toEqual(['/usr/lib/a changed 1 10 40', '/usr/lib/b removed 1 20 ']);
  });

  it('has moved files where they are now, and directories that are on one side only', () => {
    expect(rows({ path: '/bin' })).toEqual(['/bin/app moved 1 50 50 /out/app']);
    expect(rows({ path: '/out' })).toEqual([]);
    expect(list({ path: '/new' }).directory).toMatchObject({ left: null, right: 5 });
    expect(rows({ path: '/new/' })).toEqual(['/new/deep directory 1  5']);
  });

  it('may be of some kinds, in another order, in pages', () => {
    expect(rows({ kinds: ['same'] })).toEqual(['/usr directory 1 3 3']);
    expect(rows({ kinds: ['added', 'added'], sort: 'name' })).toEqual([
      '/new directory 1  5',
      '/thing added 1  7',
      '/usr directory 1 0 0',
    ]);
    expect(rows({ sort: 'name', reverse: true }).map((row) => row.split(' ')[0])).toEqual([
      '/usr',
      '/thing',
      '/thing',
      '/new',
      '/bin',
    ]);
    expect(rows({ sort: 'left' })[0]).toBe('/bin directory 1 50 50');
    expect(rows({ sort: 'right' })[1]).toBe('/usr directory 3 30 40');
    expect(rows({ sort: 'changes' })[0]).toBe('/usr directory 3 30 40');
    expect(list({ offset: 1, limit: 2 })).toMatchObject({ total: 5, rows: [{ right: 7 }, { path: '/new' }] });
    expect(rows({ kinds: [] })).toEqual([]);
  });

  it('refuses what is no directory on either side', () => {
    for (const path of ['/nowhere', '/usr/lib/a', '/usr/link'])
      expect(() => list({ path })).toThrow(expect.objectContaining({ code: 'path-not-found' }));
    expect(list({ path: '/empty' })).toMatchObject({ total: 0, directory: { changes: 0, right: null } });
  });

  it('finds names that are no UTF-8 as they are shown', () => {
    const odd = changeColumns(merged([file('/\xff/a', 'x')]), merged());
    expect(listChangeTree(odd, { path: '/\ufffd', offset: 0, limit: 9 })).toMatchObject({
      directory: { path: '/\ufffd', pathBase64: 'L/8=' },
      rows: [{ name: 'a', kind: 'removed' }],
    });
  });
});

it('walking the tree finds each row of the comparison once, and every directory is the sum of what is in it', () => {
  fc.assert(
    fc.property(
      someLayers,
      someLayers,
      fc.subarray([...rowKinds]),
      fc.nat({ max: 5 }),
      (a, b, kinds, shared) => {
        const compared = changeColumns(merged(...a), merged(...a.slice(0, shared), ...b));
        const query = { kinds, offset: 0, limit: 10_000 };
        const found = walk(compared, '/', kinds);
        const all = listChanges(compared, query).rows;
        const line = ({ path, kind, left, right, from }: TreeChange | (typeof all)[number]) =>
          JSON.stringify([path, kind, left, right, from]);
        expect(found.map(line).sort()).toEqual(all.map(line).sort());
      },
    ),
    { numRuns: 500 },
  );
});

/** All rows below a directory. */
function walk(compared: ChangeColumns, path: string, kinds: readonly RowKind[]): TreeChange[] {
  const { directory, rows, total } = listChangeTree(compared, { path, kinds, offset: 0, limit: 1000 });
  expect(rows).toHaveLength(total);
  const sum = (side: 'left' | 'right') => rows.reduce((bytes, row) => bytes + (row[side] ?? 0), 0);
  expect({ left: directory.left ?? 0, right: directory.right ?? 0 }).toEqual({
    left: sum('left'),
    right: sum('right'),
  });
  expect(directory.changes).toBe(rows.reduce((changes, row) => changes + row.changes, 0));
  return rows.flatMap((row) => (row.kind === 'directory' ? walk(compared, row.path, kinds) : row));
}
