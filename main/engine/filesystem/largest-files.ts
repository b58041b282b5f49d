import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { SearchPage } from '../../../shared/model/files.ts';
import { fileRow } from './file-row.ts';
import type { Filesystem } from './filesystem.ts';
import { pageByKey } from './page-of.ts';
import { compareInTree } from './path-order.ts';
import { selectFiles } from './select-files.ts';

export interface LargestQuery {
  readonly filter?: FileFilter | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A page of the files, largest first, then by path. What carries no bytes is left out. */
export function largestFiles(fs: Filesystem, { filter, offset, limit }: LargestQuery): SearchPage {
  const selection = selectFiles(fs, filter);
  const nodes = new Uint32Array(fs.tree.count);
  const keys = new Float64Array(fs.tree.count);
  let total = 0;
  selection.eachCarrier((node, bytes) => {
    nodes[total] = node;
    keys[total++] = -bytes;
  });
  const byPath = (a: number, b: number) => compareInTree(fs.tree, nodes[a]!, nodes[b]!);
  const page = pageByKey(keys.subarray(0, total), offset, limit, byPath);
  return {
    total,
    bytes: selection.bytes(0),
    files: selection.portions.carriers.reduce((sum, count) => sum + count, 0),
    rows: page.map((row) => fileRow(selection, nodes[row]!)),
  };
}
