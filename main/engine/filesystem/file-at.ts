import type { FileRow } from '../../../shared/model/files.ts';
import { fileRow } from './file-row.ts';
import type { Filesystem } from './filesystem.ts';
import { findPath } from './resolve-path.ts';
import { selectFiles } from './select-files.ts';

/** What is at a path of the merged filesystem, as a row of its directory; undefined where nothing is. */
export function fileAt(fs: Filesystem, path: string): FileRow | undefined {
  const node = findPath(fs, path);
  return node === undefined ? undefined : fileRow(selectFiles(fs), node);
}
