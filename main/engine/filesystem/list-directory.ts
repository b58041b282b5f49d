import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { FilePage } from '../../../shared/model/files.ts';
import { fileRow } from './file-row.ts';
import type { Filesystem } from './filesystem.ts';
import { compareInTree, siblingKeys } from './path-order.ts';
import { resolveSelected } from './resolve-path.ts';
import { selectFiles } from './select-files.ts';
import { type PathOrder, reclaimableBytes, type SortQuery, sortedPage } from './sort-files.ts';

export interface ListQuery extends SortQuery {
  readonly path: string;
  readonly filter?: FileFilter | undefined;
  /** Also tell of each row what is stored there and no longer live. */
  readonly reclaimable?: boolean | undefined;
}

/**
 * A page of what is directly in a directory (or where a link to one leads). With a filter, directories without
 * anything that it lets through are left out. Throws `path-not-found`.
 */
export function listDirectory(fs: Filesystem, query: ListQuery): FilePage {
  const selection = selectFiles(fs, query.filter);
  const directory = resolveSelected(selection, query.path, { followLast: true });
  if (!selection.isDirectory(directory)) {
    throw new LayerscopeError({
      code: 'path-not-found',
      message: `${query.path} is no directory of the image`,
      hint: 'List the directory that it is in',
    });
  }
  const children: number[] = [];
  const { firstChild, nextSibling } = selection;
  for (let child = firstChild[directory]!; child >= 0; child = nextSibling[child]!) {
    if (selection.shows(child)) children.push(child);
  }
  const reclaimable = query.reclaimable ? reclaimableBytes(selection) : undefined;
  const row = (node: number) => ({
    ...fileRow(selection, node),
    ...(reclaimable && { reclaimable: reclaimable(node) }),
  });
  const byName: PathOrder = {
    compare: (a, b) => compareInTree(fs.tree, a, b),
    keys: (nodes) => siblingKeys(fs.tree, nodes),
  };
  return {
    directory: row(directory),
    total: children.length,
    rows: sortedPage(selection, children, query, byName).map(row),
  };
}
