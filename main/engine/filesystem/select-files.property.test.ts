import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type FileFilter, pathChanges, SortOrder } from '../../../shared/model/file-filter.ts';
import type { FileRow, TreemapTile } from '../../../shared/model/files.ts';
import { causes } from '../../../shared/model/image-document.ts';
import type { FileOrigin } from '../../../shared/model/origin.ts';
import type { Filesystem } from './filesystem.ts';
import { largestFiles } from './largest-files.ts';
import { listDirectory } from './list-directory.ts';
import { searchFiles } from './search-files.ts';
import { someLayers } from './testing/generated-layers.ts';
import { type GeneratedOrigins, someOrigins, withOrigins } from './testing/generated-origins.ts';
import type { Item } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';
import { type NaiveRow, naivePassing, naiveRows } from './testing/naive-rows.ts';
import { cutTreemap } from './treemap.ts';

// Seldom, or next to nothing has all that is asked for.
const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const someOf = <T>(all: readonly T[]) => fc.subarray([...all], { minLength: 1 });

/** A glob, and the same as a regular expression over the path as it is shown. */
const globs = [
  ['a', /\/a$/],
  ['/a/*', /^\/a\/[^/]+$/],
  ['**/b/**', /\/b\/.+$/s],
  ['[!a]*', /\/[^/a][^/]*$/],
  ['{ü,b}', /\/(ü|b)$/],
] as const;

const places = ['base:a', 'base:b', 'external:a', 'context', 'untraced', 'stage:0', 'stage:1', 'stage:2'];
const originFilters = {
  origin: maybe(fc.constantFrom(...places)),
  line: maybe(fc.record({ stage: fc.nat(2), line: fc.integer({ min: 1, max: 3 }) })),
  flow: maybe(
    fc.record({ from: fc.constantFrom(...places), to: fc.constantFrom('image', ...places.slice(-3)) }),
  ),
  fate: maybe(fc.constantFrom('shared', 'reached', 'leftBehind')),
};

const someFilter = (layers: number, hasOrigins: boolean) =>
  fc
    .record({
      layer: maybe(fc.nat(layers - 1)),
      range: maybe(fc.tuple(fc.nat(layers - 1), fc.nat(layers - 1))),
      changes: maybe(someOf(pathChanges)),
      causes: maybe(someOf(causes)),
      minBytes: maybe(fc.constantFrom(0, 1, 2, 10, 11)),
      maxBytes: maybe(fc.constantFrom(0, 9, 10, 299, 300)),
      kinds: maybe(someOf(['file', 'symlink', 'character', 'fifo'] as const)),
      glob: maybe(fc.constantFrom(...globs)),
      ...(hasOrigins && originFilters),
    })
    .map(({ range, glob, ...filter }) => ({
      filter: {
        ...filter,
        ...(range && { layers: { from: Math.min(...range), to: Math.max(...range) } }),
        ...(glob && { glob: glob[0] }),
      } satisfies FileFilter,
      expression: glob?.[1] ?? /^/,
    }));

const someCase = someLayers
  .filter((layers) => layers.length > 0)
  .chain((layers) => fc.tuple(fc.constant(layers), fc.option(someOrigins(layers.length), { freq: 2 })))
  .chain(([layers, origins]) =>
    fc.record({
      image: fc.constant({ layers, origins: origins ?? undefined }),
      chosen: someFilter(layers.length, origins !== null),
    }),
  );

interface Image {
  readonly layers: readonly Item[][];
  readonly origins: GeneratedOrigins | undefined;
}

function filesystemOf({ layers, origins }: Image): Filesystem {
  const fs = merged(...layers);
  return origins ? withOrigins(fs, origins) : fs;
}

function originOf({ origins }: Image, inode: number): FileOrigin | undefined {
  return origins?.sources[origins.ofInode[inode % origins.ofInode.length]!];
}

const shown = (path: string) => Buffer.from(path, 'latin1').toString();

