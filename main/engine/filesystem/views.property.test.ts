import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { TreemapTile } from '../../../shared/model/files.ts';
import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from './filesystem.ts';
import { listDirectory } from './list-directory.ts';
import { pathOf } from './path-text.ts';
import { someLayers } from './testing/generated-layers.ts';
import { type GeneratedOrigins, someOrigins, withOrigins } from './testing/generated-origins.ts';
import { merged } from './testing/merged.ts';
import { type NaiveFilesystem, naiveBytes, naiveMerge } from './testing/naive-merge.ts';
import { cutTreemap } from './treemap.ts';

const runs = { numRuns: 1000 };

// A plain look at every path takes its time.
vi.setConfig({ testTimeout: 60_000 });

const query = someLayers
  .filter((layers) => layers.length > 0)
  .chain((layers) =>
    fc.record({
      layers: fc.constant(layers),
      origins: fc.option(someOrigins(layers.length), { freq: 2, nil: undefined }),
      tiles: fc.integer({ min: 1, max: 12 }),
      pick: fc.nat(),
    }),
  );

/** What an inode's name, as one character a byte, looks like. */
const shown = (path: string) => Buffer.from(path, 'latin1').toString();

/** All layers at first, else one of them. */
function filterOf(layers: readonly unknown[], pick: number): { layer?: number } {
  const choice = pick % (layers.length + 1);
  return choice === 0 ? {} : { layer: choice - 1 };
}

/** Bytes below a path but for some others, files that carry them, layer and origin of most, by looking at every path. */
function naiveBelow(
  naive: NaiveFilesystem,
  origins: GeneratedOrigins | undefined,
  { path, without, layer }: { path: string; without: readonly string[]; layer: number | undefined },
) {
  const isBelow = (other: string, top: string) => top === '/' || other === top || other.startsWith(`${top}/`);
  const byLayer = new Map<number, number>();
  // Those that come first win when bytes are equal.
  const byOrigin = new Map(origins?.sources.map(({ id }) => [id, 0]));
  let files = 0;
  let bytes = 0;
  for (const [other, { inode }] of naive.paths) {
    const size = naiveBytes(naive, other);
    const inside = isBelow(shown(other), path) && !without.some((top) => isBelow(shown(other), top));
    if (!inside || !inode || size === 0 || (layer !== undefined && inode.layer !== layer)) continue;
    byLayer.set(inode.layer, (byLayer.get(inode.layer) ?? 0) + size);
    if (origins) {
      const { id } = origins.sources[origins.ofInode[naive.inodes.indexOf(inode) % origins.ofInode.length]!]!;
      byOrigin.set(id, byOrigin.get(id)! + size);
    }
    bytes += size;
    files++;
  }
  const best = [...byLayer].sort(([a, bytesA], [b, bytesB]) => bytesB - bytesA || a - b)[0];
  const origin = bytes === 0 ? undefined : [...byOrigin].sort(([, a], [, b]) => b - a)[0]?.[0];
  return { bytes, files, layer: best?.[0] ?? 0, origin };
}

function tilesOf(tile: TreemapTile): TreemapTile[] {
  return [tile, ...(tile.children ?? []).flatMap(tilesOf)];
}

