import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { SearchPage } from '../../../shared/model/files.ts';
import { fileRow } from './file-row.ts';
import type { Filesystem } from './filesystem.ts';
import { compareInTree } from './path-order.ts';
import { selectFiles } from './select-files.ts';
import { sortedPage } from './sort-files.ts';

export interface LargestQuery {
  readonly filter?: FileFilter | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A page of the files, largest first, then by path. What carries no bytes is left out. */
export function largestFiles(fs: Filesystem, { filter, offset, limit }: LargestQuery): SearchPage {
  const selection = selectFiles(fs, filter);
  const { count } = fs.tree;
  const nodes = new Uint32Array(count);
  let total = 0;
  let bytes = 0;
  let files = 0;
  for (let n = 0; n < count; n++) {
    const own = selection.ownBytes(n);
    if (own === 0) continue;
    bytes += own;
    files += selection.ownFiles(n);
    nodes[total++] = n;
  }
  const byPath = (a: number, b: number) => compareInTree(fs.tree, a, b);
  const page = sortedPage(selection, nodes.subarray(0, total), { offset, limit }, byPath);
  return { total, bytes, files, rows: page.map((node) => fileRow(selection, node)) };
}
