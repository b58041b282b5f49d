import type { FileFilter, SortOrder } from '../../../shared/model/file-filter.ts';
import { causes } from '../../../shared/model/image-document.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { attributesOf, shownEntry, shownLayer } from './file-row.ts';
import type { FileSelection } from './file-selection.ts';
import { inodeKind } from './filesystem.ts';
import { kindIds } from './live-selection.ts';
import { fewRows, pageByKey, pageOf } from './page-of.ts';
import { selectFiles } from './select-files.ts';
import type { Order } from './select-top.ts';

export interface SortQuery {
  /** Default: by bytes. */
  readonly sort?: SortOrder | undefined;
  /** The other way round; ties stay in byte order. */
  readonly reverse?: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** The order of paths, which decides between equals and is the order by name. */
export interface PathOrder {
  readonly compare: Order;
  /** Numbers in this order, as siblingKeys gives them: for nodes that may be very many. */
  readonly keys?: (nodes: ArrayLike<number>) => Float64Array;
}

/** A page of nodes of the selection in that order. */
export function sortedPage(
  selection: FileSelection,
  nodes: ArrayLike<number>,
  { sort = 'bytes', reverse = false, offset, limit }: SortQuery,
  byPath: PathOrder,
): number[] {
  const sign = largestFirst.has(sort) !== reverse ? -1 : 1;
  if (sort === 'name') {
    const compare: Order = reverse ? (a, b) => byPath.compare(b, a) : byPath.compare;
    if (!byPath.keys || offset + limit <= fewRows) return pageOf(nodes, offset, limit, compare);
    const keys = byPath.keys(nodes).map((key) => sign * key);
    return pageByKey(keys, offset, limit, (a, b) => compare(nodes[a]!, nodes[b]!)).map((row) => nodes[row]!);
  }
  const key = keyOf(selection, sort);
  // Keys once a row rather than once a comparison: rows are compared by their number in the list.
  const keys = new Float64Array(nodes.length);
  for (let row = 0; row < keys.length; row++) keys[row] = sign * key(nodes[row]!);
  const order: Order = (a, b) => byPath.compare(nodes[a]!, nodes[b]!);
  const { keys: pathKeys } = byPath;
  const keysOf = pathKeys && ((rows: readonly number[]) => pathKeys(rows.map((row) => nodes[row]!)));
  return pageByKey(keys, offset, limit, order, keysOf).map((row) => nodes[row]!);
}

const largestFirst: ReadonlySet<SortOrder> = new Set(['bytes', 'files', 'mtime', 'reclaimable']);

function keyOf(selection: FileSelection, sort: Exclude<SortOrder, 'name'>): (node: number) => number {
  const { fs } = selection;
  switch (sort) {
    case 'bytes':
      return selection.bytes;
    case 'files':
      return selection.files;
    case 'reclaimable':
      return reclaimableBytes(selection);
    case 'layer':
      // A directory that no layer has comes before all.
      return (node) => shownLayer(selection, node);
    case 'kind':
      return (node) => {
        const item = selection.items(node).at(-1);
        return kindIds.indexOf(item ? inodeKind(fs, item.inode) : EntryKind.Directory);
      };
    case 'mode':
    case 'mtime':
      return (node) => {
        const entry = shownEntry(selection, node);
        return entry ? attributesOf(fs, ...entry)[sort] : sort === 'mode' ? 0o755 : 0;
      };
  }
}

/** Bytes at a path and below that are stored and no longer live, under the same filter otherwise. */
export function reclaimableBytes({ fs, filter }: FileSelection): (node: number) => number {
  const { changes: _, ...others } = filter;
  const wasted: FileFilter = { ...others, causes: others.causes ?? [...causes] };
  return selectFiles(fs, wasted).bytes;
}
