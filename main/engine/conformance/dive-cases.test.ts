import { expect, it, vi } from 'vitest';
import { buildLayer, digestOf } from '../archive/testing/build-layer.ts';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import { attributeLayers } from '../stages/attribute-layers.ts';
import { temporaryFolder } from '../testing/real-engine.ts';
import { openWith, withApi } from './testing/analyze.ts';
import { type Case, checkCase } from './testing/check-case.ts';
import { ociFolder, writeForm } from './testing/containers.ts';
import { bytes, dir, file, hardlink, opaque, symlink, whiteout } from './testing/entries.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// Stacks that dive 0.13.1 measures wrongly (layers.md, "What dive gets wrong"), with the numbers that are right.

const cases: readonly Case[] = [
  {
    name: 'delete a 200-byte directory in a later layer: 200 reclaimable, deleted',
    layers: [[file('d/a', 120), file('d/b', 80)], [whiteout('d')]],
    expected: { causes: { deleted: 200 }, stored: 200, live: 0 },
  },
  {
    name: 'rewrite a 100-byte file once: 100 reclaimable, overwritten',
    layers: [[file('a', 100)], [file('a', bytes(100, 'y'))]],
    expected: { causes: { overwritten: 100 }, stored: 200, live: 100 },
  },
  {
    name: 'chmod a 5,000-byte file: 5,000 reclaimable, copied up',
    layers: [[file('a', 5000)], [file('a', 5000, { mode: 0o600 })]],
    expected: { causes: { copiedUp: 5000 }, live: 5000 },
  },
  {
    name: 'opaque directory over 177 bytes: 177 reclaimable, files hidden',
    layers: [
      [file('d/a', 100), file('d/e/b', 77)],
      [dir('d'), opaque('d')],
    ],
    expected: { causes: { deleted: 177 }, live: 0, tree: { '/d': 'directory' } },
  },
  {
    name: 'directory of 133 bytes replaced by a file: 133 reclaimable, children gone',
    layers: [[file('d/a', 100), file('d/b', 33)], [file('d', 5)]],
    expected: { causes: { shadowed: 133 }, live: 5, tree: { '/d': 'file 5' } },
  },
  {
    name: 'delete one of two hard links to 1,000 bytes: the content is live',
    layers: [[file('a', 1000), hardlink('b', 'a')], [whiteout('a')]],
    expected: { causes: {}, live: 1000, tree: { '/b': 'file 1000' } },
  },
  {
    name: 'one path three times in one tar (10 + 30 + 30): 40 reclaimable, repeated',
    layers: [[file('a', 10), file('a', bytes(30, 'y')), file('a', bytes(30, 'z'))]],
    expected: { causes: { repeated: 40 }, stored: 70, live: 30 },
  },
  {
    name: 'delete a 10-byte file, later add it again: 10 reclaimable, deleted',
    layers: [[file('a', 10)], [whiteout('a')], [file('a', 10)]],
    expected: { causes: { deleted: 10 }, stored: 20, live: 10 },
  },
  {
    name: 'symlink retargeted: changed',
    layers: [[symlink('l', 'old')], [symlink('l', 'new')]],
    expected: {
      changes: [
        [1, 0, 0],
        [0, 1, 0],
      ],
    },
  },
  {
    name: 'single-layer image: efficiency 1',
    layers: [[file('a', 10)]],
    expected: { causes: {}, stored: 10, live: 10 },
  },
];

it.each(cases)('$name', (each) => checkCase(each));

it('base of several layers: by diff_ids, and null where nobody knows them', async () => {
  const layers = await Promise.all(
    [[file('a', 1)], [file('b', 2)], [file('c', 3)]].map((items) => buildLayer(items)),
  );
  await using folder = await temporaryFolder();
  const form = { name: '', container: ociFolder, layers: 'none', whole: 'none' } as const;
  const history = ['base', 'base', 'RUN make'].map((created_by) => ({ created_by }));
  const { path } = await writeForm(folder.path, form, [{ layers, config: { history } }]);
  const { document } = await withApi({}, (api) => openWith(api, { path }));
  const read = document.image.layers;
  expect(read.map(({ base }) => base)).toEqual([null, null, null]);

  const dockerfile = parseDockerfile('FROM debian\nRUN make\n', { path: 'Dockerfile', context: '.' });
  const known = read.map(({ diffId, createdBy }) => ({ diffId, createdBy: createdBy ?? '' }));
  const base = { diffIds: layers.slice(0, 2).map(digestOf), triggers: 0 };
  const owners = attributeLayers(known, dockerfile, 0, base);
  expect(owners.map((owner) => owner?.kind)).toEqual(['base', 'base', 'instruction']);
});
