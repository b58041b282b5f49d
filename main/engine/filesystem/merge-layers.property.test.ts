import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causes } from '../../../shared/model/image-document.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { findDuplicates } from './duplicates.ts';
import { Absent, carriedBytes, type Filesystem } from './filesystem.ts';
import { mergeLayers } from './merge-layers.ts';
import { pathBytes } from './path-tree.ts';
import { someLayers } from './testing/generated-layers.ts';
import { type Item, layerOf } from './testing/layer-of.ts';
import { type NaiveFilesystem, naiveBytes, naiveMerge } from './testing/naive-merge.ts';
import { listWaste } from './waste.ts';

const runs = { numRuns: 1500 };

function merge(layers: readonly (readonly Item[])[]): Filesystem {
  return mergeLayers(layers.map((items) => layerOf(...items)));
}

function exactPath(fs: Filesystem, node: number): string {
  return Buffer.from(pathBytes(fs.tree, node)).toString('latin1');
}

/** Every live path but the root, as plain data. */
function liveEntries(fs: Filesystem) {
  const entries = new Map<string, unknown>();
  for (let n = 1; n < fs.tree.count; n++) {
    if (fs.nodeKind[n] === Absent) continue;
    const inode = fs.nodeInode[n]!;
    entries.set(exactPath(fs, n), {
      kind: fs.nodeKind[n],
      layer: fs.nodeLayer[n]! < 0 ? undefined : fs.nodeLayer[n],
      bytes: carriedBytes(fs, n),
      madeIn: inode < 0 ? undefined : fs.inodes.layer[inode],
      links: inode < 0 ? undefined : fs.inodes.links[inode],
      carrier: inode < 0 ? undefined : exactPath(fs, fs.inodes.node[inode]!),
    });
  }
  return entries;
}

function naiveEntries(naive: NaiveFilesystem) {
  return new Map(
    [...naive.paths].map(([path, { inode, layer }]) => [
      path,
      {
        kind: inode ? inode.kind : EntryKind.Directory,
        layer,
        bytes: naiveBytes(naive, path),
        madeIn: inode?.layer,
        links: inode?.names.size,
        carrier: inode && [...inode.names].sort()[0],
      },
    ]),
  );
}

/** Paths of one character a byte as a document shows them. */
function shownPaths(paths: readonly string[]) {
  const shown = paths.map((path) => Buffer.from(path, 'latin1'));
  const texts = { paths: shown.map((path) => path.toString()) };
  if (shown.every(isUtf8)) return texts;
  return { ...texts, pathsBase64: shown.map((path) => (isUtf8(path) ? null : path.toString('base64'))) };
}

function sum(numbers: Iterable<number | null>): number {
  let total = 0;
  for (const number of numbers) total += number ?? Number.NaN;
  return total;
}

describe('any stack of layers', () => {
  it('merges to what the plainest reading of the rules gives', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const fs = merge(layers);
        const naive = naiveMerge(layers);
        expect(liveEntries(fs)).toEqual(naiveEntries(naive));
        expect(fs.layerSizes.map(({ added, modified, removed }) => ({ added, modified, removed }))).toEqual(
          naive.counts,
        );
      }),
      runs,
    );
  });

  it('wastes what the plainest reading of the rules wastes, with cause, name and layers', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const fs = merge(layers);
        const found = listWaste(fs, Number.POSITIVE_INFINITY);
        const dead = naiveMerge(layers).inodes.filter(({ death, content }) => death && content !== '');
        const text = (path: string) => Buffer.from(path, 'latin1').toString();
        const plain = dead.map(({ death, layer, content }) => {
          const { cause, path, hiddenBy } = death!;
          return JSON.stringify([text(path), content.length, cause, layer, hiddenBy]);
        });
        const listed = found.items.map((item) =>
          JSON.stringify([item.path, item.bytes, item.cause, item.layer, item.hiddenBy]),
        );
        expect(listed.sort()).toEqual(plain.sort());
        expect(found.total).toBe(dead.length);
        for (const cause of causes) {
          const ofCause = dead.filter(({ death }) => death!.cause === cause);
          expect(fs.totals!.byCause[cause]).toBe(sum(ofCause.map(({ content }) => content.length)));
        }
      }),
      runs,
    );
  });

  it('tells of every inode that stores again what its path held, and what that was', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        // Both make inodes in the order of layers and entries.
        const { inodes } = naiveMerge(layers);
        const plain = inodes.flatMap(({ copyUpOf }, inode) =>
          copyUpOf ? [[inode, inodes.indexOf(copyUpOf)]] : [],
        );
        const { inode, of } = merge(layers).copyUps;
        expect(Array.from(inode, (it, row) => [it, of[row]])).toEqual(plain);
      }),
      runs,
    );
  });

  it('has sums that reconcile to the byte', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const fs = merge(layers);
        const totals = fs.totals!;
        const files = layers.flat().filter(({ kind }) => kind === EntryKind.File);
        expect(totals.stored).toBe(sum(files.map(({ content }) => content!.length)));
        expect(totals.stored - totals.live).toBe(sum(Object.values(totals.byCause)));
        expect(totals.reclaimable).toBe(totals.stored - totals.live);
        expect(sum(fs.layerSizes.map(({ stored }) => stored))).toBe(totals.stored);
        expect(sum(fs.layerSizes.map(({ live }) => live))).toBe(totals.live);
        expect(sum(fs.layerSizes.map(({ reclaimable }) => reclaimable))).toBe(totals.reclaimable);
        let carried = 0;
        for (let n = 0; n < fs.tree.count; n++) carried += carriedBytes(fs, n);
        expect(carried).toBe(totals.live);
        expect(listWaste(fs, 3).totalBytes).toBe(totals.reclaimable);
        expect(totals.efficiency).toBe(totals.stored === 0 ? 1 : totals.live / totals.stored);
      }),
      runs,
    );
  });

  it('finds the duplicates that comparing every two files finds', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const groups = new Map<string, string[]>();
        for (const { kind, content, names } of naiveMerge(layers).inodes) {
          if (kind !== EntryKind.File || content === '' || names.size === 0) continue;
          groups.set(content, [...(groups.get(content) ?? []), [...names].sort()[0]!]);
        }
        const items = [...groups]
          .filter(([, paths]) => paths.length > 1)
          .map(([content, paths]) => ({
            bytes: (paths.length - 1) * content.length,
            copies: paths.length,
            paths: paths.sort(),
          }))
          .sort((a, b) => b.bytes - a.bytes || (a.paths[0]! < b.paths[0]! ? -1 : 1));
        expect(findDuplicates(merge(layers), Number.POSITIVE_INFINITY)).toEqual({
          total: items.length,
          totalBytes: sum(items.map(({ bytes }) => bytes)),
          items: items.map((item) => ({
            ...item,
            ...shownPaths(item.paths),
          })),
        });
      }),
      runs,
    );
  });
});
