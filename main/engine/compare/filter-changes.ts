import type { SideFilter } from '../../../shared/model/comparison-document.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { prepareFilter, selectFiles } from '../filesystem/select-files.ts';
import type { ChangeColumns } from './change-columns.ts';
import { sumByDirectory } from './change-tree.ts';

/** What a comparison is restricted to: rows of which one side at least passes the filter of its image. */
export interface ChangeFilters {
  /** Undefined: everything of that side passes. */
  readonly leftFilter?: SideFilter | undefined;
  readonly rightFilter?: SideFilter | undefined;
}

/** No kind: rows that are left out have it. */
const leftOut = 255;

/** Views ask often and change their filter seldom. */
const kept = new WeakMap<ChangeColumns, { readonly key: string; readonly columns: ChangeColumns }>();

/**
 * The comparison of what passes: the same rows and directories, those that do not pass without a kind, so that nothing
 * selects or counts them. Throws `invalid-input` as `selectFiles` does, and `cancelled`.
 */
export async function filterChanges(
  columns: ChangeColumns,
  { leftFilter, rightFilter }: ChangeFilters,
  signal: AbortSignal,
): Promise<ChangeColumns> {
  if (!leftFilter && !rightFilter) return columns;
  const key = JSON.stringify([leftFilter, rightFilter]);
  const known = kept.get(columns);
  if (known?.key === key) return known.columns;
  const { left, right, leftNode, rightNode } = columns;
  const passesLeft = await sideTest(left, leftFilter, signal);
  const passesRight = await sideTest(right, rightFilter, signal);
  const kind = columns.kind.map((id, row) =>
    passesLeft(leftNode[row]!) || passesRight(rightNode[row]!) ? id : leftOut,
  );
  const rows = { ...columns, kind };
  const filtered = { ...rows, tree: { ...columns.tree, ...sumByDirectory(rows, columns.tree) } };
  kept.set(columns, { key, columns: filtered });
  return filtered;
}

async function sideTest(
  fs: Filesystem,
  filter: SideFilter | undefined,
  signal: AbortSignal,
): Promise<(node: number) => boolean> {
  if (filter === 'nothing') return () => false;
  await prepareFilter(fs, filter, signal);
  const selection = selectFiles(fs, filter);
  return (node) => node >= 0 && selection.has(node);
}