function passing({ layers, origins }: Image, filter: FileFilter, expression: RegExp): NaiveRow[] {
  const matches = (path: string) => expression.test(shown(path));
  return naivePassing(naiveRows(layers), filter, matches, origins).map((row) => ({
    ...row,
    path: shown(row.path),
  }));
}

const isBelow = (path: string, directory: string) =>
  path === directory || directory === '/' || path.startsWith(`${directory}/`);
const sum = (rows: readonly NaiveRow[], of: (row: NaiveRow) => number) =>
  rows.reduce((total, row) => total + of(row), 0);
const fileCount = (rows: readonly NaiveRow[]) => rows.filter(({ kind }) => kind === 'file').length;

/** Every row below a directory, found by listing it. */
function walk(fs: Filesystem, path: string, filter: FileFilter): FileRow[] {
  const { directory, rows } = listDirectory(fs, { path, filter, offset: 0, limit: 1000 });
  expect(directory.hasChildren).toBe(rows.length > 0);
  return rows.flatMap((row) => (row.hasChildren ? [row, ...walk(fs, row.path, filter)] : [row]));
}

const isAnything = (filter: FileFilter) => Object.values(filter).every((value) => value === undefined);

// A plain look at every row takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('any filter', () => {
  it('lets through just what has all of it, with sums that are those of a plain look at every row', () => {
    fc.assert(
      fc.property(someCase, ({ image, chosen: { filter, expression } }) => {
        const fs = filesystemOf(image);
        const rows = passing(image, filter, expression);
        const found = walk(fs, '/', filter);
        for (const { path, bytes, files } of found) {
          const below = rows.filter((row) => isBelow(row.path, path));
          expect({ path, bytes, files }).toEqual({
            path,
            bytes: sum(below, (row) => row.bytes),
            files: fileCount(below),
          });
        }
        const paths = new Set(rows.map(({ path }) => path));
        const leaves = found.filter(({ path, kind }) => paths.has(path) && kind !== 'directory');
        expect(leaves.map(({ path }) => path).sort()).toEqual([...paths].sort());
        for (const { path, origin } of leaves) {
          const origins = rows.filter((row) => row.path === path).map(({ inode }) => originOf(image, inode));
          // Of several items at a path the last one's is shown.
          if (origins.length === 1) expect(origin).toEqual(origins[0]);
          else if (image.origins) expect(origins).toContainEqual(origin);
        }
        const others = found.filter(({ path }) => !paths.has(path));
        if (!isAnything(filter)) {
          for (const { path } of others) expect(rows.some((row) => isBelow(row.path, path))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cuts treemaps that sum', () => {
    fc.assert(
      fc.property(
        someCase,
        fc.integer({ min: 1, max: 12 }),
        ({ image, chosen: { filter, expression } }, tiles) => {
          const rows = passing(image, filter, expression);
          const root = cutTreemap(filesystemOf(image), { path: '/', filter, tiles });
          expect(root.bytes).toBe(sum(rows, (row) => row.bytes));
          expect(root.files).toBe(rows.filter(({ bytes }) => bytes > 0).length);
          let leaves = 0;
          const check = (tile: TreemapTile) => {
            const { children = [] } = tile;
            if (children.length === 0) leaves++;
            else {
              expect(children.reduce((total, { bytes }) => total + bytes, 0)).toBe(tile.bytes);
              expect(children.reduce((total, { files }) => total + files, 0)).toBe(tile.files);
            }
            if (tile.kind !== 'more') {
              expect(tile.bytes).toBe(
                sum(
                  rows.filter(({ path }) => isBelow(path, tile.path)),
                  ({ bytes }) => bytes,
                ),
              );
            }
            children.forEach(check);
          };
          check(root);
          expect(leaves).toBeLessThanOrEqual(tiles);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds what a plain look at every path finds', () => {
    const text = fc.constantFrom('', 'a', 'B', 'ü', '/a', 'a/', '-', 'zz', 'PROTO');
    fc.assert(
      fc.property(
        someCase,
        text,
        fc.boolean(),
        ({ image, chosen: { filter, expression } }, part, directories) => {
          const fs = filesystemOf(image);
          const rows = passing(image, filter, expression);
          const folded = part === part.toLowerCase();
          const matches = (path: string) => (folded ? path.toLowerCase() : path).includes(part);
          const covered = rows.filter(({ path }) => matches(path));
          const everything = new Set(rows.map(({ path }) => path));
          const wanted = new Set(covered.map(({ path }) => path));
          if (directories)
            for (const { path } of [...walk(fs, '/', filter), { path: '/' }])
              if (matches(path) && isShownDirectory(fs, path, filter, everything)) wanted.add(path);
          const found = searchFiles(fs, { text: part, filter, directories, offset: 0, limit: 1000 });
          expect(found.rows.map(({ path }) => path).sort()).toEqual([...wanted].sort());
          expect(found.total).toBe(wanted.size);
          expect(found.bytes).toBe(sum(covered, (row) => row.bytes));
          expect(found.files).toBe(fileCount(covered));
          const order = found.rows.map(({ bytes }) => bytes);
          expect(order).toEqual([...order].sort((a, b) => b - a));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('lists the largest of what it lets through', () => {
    fc.assert(
      fc.property(
        someCase,
        fc.nat(5),
        fc.nat(5),
        ({ image, chosen: { filter, expression } }, offset, limit) => {
          const fs = filesystemOf(image);
          const bytes = new Map<string, number>();
          for (const row of passing(image, filter, expression)) {
            if (row.bytes > 0) bytes.set(row.path, (bytes.get(row.path) ?? 0) + row.bytes);
          }
          const largest = largestFiles(fs, { filter, offset, limit: limit + 1 });
          const sorted = [...bytes.values()].sort((a, b) => b - a);
          expect(largest.total).toBe(bytes.size);
          expect(largest.bytes).toBe(sorted.reduce((total, size) => total + size, 0));
          const page = sorted.slice(offset, offset + limit + 1);
          expect(largest.rows.map(({ path }) => bytes.get(path))).toEqual(page);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The root and directories are there for what is in them, or without a filter anyway. */
function isShownDirectory(
  fs: Filesystem,
  path: string,
  filter: FileFilter,
  paths: ReadonlySet<string>,
): boolean {
  if (isAnything(filter) || paths.has(path)) return true;
  return path !== '/' || listDirectory(fs, { path, filter, offset: 0, limit: 1 }).total > 0;
}

describe('any order of rows', () => {
  it('is that of its key, equals by the bytes of names, page by page', () => {
    fc.assert(
      fc.property(
        someCase,
        fc.constantFrom(...SortOrder.options),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        ({ image, chosen: { filter } }, sort, reverse, limit) => {
          const fs = filesystemOf(image);
          const query = { path: '/', filter, sort, reverse, reclaimable: true };
          const all = listDirectory(fs, { ...query, offset: 0, limit: 1000 }).rows;
          const byName = (a: FileRow, b: FileRow) => Buffer.compare(nameOf(a), nameOf(b));
          const wanted = [...all].sort(byName).sort((a, b) => {
            const [x, y] = [keyOf(a, sort), keyOf(b, sort)];
            const order = sort === 'name' ? byName(a, b) : x < y ? -1 : x > y ? 1 : 0;
            return reverse ? -order : order;
          });
          expect(all.map(({ path }) => path)).toEqual(wanted.map(({ path }) => path));
          for (let offset = 0; offset <= all.length; offset += limit) {
            const { rows, total } = listDirectory(fs, { ...query, offset, limit });
            expect(rows).toEqual(all.slice(offset, offset + limit));
            expect(total).toBe(all.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function nameOf({ path, pathBase64 }: FileRow): Buffer {
  return pathBase64 ? Buffer.from(pathBase64, 'base64') : Buffer.from(path);
}

const kinds = ['file', 'directory', 'symlink', 'character', 'block', 'fifo'];

function keyOf(row: FileRow, sort: SortOrder): number {
  if (sort === 'kind') return kinds.indexOf(row.kind);
  if (sort === 'layer') return row.layer ?? -1;
  if (sort === 'mode') return row.mode;
  if (sort === 'name') return 0;
  return -(row[sort] ?? 0);
}
