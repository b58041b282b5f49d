import { expect, it } from 'vitest';
import { carryTree } from './carry-tree.ts';
import { emptyTree, pageSize, rowAt, rowCount, type Tree, withExpanded, withPage } from './tree-rows.ts';

interface Row {
  readonly path: string;
  readonly bytes: number;
}

const rows = (...paths: readonly string[]) => paths.map((path): Row => ({ path, bytes: 1 }));

/** `/usr` and `/usr/lib` are open. */
function openTree(): Tree<Row> {
  let tree = withPage(emptyTree<Row>('/'), '/', 0, { total: 3, rows: rows('/usr', '/etc', '/var') });
  tree = withExpanded(tree, '/', 0, '/usr');
  tree = withPage(tree, '/usr', 0, { total: 2, rows: rows('/usr/lib', '/usr/bin') });
  tree = withExpanded(tree, '/usr', 0, '/usr/lib');
  return withPage(tree, '/usr/lib', 0, { total: 1, rows: rows('/usr/lib/a') });
}

function paths(tree: Tree<Row>): (string | undefined)[] {
  return Array.from({ length: rowCount(tree) }, (_, index) => rowAt(tree, index)?.row?.path);
}

const fetchFrom =
  (directories: Readonly<Record<string, readonly Row[]>>) => async (directory: string, page: number) => {
    const all = directories[directory] ?? [];
    return { total: all.length, rows: all.slice(page * pageSize, (page + 1) * pageSize) };
  };

it('keeps directories open wherever they are now', async () => {
  const carried = await carryTree(
    openTree(),
    fetchFrom({
      '/': rows('/new', '/var', '/usr'),
      '/usr': rows('/usr/bin', '/usr/lib'),
      '/usr/lib': rows('/usr/lib/b', '/usr/lib/a'),
    }),
  );
  expect(paths(carried)).toEqual([
    '/new',
    '/var',
    '/usr',
    '/usr/bin',
    '/usr/lib',
    '/usr/lib/b',
    '/usr/lib/a',
  ]);
});

it('closes what is gone, and what is below it', async () => {
  const carried = await carryTree(
    openTree(),
    fetchFrom({ '/': rows('/etc', '/usr'), '/usr': rows('/usr/bin') }),
  );
  expect(paths(carried)).toEqual(['/etc', '/usr', '/usr/bin']);
});

it('has the pages that were seen, and no others', async () => {
  const many = rows(...Array.from({ length: 3 * pageSize }, (_, index) => `/${index}`));
  let tree = withPage(emptyTree<Row>('/'), '/', 0, { total: many.length, rows: many.slice(0, pageSize) });
  tree = withPage(tree, '/', 2, { total: many.length, rows: many.slice(2 * pageSize) });
  const carried = await carryTree(tree, fetchFrom({ '/': many }));
  expect(rowAt(carried, 0)?.row?.path).toBe('/0');
  expect(rowAt(carried, pageSize)?.row).toBeUndefined();
  expect(rowAt(carried, 2 * pageSize)?.row?.path).toBe(`/${2 * pageSize}`);
});

it('fails as the fetching fails', async () => {
  await expect(carryTree(openTree(), () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
});
