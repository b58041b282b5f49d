import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createContentHash } from '../archive/content-hash.ts';
import { buildLayer, type TestEntry } from '../archive/testing/build-layer.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { indexContext } from './index-context.ts';

const newHash = () => createContentHash({ low: 1, high: 2 });

async function send(tar: Uint8Array, size = 100) {
  const pieces = Array.from({ length: Math.ceil(tar.length / size) }, (_, at) =>
    tar.subarray(at * size, (at + 1) * size),
  );
  const context = indexContext(Readable.from(pieces, { objectMode: false }), await newHash());
  expect(context.index()).toBeUndefined();
  return { sent: await buffer(context.stream), index: context.index() };
}

async function pathsOf(entries: readonly TestEntry[]): Promise<string[]> {
  const { index } = await send(await buildLayer(entries));
  const fs = mergeLayers([index]);
  return Array.from({ length: fs.tree.count - 1 }, (_, at) => at + 1)
    .filter((node) => fs.nodeKind[node] !== 255)
    .map((node) => pathOf(fs, node).path)
    .sort();
}

it('passes the bytes on as they are, and knows what they hold', async () => {
  const tar = await buildLayer([{ path: 'src/' }, { path: 'src/main.go', content: 'package main' }]);
  const { sent, index } = await send(tar);
  expect(sent.equals(tar)).toBe(true);
  expect(index).toMatchObject({ tarBytes: tar.length, entryCount: 2 });
  expect((await send(tar, 1000)).index?.diffId).toBe(index?.diffId);
  expect(index?.diffId).toMatch(/^context:[0-9a-f]{64}$/);
  const other = await send(
    await buildLayer([{ path: 'src/' }, { path: 'src/main.go', content: 'package wain' }]),
  );
  expect(other.index?.diffId).not.toBe(index?.diffId);
});

it('takes names that are markers in a layer for names', async () => {
  expect(
    await pathsOf([
      { path: 'a' },
      { path: '.wh.a', content: 'x' },
      { path: '.wh..wh..opq' },
      { path: '.wh..wh.plnk/' },
      { path: '.wh..wh.plnk/b' },
      { path: '.wh.' },
    ]),
  ).toEqual(['/.wh.', '/.wh..wh..opq', '/.wh..wh.plnk', '/.wh..wh.plnk/b', '/.wh.a', '/a']);
});

it('sends what it cannot index, and knows nothing of what was not sent to its end', async () => {
  const bad = Buffer.alloc(2048, 1);
  const { sent, index } = await send(bad);
  expect(sent.equals(bad)).toBe(true);
  expect(index).toBeUndefined();
  const tar = await buildLayer([{ path: 'a', content: 'x'.repeat(10_000) }]);
  const source = Readable.from([tar.subarray(0, 1024), tar.subarray(1024)], { objectMode: false });
  const cut = indexContext(source, await newHash());
  cut.stream.once('data', () => cut.stream.destroy());
  await new Promise((resolve) => source.once('close', resolve));
  expect(cut.index()).toBeUndefined();
});

it('fails as its source fails', async () => {
  const failing = Readable.from(
    (async function* () {
      yield Buffer.alloc(512);
      throw new Error('vanished');
    })(),
    { objectMode: false },
  );
  const { stream } = indexContext(failing, await newHash());
  await expect(buffer(stream)).rejects.toThrow('vanished');
});

it('fails and closes with the context, also where nothing was read', async () => {
  const failing = new Readable({ read() {} });
  const failed = indexContext(failing, await newHash());
  const failure = once(failed.stream, 'error');
  failing.destroy(new Error('gone'));
  expect(await failure).toMatchObject([{ message: 'gone' }]);

  const left = new Readable({ read() {} });
  const leaving = indexContext(left, await newHash());
  const closed = once(left, 'close');
  leaving.stream.destroy();
  await closed;
  expect(left.destroyed).toBe(true);
});
