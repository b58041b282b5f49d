import type { FileRow } from '../../../shared/model/files.ts';
import type { Filesystem } from './filesystem.ts';
import { fileRow } from './list-directory.ts';
import { findPath } from './resolve-path.ts';
import { subtreeSums } from './subtree-sums.ts';

/** What is at a path of the merged filesystem, as a row of its directory; undefined where nothing is. */
export function fileAt(fs: Filesystem, path: string): FileRow | undefined {
  const node = findPath(fs, path);
  if (node === undefined) return undefined;
  return fileRow(fs, subtreeSums(fs, undefined), node, fs.firstChild[node]! >= 0);
}