describe('any treemap', () => {
  it('sums at every level, is within its bound, and tells the truth of each tile', () => {
    fc.assert(
      fc.property(query, ({ layers, origins, tiles, pick }) => {
        const naive = naiveMerge(layers);
        const filter = filterOf(layers, pick);
        const fs = merged(...layers);
        const root = cutTreemap(origins ? withOrigins(fs, origins) : fs, { path: '/', tiles, filter });
        /** What a `more` tile is without. */
        const siblings = new Map<TreemapTile, readonly string[]>();
        const all = tilesOf(root);
        expect(all.filter(({ children }) => !children).length).toBeLessThanOrEqual(tiles);
        for (const tile of all) {
          const children = tile.children ?? [];
          if (children.length > 0) {
            expect(children.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(tile.bytes);
            expect(children.reduce((sum, { files }) => sum + files, 0)).toBe(tile.files);
            expect(children.filter(({ kind }) => kind === 'more').length).toBeLessThanOrEqual(1);
          }
          if (tile !== root) {
            expect(tile.bytes).toBeGreaterThan(0);
            expect(children.length === 1 && children[0]!.kind === 'directory').toBe(false);
          }
          const without = children.filter(({ kind }) => kind !== 'more').map((child) => child.path);
          for (const child of children) if (child.kind === 'more') siblings.set(child, without);
          const { path, bytes, files, layer, origin } = tile;
          expect({ bytes, files, layer, origin }).toEqual(
            naiveBelow(naive, origins, { path, without: siblings.get(tile) ?? [], layer: filter.layer }),
          );
        }
        if (root.files <= tiles) {
          const leaves = all.filter(({ children }) => !children);
          expect(leaves.filter(({ kind }) => kind !== 'file')).toEqual(root.files === 0 ? [root] : []);
        }
      }),
      runs,
    );
  });

  it('shows nothing smaller than what it could have shown in its place', () => {
    fc.assert(
      fc.property(query, ({ layers, tiles }) => {
        const fs = merged(...layers);
        const root = cutTreemap(fs, { path: '/', tiles });
        for (const tile of tilesOf(root)) {
          const { children = [] } = tile;
          if (!children.some(({ kind }) => kind === 'more')) continue;
          const smallest = Math.min(
            ...children.filter(({ kind }) => kind !== 'more').map(({ bytes }) => bytes),
          );
          const sizes = listDirectory(fs, { path: tile.path, offset: 0, limit: 1000 }).rows.map(
            ({ bytes }) => bytes,
          );
          const hidden = sizes.slice(children.length - 1);
          expect(Math.max(...hidden)).toBeLessThanOrEqual(smallest);
        }
      }),
      runs,
    );
  });
});

/** Every listing below the root, checked against its directory; the nodes it shows. */
function checkListing(fs: Filesystem, path: string, filter: { layer?: number }): string[] {
  const page = listDirectory(fs, { path, filter, offset: 0, limit: 1000 });
  const sum = (of: (row: (typeof page.rows)[number]) => number) =>
    page.rows.reduce((total, row) => total + of(row), 0);
  expect(sum(({ bytes }) => bytes)).toBe(page.directory.bytes);
  expect(sum(({ files }) => files)).toBe(page.directory.files);
  expect(page.directory.hasChildren).toBe(page.rows.length > 0);
  return page.rows.flatMap((row) => {
    if (row.kind !== 'directory') return [row.path];
    const below = checkListing(fs, row.path, filter);
    expect(row.hasChildren).toBe(below.length > 0 || hasChild(fs, row.path, filter));
    return [row.path, ...below];
  });
}

function hasChild(fs: Filesystem, path: string, filter: { layer?: number }): boolean {
  return listDirectory(fs, { path, filter, offset: 0, limit: 1 }).total > 0;
}

describe('any listing', () => {
  it('sums at every level and shows every path that the filter lets through', () => {
    fc.assert(
      fc.property(query, ({ layers, pick }) => {
        const naive = naiveMerge(layers);
        const filter = filterOf(layers, pick);
        const fs = merged(...layers);
        const leaves = [...naive.paths].filter(
          ([, { inode }]) => inode && inode.layer === (filter.layer ?? inode.layer),
        );
        const wanted = [...naive.paths.keys()].filter(
          (path) =>
            (filter.layer === undefined && !naive.paths.get(path)!.inode) ||
            leaves.some(([leaf]) => leaf === path || leaf.startsWith(`${path}/`)),
        );
        expect(checkListing(fs, '/', filter).sort()).toEqual(wanted.map(shown).sort());
        const files = leaves.filter(([, { inode }]) => inode!.kind === EntryKind.File);
        expect(listDirectory(fs, { path: '/', filter, offset: 0, limit: 1 }).directory.files).toBe(
          files.length,
        );
      }),
      runs,
    );
  });

  it('has the sums of all layers together as its own', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const fs = merged(...layers);
        const bytes = layers.map(
          (_, layer) =>
            listDirectory(fs, { path: '/', filter: { layer }, offset: 0, limit: 1 }).directory.bytes,
        );
        expect(bytes).toEqual(fs.layerSizes.map(({ live }) => live));
        expect(pathOf(fs, 0).path).toBe('/');
      }),
      runs,
    );
  });
});
