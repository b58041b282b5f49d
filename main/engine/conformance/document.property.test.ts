import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { causes } from '../../../shared/model/image-document.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { someLayers } from '../filesystem/testing/generated-layers.ts';
import { type NaiveFilesystem, naiveBytes, naiveMerge } from '../filesystem/testing/naive-merge.ts';
import { expectReconciled } from '../report/testing/expect-reconciled.ts';
import { temporaryFolder } from '../testing/real-engine.ts';
import { type Analyzed, analyze } from './testing/analyze.ts';
import { forms, writeForm } from './testing/containers.ts';
import { tarOf } from './testing/tar-of.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// Any stack of layers, as real bytes in any form, against what the plainest reading of the rules makes of it.

const anImage = fc.record({
  layers: someLayers,
  choices: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 40 }),
  form: fc.constantFrom(...forms),
});

it('any image, read from its bytes, is what the plainest reading of the rules gives', async () => {
  await using folder = await temporaryFolder();
  await fc.assert(
    fc.asyncProperty(anImage, async ({ layers, choices, form }) => {
      const tars = layers.map((items) => tarOf(items, choices));
      const { path } = await writeForm(folder.path, form, [{ names: ['any:1'], layers: tars }]);
      const found = await analyze({ path, top: 100_000 });
      const naive = naiveMerge(layers);
      expectReconciled(found.document);
      expect(treeOf(found)).toEqual(naiveTree(naive));
      expectSizes(found.document, naive);
      expect(wasteOf(found)).toEqual(naiveWaste(naive));
    }),
    { numRuns: 250 },
  );
});

const shown = (path: string) => Buffer.from(path, 'latin1').toString();
const kinds: Readonly<Record<number, string>> = {
  [EntryKind.File]: 'file',
  [EntryKind.Symlink]: 'symlink',
  [EntryKind.Character]: 'character',
  [EntryKind.Fifo]: 'fifo',
};

function treeOf({ tree }: Analyzed) {
  return Object.fromEntries(
    Object.entries(tree).map(([path, { kind, bytes, layer, mode, uid, gid, mtime, target, sameAs }]) => [
      path,
      kind === 'directory' ? { kind, layer } : { kind, bytes, layer, mode, uid, gid, mtime, target, sameAs },
    ]),
  );
}

function naiveTree(naive: NaiveFilesystem) {
  return Object.fromEntries(
    [...naive.paths].map(([path, { inode, layer }]) => {
      if (!inode) return [shown(path), { kind: 'directory', layer }];
      const { mode = 0o644, uid = 0, gid = 0, mtime = 0, target } = inode.item;
      const [carrier] = [...inode.names].sort();
      const row = {
        kind: kinds[inode.kind],
        bytes: naiveBytes(naive, path),
        layer,
        ...{ mode, uid, gid, mtime },
        target: inode.kind === EntryKind.Symlink ? shown(target!) : undefined,
        sameAs: carrier === path ? undefined : shown(carrier!),
      };
      return [shown(path), row];
    }),
  );
}

function expectSizes({ image }: Analyzed['document'], naive: NaiveFilesystem): void {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const bytes = (of: (inode: (typeof naive.inodes)[number]) => boolean) =>
    sum(naive.inodes.filter(of).map(({ content }) => content.length));
  expect(image.sizes).toMatchObject({
    stored: bytes(() => true),
    live: bytes(({ names }) => names.size > 0),
  });
  expect(image.reclaimableByCause).toEqual(
    Object.fromEntries(causes.map((cause) => [cause, bytes(({ death }) => death?.cause === cause)])),
  );
  expect(image.files).toBe(
    [...naive.paths.values()].filter(({ inode }) => inode?.kind === EntryKind.File).length,
  );
  expect(image.layers.map(({ added, modified, removed }) => ({ added, modified, removed }))).toEqual(
    naive.counts,
  );
  expect(image.layers.map(({ stored, live }) => ({ stored, live }))).toEqual(
    image.layers.map(({ index }) => ({
      stored: bytes(({ layer }) => layer === index),
      live: bytes(({ layer, names }) => layer === index && names.size > 0),
    })),
  );
  const contents = naive.inodes.filter(({ names }) => names.size > 0).map(({ content }) => content);
  expect(image.sizes.duplicates).toBe(
    sum(contents.map(({ length }) => length)) - sum([...new Set(contents)].map(({ length }) => length)),
  );
}

function wasteOf({ document }: Analyzed): string[] {
  return document.image.waste!.items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();
}

function naiveWaste({ inodes }: NaiveFilesystem): string[] {
  return inodes
    .filter(({ death, content }) => death && content !== '')
    .map(({ death, layer, content }) => {
      const { cause, path, hiddenBy } = death!;
      const exact = Buffer.from(path, 'latin1');
      const item = {
        ...{ path: exact.toString(), bytes: content.length, cause, layer, hiddenBy },
        ...(!isUtf8(exact) && { pathBase64: exact.toString('base64') }),
      };
      return JSON.stringify(Object.entries(item).sort());
    })
    .sort();
}
