import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { indexTar } from '../../main/engine/archive/testing/build-layer.ts';
import { listLayer } from '../../main/engine/archive/testing/list-layer.ts';
import { contentPool } from './content.ts';
import { layerTar, tarBytes } from './layer.ts';
import { smallFileLayers } from './small-files.ts';
import { toolchainLayers } from './toolchain.ts';

const tarOf = (layer: Parameters<typeof layerTar>[0]) => Buffer.concat([...layerTar(layer)]);

test('a layer is as long as was said before it was made, and the same again', async () => {
  for (const layer of [
    ...toolchainLayers(small),
    ...smallFileLayers({ layers: 2, files: 250, bytes: 400 }),
  ]) {
    const tar = tarOf(layer);
    expect(tar.length).toBe(tarBytes(layer));
    expect(tarOf(layer).equals(tar)).toBe(true);
  }
});

const small = [
  { root: 'usr', entries: 400, bytes: 2_000_000 },
  { root: 'usr/local', entries: 300, bytes: 3_000_000 },
];

test('a toolchain has the entries and bytes asked for', async () => {
  for (const [number, layer] of toolchainLayers(small).entries()) {
    const index = await indexTar(tarOf(layer));
    expect(index.entryCount).toBe(small[number]!.entries);
    const bytes = listLayer(index).reduce((sum, { size }) => sum + size, 0);
    expect(Math.abs(bytes - small[number]!.bytes)).toBeLessThan(400);
  }
});

test('small files are each of another content, and one in a thousand of the layer below is deleted', async () => {
  const layers = smallFileLayers({ layers: 2, files: 1500, bytes: 400 });
  const entries = (
    await Promise.all(layers.map(async (layer) => listLayer(await indexTar(tarOf(layer)))))
  ).flat();
  const files = entries.filter(({ kind }) => kind === 'File');
  expect(files.length).toBe(3000);
  expect(new Set(files.map(({ hash }) => hash)).size).toBe(3000);
  const deleted = entries.filter(({ kind }) => kind === 'Whiteout').map(({ path }) => path);
  expect(deleted).toEqual(['/srv/layer-0/part-0/file-0.txt', '/srv/layer-0/part-10/file-1000.txt']);
  for (const path of deleted) expect(files.map((file) => file.path)).toContain(path);
});

test('content is what gzip makes some 2.4 times smaller, and always the same', () => {
  const pool = contentPool();
  const part = pool.subarray(2 ** 20, 2 ** 22);
  expect(part.length / gzipSync(part).length).toBeCloseTo(2.4, 1);
  const digest = createHash('sha256').update(pool).digest('hex');
  expect(createHash('sha256').update(contentPool()).digest('hex')).toBe(digest);
});
