import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CacheDocument } from '../../shared/model/cache-document.ts';
import { buildOciArchive } from '../engine/archive/testing/build-archive.ts';
import { file } from '../engine/conformance/testing/entries.ts';
import { temporaryFolder } from '../engine/testing/real-engine.ts';
import { runProgram } from './program.ts';
import { testTerminal } from './testing/terminal.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('XDG_CACHE_HOME', join(folder.path, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder[Symbol.asyncDispose]();
});

async function layerscope(...args: readonly string[]) {
  const terminal = testTerminal({});
  const status = await runProgram(args, { terminal, signal: new AbortController().signal });
  return { status, out: terminal.out(), err: terminal.err() };
}

async function cacheDocument(...args: readonly string[]): Promise<CacheDocument> {
  const { status, out } = await layerscope('cache', '--json', ...args);
  expect(status).toBe(0);
  return CacheDocument.parse(JSON.parse(out));
}

it('says where the cache is, what it holds and when that was used, and forgets it', async () => {
  const path = join(folder.path, 'cache', 'layerscope', 'layerscope.db');
  const empty = { schema: 'layerscope/cache@1', path, limit: 2 * 2 ** 30, layers: 0, entries: 0, bytes: 0 };
  expect(await cacheDocument()).toEqual({ ...empty, oldestUse: null, newestUse: null });
  expect((await layerscope('cache')).out).toBe(`${path}\n0 layers, 0 entries, 0 B of 2.15 GB\n`);

  const before = Date.now();
  const archive = join(folder.path, 'image.tar');
  const layers = [[file('a', 10), file('b', 20)], [file('c', 30)]];
  await writeFile(archive, await buildOciArchive([{ names: ['app:1'], layers }]));
  expect((await layerscope('analyze', '--json', archive)).status).toBe(0);
  const { oldestUse, newestUse, bytes, ...held } = await cacheDocument();
  expect(held).toEqual({ schema: empty.schema, path, limit: empty.limit, layers: 2, entries: 3 });
  expect(bytes).toBeGreaterThan(0);
  expect(Date.parse(oldestUse!)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(newestUse!)).toBeLessThanOrEqual(Date.now());
  const minute = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d`;
  expect((await layerscope('cache')).out).toMatch(
    new RegExp(String.raw`\n2 layers, 3 entries, .* of 2.15 GB\nUsed from ${minute} to ${minute}\n$`),
  );

  expect(await cacheDocument('--clear')).toEqual({ ...empty, oldestUse: null, newestUse: null });
  expect(statSync(path).size).toBeLessThan(2 ** 20);
});

it('says that it is switched off', async () => {
  expect(await layerscope('cache', '--no-cache-store')).toEqual({
    status: 0,
    out: 'The layer cache is switched off.\n',
    err: '',
  });
});
