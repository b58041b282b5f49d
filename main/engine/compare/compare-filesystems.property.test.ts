import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryKind } from '../archive/layer-index.ts';
import { someLayers } from '../filesystem/testing/generated-layers.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { type NaiveFilesystem, naiveBytes, naiveMerge } from '../filesystem/testing/naive-merge.ts';
import { rowKinds } from './change-columns.ts';
import { compareFilesystems } from './compare-filesystems.ts';

interface Row {
  readonly path: string;
  readonly kind: string;
  readonly from?: string;
  readonly left: number | null;
  readonly right: number | null;
}

/** Two images, often with layers in common, as variants of one project have. */
const twoImages = fc
  .tuple(someLayers, someLayers, fc.nat({ max: 5 }))
  .map(([left, right, shared]) => [left, [...left.slice(0, shared), ...right]] as const);

it('any two images differ as holding path against path says', () => {
  fc.assert(
    fc.property(twoImages, ([left, right]) => {
      const comparison = compareFilesystems(merged(...left), merged(...right));
      const { rows, total } = comparison.rows({ kinds: rowKinds, offset: 0, limit: 10_000 });
      expect(total).toBe(rows.length);
      expect(byPath(rows.map(({ pathBase64: _, fromBase64: __, ...row }) => row))).toEqual(
        byPath(naiveCompare(naiveMerge(left), naiveMerge(right))),
      );
    }),
    { numRuns: 1500 },
  );
});

it('the differences of any two images sum to the difference of what they hold', () => {
  fc.assert(
    fc.property(twoImages, ([left, right]) => {
      const [a, b] = [merged(...left), merged(...right)];
      const { totals, rows } = compareFilesystems(a, b);
      const difference = b.totals!.live - a.totals!.live;
      const { same, ...others } = totals;
      expect(Object.values(others).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(difference);
      const page = rows({ kinds: rowKinds, offset: 0, limit: 10_000 });
      expect(page.totalBytes).toBe(difference);
      expect(page.rows.reduce((sum, row) => sum + (row.right ?? 0) - (row.left ?? 0), 0)).toBe(difference);
      expect(rows({ offset: 0, limit: 1 }).totalBytes).toBe(difference);
      for (const kind of rowKinds) {
        const ofKind = rows({ kinds: [kind], offset: 0, limit: 1 });
        expect({ files: ofKind.total, bytes: ofKind.totalBytes }).toEqual(totals[kind]);
      }
      expect(rows({ kinds: ['same'], offset: 0, limit: 1 }).total).toBe(same.files);
      const weights = page.rows.map((row) => Math.abs((row.right ?? 0) - (row.left ?? 0)));
      expect(weights).toEqual([...weights].sort((x, y) => y - x));
    }),
    { numRuns: 1500 },
  );
});

it('an image does not differ from itself', () => {
  fc.assert(
    fc.property(someLayers, (layers) => {
      const { totals, rows } = compareFilesystems(merged(...layers), merged(...layers));
      expect(rows({ offset: 0, limit: 1 })).toEqual({ total: 0, totalBytes: 0, rows: [] });
      expect(totals.same.bytes).toBe(merged(...layers).totals!.live);
    }),
    { numRuns: 500 },
  );
});

/** What a path and its bytes look like in a row. */
const shown = (path: string) => Buffer.from(path, 'latin1').toString();

function byPath(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function naiveCompare(left: NaiveFilesystem, right: NaiveFilesystem): Row[] {
  const rows: Row[] = [];
  const leaves = (fs: NaiveFilesystem) =>
    [...fs.paths]
      .filter(([, { inode }]) => inode)
      .map(([path]) => path)
      .sort();
  const onlyLeft = leaves(left).filter((path) => !right.paths.get(path)?.inode);
  const onlyRight = leaves(right).filter((path) => !left.paths.get(path)?.inode);
  for (const path of leaves(left)) {
    if (!right.paths.get(path)?.inode) continue;
    rows.push({
      path: shown(path),
      kind: naiveKind(left, right, path),
      left: naiveBytes(left, path),
      right: naiveBytes(right, path),
    });
  }

  const base = (path: string) => path.slice(path.lastIndexOf('/'));
  const content = (fs: NaiveFilesystem, path: string) => {
    const inode = fs.paths.get(path)!.inode!;
    return inode.kind === EntryKind.File ? inode.content : '';
  };
  const taken = new Set<string>();
  const used = new Set<string>();
  for (const sameName of [true, false]) {
    for (const from of onlyLeft) {
      const to = onlyRight.find(
        (path) =>
          !taken.has(path) &&
          !used.has(from) &&
          content(left, from) !== '' &&
          content(right, path) === content(left, from) &&
          (!sameName || base(path) === base(from)),
      );
      if (to === undefined) continue;
      taken.add(to);
      used.add(from);
      rows.push({
        path: shown(to),
        kind: 'moved',
        from: shown(from),
        left: naiveBytes(left, from),
        right: naiveBytes(right, to),
      });
    }
  }
  for (const path of onlyLeft) {
    if (used.has(path)) continue;
    rows.push({ path: shown(path), kind: 'removed', left: naiveBytes(left, path), right: null });
  }
  for (const path of onlyRight) {
    if (taken.has(path)) continue;
    rows.push({ path: shown(path), kind: 'added', left: null, right: naiveBytes(right, path) });
  }
  return rows;
}

function naiveKind(left: NaiveFilesystem, right: NaiveFilesystem, path: string): string {
  const a = left.paths.get(path)!.inode!;
  const b = right.paths.get(path)!.inode!;
  const target = ({ kind, item }: typeof a) => (kind === EntryKind.File ? undefined : item.target);
  if (a.kind !== b.kind || a.content !== b.content || target(a) !== target(b)) return 'changed';
  const attributes = ({ item, names }: typeof a) =>
    JSON.stringify([
      item.mode ?? 0o644,
      item.uid ?? 0,
      item.gid ?? 0,
      item.xattrs ?? '',
      names.size,
      [...names].sort()[0],
    ]);
  return attributes(a) === attributes(b) ? 'same' : 'metadata';
}
