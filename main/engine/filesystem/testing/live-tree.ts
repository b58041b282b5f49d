import type { FileRow } from '../../../../shared/model/files.ts';
import type { Filesystem } from '../filesystem.ts';
import { listDirectory } from '../list-directory.ts';

/** Everything that listings show below a path, by path. */
export function liveTree(fs: Filesystem, path = '/'): Record<string, FileRow> {
  const tree: Record<string, FileRow> = {};
  for (const row of listDirectory(fs, { path, sort: 'name', offset: 0, limit: 1000 }).rows) {
    tree[row.path] = row;
    if (row.kind === 'directory') Object.assign(tree, liveTree(fs, row.path));
  }
  return tree;
}

export function livePaths(fs: Filesystem): string[] {
  return Object.keys(liveTree(fs));
}
