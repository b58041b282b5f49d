import { describe, expect, it } from 'vitest';
import type { SideFilter } from '../../../shared/model/comparison-document.ts';
import { bytes, file } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { listChanges } from './change-rows.ts';
import { changeColumns, totalChanges } from './compare-filesystems.ts';
import { filterChanges } from './filter-changes.ts';
import { listChangeTree } from './list-change-tree.ts';

const left = merged(
  [file('/a/one', bytes(100)), file('/a/two', bytes(20)), file('/gone', bytes(7))],
  [file('/a/upper', bytes(1000, 'u'))],
);
const right = merged(
  [file('/a/one', bytes(60, 'y')), file('/a/two', bytes(20))],
  [file('/new', bytes(5, 'n'))],
);
const all = changeColumns(left, right);
const never = new AbortController().signal;
const everything = ['added', 'removed', 'changed', 'metadata', 'moved', 'same'] as const;

async function filtered(leftFilter: SideFilter | undefined, rightFilter: SideFilter | undefined) {
  const columns = await filterChanges(all, { leftFilter, rightFilter }, never);
  const page = { offset: 0, limit: 100 };
  const { rows, totalBytes } = listChanges(columns, { ...page, kinds: everything });
  const tree = listChangeTree(columns, { ...page, kinds: everything, path: '/' });
  return { rows: rows.map(({ path }) => path), totalBytes, tree, totals: totalChanges(columns) };
}

describe('a filtered comparison', () => {
  it('has the rows of which one side passes, whole, with their sums', async () => {
    const { rows, tree, totals } = await filtered({ layer: 1 }, { layer: 1 });
    expect(rows).toEqual(['/a/upper', '/new']);
    expect(tree.directory).toMatchObject({ changes: 2, left: 1000, right: 5 });
    expect(tree.rows.map(({ name, left, right }) => [name, left, right])).toEqual([
      ['a', 1000, 0],
      ['new', null, 5],
    ]);
    expect(tree.totals).toEqual(totals);
    expect(totals.removed).toEqual({ files: 1, bytes: -1000 });
    expect(totals.same).toEqual({ files: 0, bytes: 0 });
  });

  it('takes a path that passes on one side with both sides’ bytes', async () => {
    const { rows, totals } = await filtered({ minBytes: 100, maxBytes: 100 }, 'nothing');
    expect(rows).toEqual(['/a/one']);
    expect(totals.changed).toEqual({ files: 1, bytes: -40 });
  });

  it('is empty where nothing passes on either side', async () => {
    const { rows, totalBytes, tree } = await filtered('nothing', 'nothing');
    expect({ rows, totalBytes, total: tree.total }).toEqual({ rows: [], totalBytes: 0, total: 0 });
  });

  it('is the comparison itself without a filter', async () => {
    expect(await filterChanges(all, {}, never)).toBe(all);
    expect((await filtered({}, {})).totals).toEqual(totalChanges(all));
  });

  it('is kept for the next question', async () => {
    const filter = { leftFilter: { layer: 1 }, rightFilter: { layer: 1 } };
    expect(await filterChanges(all, filter, never)).toBe(await filterChanges(all, { ...filter }, never));
  });

  it('refuses what cannot be asked of an image', async () => {
    await expect(filtered({ origin: 'context' }, undefined)).rejects.toMatchObject({
      info: { code: 'invalid-input' },
    });
  });
});
