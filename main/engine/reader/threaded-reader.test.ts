import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { localApi } from '../../../shared/api/connection.ts';
import type { Api, ImageProgress } from '../../../shared/api/contract.ts';
import { toErrorInfo } from '../../../shared/api/errors.ts';
import { buildDockerArchive } from '../archive/testing/build-archive.ts';
import { createEngine, type Engine } from '../engine.ts';
import type { Reader } from './reader.ts';
import { writeBigArchive } from './testing/big-archive.ts';
import { createThreadedReader } from './threaded-reader.ts';

let folder: string;
let first: string;
let second: string;
const engines: Engine[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-reader-'));
  first = join(folder, 'first.tar');
  second = join(folder, 'second.tar');
  const base = [
    { path: 'usr/' },
    { path: 'usr/a', content: 'one' },
    { path: 'usr/copy', content: 'one' },
    { path: 'usr/\xff', type: 'symlink' as const, target: '/usr/a' },
  ];
  const top = [
    { path: 'usr/a', content: 'other' },
    { path: 'usr/hard', type: 'link' as const, target: 'usr/a' },
    { path: 'usr/.wh.copy' },
  ];
  writeFileSync(first, await buildDockerArchive([{ names: ['app:1'], layers: [base, top] }]));
  writeFileSync(second, await buildDockerArchive([{ names: ['app:2'], layers: [base, [{ path: 'b' }]] }]));
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(options: { readonly threads: boolean; readonly cache?: string }): Api {
  const engine = createEngine({
    version: 'test',
    threads: options.threads,
    cacheStore: options.cache !== undefined,
    ...(options.cache !== undefined && { cacheFolder: join(folder, options.cache) }),
  });
  engines.push(engine);
  return localApi(engine.handlers, { strict: true });
}

const archive = (path: string) => ({ source: { kind: 'archive' as const, path } });

/** Everything the contract tells of two archives. */
async function tell(api: Api) {
  const left = await api.call('image.open', archive(first));
  const right = await api.call('image.open', archive(second));
  const sides = { left: left.handle, right: right.handle };
  const page = { offset: 0, limit: 100 };
  return {
    left,
    right,
    list: await api.call('files.list', { handle: left.handle, path: '/usr', ...page }),
    at: await api.call('files.at', { handle: left.handle, path: '/usr/hard' }),
    treemap: await api.call('files.treemap', { handle: right.handle, path: '/', tiles: 50 }),
    comparison: await api.call('compare.open', sides),
    changes: await api.call('compare.changes', { ...sides, ...page }),
  };
}

describe('reading in threads', { timeout: 60_000 }, () => {
  it.each([undefined, 'both'])('tells the same as reading directly (cache: %s)', async (cache) => {
    const direct = await tell(start({ threads: false, ...(cache && { cache: `${cache}-direct` }) }));
    const threaded = await tell(start({ threads: true, ...(cache && { cache: `${cache}-threads` }) }));
    expect(threaded).toEqual(direct);
    expect(threaded.left.document.image.duplicates).toMatchObject({ total: 0 });
    expect(threaded.list.rows.map(({ name }) => name)).toContain('hard');
  });

  it('puts an image together again from the cache after a restart', async () => {
    const before = await tell(start({ threads: true, cache: 'kept' }));
    await engines.pop()!.close();
    const api = start({ threads: true, cache: 'kept' });
    const sides = { left: before.left.handle, right: before.right.handle };
    expect(await api.call('compare.open', sides)).toEqual({
      ...before.comparison,
    });
    expect(await api.call('files.at', { handle: sides.left, path: '/usr/hard' })).toEqual(before.at);
    await expect(api.call('files.at', { handle: 'sha256:none', path: '/' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('leaves a sound cache wherever it is cancelled', async () => {
    const many = join(folder, 'many.tar');
    await writeBigArchive(many, { name: 'many', files: 50_000 });
    const direct = await start({ threads: false }).call('image.open', archive(many));
    const outcomes: string[] = [];
    for (let attempt = 0; !outcomes.includes('done'); attempt++) {
      const controller = new AbortController();
      // Later every time, until one comes to its end.
      const timer = setTimeout(() => controller.abort(), 40 * 1.5 ** attempt);
      const api = start({ threads: true, cache: 'cancelled' });
      outcomes.push(
        await api.call('image.open', archive(many), { signal: controller.signal }).then(
          () => 'done',
          (error: unknown) => toErrorInfo(error).code,
        ),
      );
      clearTimeout(timer);
      await engines.pop()!.close();
    }
    expect(outcomes.slice(0, -1)).toEqual(Array(outcomes.length - 1).fill('cancelled'));
    expect(outcomes.length).toBeGreaterThan(2);
    const kept = start({ threads: true, cache: 'cancelled' });
    expect((await kept.call('cache.info', {})).layers).toBe(1);
    expect(await kept.call('image.open', archive(many))).toEqual(direct);
  });

  it('passes errors on as they are', async () => {
    await expect(
      start({ threads: true }).call('image.open', archive(join(folder, 'none.tar'))),
    ).rejects.toMatchObject({ code: 'archive-not-found' });
  });

  it('reports progress', async () => {
    const events: ImageProgress[] = [];
    await start({ threads: true }).call('image.open', archive(first), {
      onEvent: (event) => events.push(event),
    });
    expect(events.length).toBeGreaterThan(0);
  });
});

describe('the threads', { timeout: 60_000 }, () => {
  let reader: Reader;
  afterEach(() => reader.close());

  const open = (path: string, signal?: AbortSignal) =>
    reader.perform(
      'openArchive',
      { source: { kind: 'archive', path }, top: 10, loaded: [] },
      { ...(signal && { signal }) },
    );
  const data = { cacheStore: false, hashSeed: { low: 1, high: 2 } };

  it('one that runs out of memory costs its own task, and the next one has a new thread', async () => {
    const Labels = Object.fromEntries(Array.from({ length: 100_000 }, (_, number) => [`l${number}`, 'x']));
    const greedy = join(folder, 'greedy.tar');
    writeFileSync(
      greedy,
      await buildDockerArchive([{ names: ['greedy:1'], layers: [[]], config: { config: { Labels } } }]),
    );
    reader = createThreadedReader({ ...data, heapMb: 24 });
    const beside = open(first);
    await expect(open(greedy)).rejects.toMatchObject({ code: 'limit-exceeded' });
    expect((await beside).image.record.name).toBe('app:1');
    expect((await open(second)).image.record.name).toBe('app:2');
  });

  it('an image comes with its packages, which the first question would have to wait for', async () => {
    reader = createThreadedReader(data);
    expect((await open(first)).image.filesystem.packages?.ofNode).toBeInstanceOf(Int32Array);
  });

  it('a short task does not wait for a long one, and many tasks all get their turn', async () => {
    const long = join(folder, 'long.tar');
    await writeBigArchive(long, { name: 'long', files: 10, zeros: 2e8 });
    reader = createThreadedReader(data);
    let longDone = false;
    const longs = [1, 2].map(() => open(long).then(() => (longDone = true)));
    expect((await open(first)).image.record.name).toBe('app:1');
    expect(longDone).toBe(false);
    const many = await Promise.all(Array.from({ length: 6 }, () => open(second)));
    expect(new Set(many.map(({ image }) => image.record.name))).toEqual(new Set(['app:2']));
    await Promise.all(longs);
  });

  it('a task that waits for its turn can be cancelled, and so can all by closing', async () => {
    reader = createThreadedReader(data);
    const long = join(folder, 'long.tar');
    const controller = new AbortController();
    const outcomes = Array.from({ length: 6 }, (_, number) =>
      open(long, number === 4 ? controller.signal : undefined).then(
        () => 'done',
        (error: unknown) => toErrorInfo(error).code,
      ),
    );
    controller.abort();
    expect(await outcomes[4]).toBe('cancelled');
    await reader.close();
    expect(await Promise.all(outcomes)).toEqual(Array(6).fill('cancelled'));
  });
});
