import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { SearchPage } from '../../../shared/model/files.ts';
import { fileRow } from './file-row.ts';
import type { FileSelection } from './file-selection.ts';
import type { Filesystem } from './filesystem.ts';
import { matchedPaths, matchPathsAsync, type PathPattern } from './match-paths.ts';
import { compareInTree } from './path-order.ts';
import { prepareFilter, selectFiles } from './select-files.ts';
import { type SortQuery, sortedPage } from './sort-files.ts';

export interface SearchQuery extends SortQuery, PathPattern {
  readonly filter?: FileFilter | undefined;
  /** Also directories whose own path matches. Default: true. */
  readonly directories?: boolean | undefined;
}

/** What matches of a selection; its pages differ in the order of rows only. */
interface Found {
  readonly nodes: Uint32Array;
  readonly bytes: number;
  readonly files: number;
}

/** The last search of each image: pages of it are asked for one after another. */
const lastFound = new WeakMap<Filesystem, { readonly key: string; readonly found: Found }>();

/**
 * A page of the paths that match, of those that the filter lets through. Rows are ordered by bytes (or as asked),
 * then by path. Throws `invalid-input` for a glob that is too large.
 */
export function searchFiles(fs: Filesystem, query: SearchQuery): SearchPage {
  const { offset, limit, sort, reverse, filter, directories = true, ...pattern } = query;
  const selection = selectFiles(fs, filter);
  const key = JSON.stringify([pattern, filter, directories]);
  const last = lastFound.get(fs);
  const found = last?.key === key ? last.found : find(selection, matchedPaths(fs, pattern), directories);
  lastFound.set(fs, { key, found });
  const compare = (a: number, b: number) => compareInTree(fs.tree, a, b);
  return {
    total: found.nodes.length,
    bytes: found.bytes,
    files: found.files,
    rows: sortedPage(selection, found.nodes, { offset, limit, sort, reverse }, { compare }).map((node) =>
      fileRow(selection, node),
    ),
  };
}

/** As searchFiles, without standing in the way of others while it reads paths. Throws `cancelled` when aborted. */
export async function searchFilesAsync(
  fs: Filesystem,
  query: SearchQuery,
  signal: AbortSignal,
): Promise<SearchPage> {
  const { offset: _, limit: __, sort: ___, reverse: ____, filter, directories: _____, ...pattern } = query;
  await prepareFilter(fs, filter, signal);
  await matchPathsAsync(fs, pattern, signal);
  return searchFiles(fs, query);
}

/** Bytes and files are those of all that matches and of all that is below it, each once. */
function find(selection: FileSelection, hits: Uint8Array, directories: boolean): Found {
  const { parent, count } = selection.fs.tree;
  const nodes = new Uint32Array(count);
  const covered = new Uint8Array(count);
  let total = 0;
  let bytes = 0;
  let files = 0;
  for (let n = 0; n < count; n++) {
    if (hits[n] === 0 && covered[parent[n]!] === 0) continue;
    covered[n] = 1;
    const has = selection.has(n);
    if (has) {
      bytes += selection.ownBytes(n);
      files += selection.ownFiles(n);
    }
    if (hits[n] === 1 && (has || (directories && selection.shows(n)))) nodes[total++] = n;
  }
  return { nodes: nodes.slice(0, total), bytes, files };
}
