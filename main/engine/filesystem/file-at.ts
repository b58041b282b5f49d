import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { FileRow } from '../../../shared/model/files.ts';
import { fileRow } from './file-row.ts';
import type { Filesystem } from './filesystem.ts';
import { findSelected } from './resolve-path.ts';
import { selectFiles } from './select-files.ts';
import { reclaimableBytes } from './sort-files.ts';

export interface FileAtQuery {
  readonly path: string;
  /** Sums are of what it lets through; the path itself is told of wherever it is. */
  readonly filter?: FileFilter | undefined;
  /** Also tell what is stored there and below and no longer live. */
  readonly reclaimable?: boolean | undefined;
}

/** What is at a path, as a row of its directory; undefined where nothing is. */
export function fileAt(fs: Filesystem, { path, filter, reclaimable }: FileAtQuery): FileRow | undefined {
  const selection = selectFiles(fs, filter);
  const node = findSelected(selection, path);
  if (node === undefined) return undefined;
  const row = fileRow(selection, node);
  return reclaimable ? { ...row, reclaimable: reclaimableBytes(selection)(node) } : row;
}
