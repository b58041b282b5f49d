import { describe, expect, it } from 'vitest';
import type { FileRow } from '../../shared/model/files.ts';
import {
  emptyTree,
  indexOfRow,
  pageSize,
  positionOf,
  rowAt,
  rowCount,
  type Tree,
  withCollapsed,
  withExpanded,
  withPage,
} from './tree-rows.ts';

function row(path: string, kind: FileRow['kind'] = 'file'): FileRow {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const hasChildren = kind === 'directory';
  return { name, path, kind, bytes: 1, files: 1, mode: 0o644, uid: 0, gid: 0, mtime: 0, hasChildren };
}

const rootRows = [row('/usr', 'directory'), row('/var', 'directory'), row('/a')];
const root = withPage(emptyTree('/'), '/', 0, { total: 3, rows: rootRows });
const names = (tree: Tree) =>
  Array.from({ length: rowCount(tree) }, (_, index) => rowAt(tree, index)?.row?.path ?? '…');

describe('tree rows', () => {
  it('show a directory that has not come as one row', () => {
    expect(names(emptyTree('/'))).toEqual(['…']);
    expect(names(withExpanded(root, '/', 0, '/usr'))).toEqual(['/usr', '…', '/var', '/a']);
  });

  it('put the children of expanded directories under them, at any depth', () => {
    let tree = withExpanded(root, '/', 1, '/var');
    tree = withExpanded(tree, '/', 0, '/usr');
    tree = withPage(tree, '/usr', 0, { total: 2, rows: [row('/usr/lib', 'directory'), row('/usr/b')] });
    tree = withPage(tree, '/var', 0, { total: 1, rows: [row('/var/c')] });
    tree = withExpanded(tree, '/usr', 0, '/usr/lib');
    tree = withPage(tree, '/usr/lib', 0, { total: 1, rows: [row('/usr/lib/d')] });
    const all = ['/usr', '/usr/lib', '/usr/lib/d', '/usr/b', '/var', '/var/c', '/a'];
    expect(names(tree)).toEqual(all);
    expect(rowAt(tree, 2)).toMatchObject({ parent: '/usr/lib', position: 0, depth: 2, setSize: 1 });
    expect(rowAt(tree, 7)).toBeUndefined();
    for (const [index, path] of all.entries()) {
      const { parent, position } = rowAt(tree, index)!;
      expect([path, indexOfRow(tree, parent, position)]).toEqual([path, index]);
    }
    expect(names(withCollapsed(tree, '/', 0))).toEqual(['/usr', '/var', '/var/c', '/a']);
    expect(positionOf(tree, '/usr', '/usr/b')).toBe(1);
    expect(positionOf(tree, '/usr', '/usr/x')).toBeUndefined();
  });

  it('hold 300,000 children with the few pages that were seen', () => {
    const total = 300_000;
    const last = Math.floor((total - 1) / pageSize);
    const tree = withPage(withPage(emptyTree('/'), '/', 0, { total, rows: [row('/0')] }), '/', last, {
      total,
      rows: Array.from({ length: pageSize }, (_, at) => row(`/${last * pageSize + at}`)),
    });
    expect(rowCount(tree)).toBe(total);
    expect(rowAt(tree, total - 1)?.row?.path).toBe('/299999');
    expect(rowAt(tree, 150_000)).toMatchObject({ row: undefined, position: 150_000 });
    expect(positionOf(tree, '/', '/299999')).toBe(299_999);
  });
});
