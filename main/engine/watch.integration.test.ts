import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisposableEngine } from '../../scripts/engine/disposable-engine.ts';
import { localApi } from '../../shared/api/connection.ts';
import type { Api } from '../../shared/api/contract.ts';
import { BuildSettings } from '../../shared/model/project.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { createEngine } from './engine.ts';
import { type BuildEngine, startBuildEngine, writeFiles } from './testing/build-engine.ts';
import { temporaryFolder } from './testing/real-engine.ts';

const settings = BuildSettings.parse({ network: 'host' });
let engine: BuildEngine;

beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(async () => {
  await engine.api.call('engine.removeBuilt', {});
  await engine[Symbol.asyncDispose]();
});

const dockerfile = `FROM alpine:3.20 AS build
WORKDIR /src
COPY . .
RUN cat part-* > /app
FROM alpine:3.20
COPY --from=build /app /app
`;
const files = {
  Dockerfile: dockerfile,
  'Dockerfile.all': 'FROM alpine:3.20\nCOPY . /all\n',
  '.dockerignore': 'node_modules\nDockerfile*\n',
  'part-1': '1'.repeat(1000),
  'part-2': '2'.repeat(2000),
  'node_modules/ignored': '',
};

/** A folder that is watched, its snapshots in order. */
async function watched(variants = ['Dockerfile', 'Dockerfile.all'], api: Api = engine.api) {
  const folder = await temporaryFolder();
  await writeFiles(folder.path, files);
  await api.call('project.trust', { folder: folder.path });
  const { watch } = await api.call('watch.start', { folder: folder.path, settings, variants });
  const seen: WatchSnapshot[] = [];
  const waiting = new Set<() => void>();
  const onEvent = (snapshot: WatchSnapshot) => {
    seen.push(snapshot);
    for (const look of waiting) look();
  };
  const followed = api.call('watch.follow', { watch }, { onEvent });
  return {
    path: folder.path,
    write: (path: string, text: string) => writeFile(join(folder.path, path), text),
    /** The first snapshot after this call that passes. */
    async next(passes: (snapshot: WatchSnapshot) => boolean): Promise<WatchSnapshot> {
      const from = seen.length;
      const found = Promise.withResolvers<WatchSnapshot>();
      const look = () => {
        const snapshot = seen.slice(from).find(passes);
        if (snapshot) found.resolve(snapshot);
      };
      waiting.add(look);
      return found.promise.finally(() => waiting.delete(look));
    },
    seen,
    async [Symbol.asyncDispose]() {
      await api.call('watch.stop', { watch }).catch(() => {});
      await followed;
      await api.call('engine.removeBuilt', { folder: folder.path });
      await folder[Symbol.asyncDispose]();
    },
  };
}

const isDone = ({ state, ended }: WatchSnapshot) => state === 'watching' && ended?.state === 'done';

async function resultOf(folder: string, api: Api = engine.api) {
  return (await api.call('project.result', { folder })).result!;
}

async function sizeOf(
  handle: string | undefined,
  path: string,
  api: Api = engine.api,
): Promise<number | undefined> {
  return (await api.call('files.at', { handle: handle!, path })).row?.bytes;
}

describe('a watched folder on a real engine', () => {
  it('has a new result after each edit, held against the one before it', async () => {
    await using folder = await watched();
    const { build } = await folder.next(isDone);
    const first = await resultOf(folder.path);
    expect(first.previous).toBeUndefined();
    expect(await sizeOf(first.handles.Dockerfile, '/app')).toBe(3000);

    const done = folder.next((snapshot) => isDone(snapshot) && snapshot.build !== build);
    await folder.write('part-2', '2'.repeat(5000));
    const { changed, ended } = await done;
    expect(changed).toMatchObject({ total: 1, paths: ['part-2'] });
    expect(ended!.durationMs).toBe(ended!.at - changed!.at);

    const second = await resultOf(folder.path);
    expect(second.finishedAt).toBeGreaterThan(first.finishedAt);
    expect(second.previous!.handles).toEqual(first.handles);
    const live = (result: typeof first) =>
      Object.fromEntries(result.document.variants.map(({ name, image }) => [name, image!.sizes.live]));
    expect(second.previous!.live).toEqual(live(first));
    expect(live(second)).toEqual({
      Dockerfile: live(first).Dockerfile! + 3000,
      'Dockerfile.all': live(first)['Dockerfile.all']! + 3000,
    });
    // Both can be looked at, and held against each other.
    expect(await sizeOf(second.handles.Dockerfile, '/app')).toBe(6000);
    expect(await sizeOf(second.previous!.handles.Dockerfile, '/app')).toBe(3000);
    const { changes } = await engine.api.call('compare.open', {
      left: second.previous!.handles['Dockerfile.all']!,
      right: second.handles['Dockerfile.all']!,
    });
    expect(changes!.items.map(({ path, kind }) => [path, kind])).toEqual([['/all/part-2', 'changed']]);

    await folder.write('node_modules/ignored', 'changed');
    await sleep(500);
    expect(folder.seen.at(-1)!.ended).toEqual(ended);
  });

  it('keeps the last good result through a broken Dockerfile, a failing build and a folder that is gone', async () => {
    await using folder = await watched();
    await folder.next(isDone);
    const good = await resultOf(folder.path);

    const broken = folder.next(({ error }) => error !== undefined);
    await folder.write('Dockerfile', dockerfile.replace('RUN cat', 'RUNN cat'));
    expect(await broken).toMatchObject({
      state: 'watching',
      error: { code: 'dockerfile-invalid', dockerfile: 'Dockerfile', line: 4 },
    });
    expect(await resultOf(folder.path)).toEqual(good);

    const failing = folder.next((snapshot) => isDone(snapshot) && !snapshot.error);
    await folder.write('Dockerfile', dockerfile.replace('RUN cat', 'RUN false && cat'));
    await failing;
    const failed = await resultOf(folder.path);
    expect(failed.document.variants.map(({ build }) => build.status)).toEqual(['failed', 'built']);
    expect(failed.previous!.handles).toEqual(good.handles);

    const gone = folder.next(({ error }) => error?.code === 'folder-not-found');
    await rename(folder.path, `${folder.path}-away`);
    await gone;
    const back = folder.next((snapshot) => isDone(snapshot) && !snapshot.error);
    await rename(`${folder.path}-away`, folder.path);
    await back;

    const repaired = folder.next((snapshot) => isDone(snapshot) && !snapshot.error);
    await folder.write('Dockerfile', dockerfile);
    await repaired;
    const result = await resultOf(folder.path);
    expect(result.document.variants.map(({ build }) => build.status)).toEqual(['built', 'built']);
    // What failed meanwhile is held against what it was before.
    expect(result.previous!.handles.Dockerfile).toBe(good.handles.Dockerfile);
    expect(await sizeOf(result.previous!.handles.Dockerfile, '/app')).toBe(3000);
  });

  it('gives up a slow build for an edit, and is left alone by a build by hand', async () => {
    await using folder = await watched(['Dockerfile']);
    const { build: first } = await folder.next(isDone);
    const slow = folder.next(({ state, build }) => state === 'building' && build !== first);
    await folder.write('Dockerfile', dockerfile.replace('RUN cat', 'RUN sleep 120; cat'));
    const { build: given } = await slow;
    await sleep(300);

    const done = folder.next((snapshot) => isDone(snapshot) && snapshot.build !== first);
    const edited = performance.now();
    await folder.write('Dockerfile', dockerfile.replace('part-*', 'part-1'));
    await done;
    expect(performance.now() - edited).toBeLessThan(60_000);
    const result = await resultOf(folder.path);
    expect(await sizeOf(result.handles.Dockerfile, '/app')).toBe(1000);
    expect(await engine.api.call('build.follow', { build: given! })).toEqual({ state: 'cancelled' });

    // By hand, in the middle of a build that the watch started.
    const building = folder.next(({ state }) => state === 'building');
    await folder.write('part-1', '1'.repeat(1500));
    await building;
    const taken = folder.next(isDone);
    const input = { folder: folder.path, settings, variants: ['Dockerfile', 'Dockerfile.all'] };
    const { build: byHand } = await engine.api.call('build.start', input);
    await engine.api.call('build.follow', { build: byHand });
    await taken;
    await sleep(500);
    expect(await engine.api.call('build.current', { folder: folder.path })).toEqual({});
    expect((await resultOf(folder.path)).document.variants).toHaveLength(2);
  });

  it('is told once that it is watched, and no more when it is not', async () => {
    await using folder = await watched(['Dockerfile']);
    const watch = folder.seen[0]?.id ?? (await folder.next(() => true)).id;
    const current = () => engine.api.call('watch.current', { folder: folder.path });
    expect(await current()).toEqual({ watch });
    const stopped = folder.next(({ state }) => state === 'stopped');
    const { watch: second } = await engine.api.call('watch.start', {
      folder: folder.path,
      settings,
      variants: ['Dockerfile.all'],
    });
    await stopped;
    expect(await current()).toEqual({ watch: second });
    await engine.api.call('watch.stop', { watch: second });
    expect(await current()).toEqual({});
    await expect(engine.api.call('watch.follow', { watch: second })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(engine.api.call('watch.stop', { watch })).rejects.toMatchObject({ code: 'not-found' });
  });
});

it('survives an engine that is killed, between builds and in one, and builds when it is back', async () => {
  await using disposable = await startDisposableEngine();
  await using cache = await temporaryFolder();
  const options = { version: 'test', dockerHost: disposable.dockerHost, cacheFolder: cache.path };
  const own = createEngine({ ...options, threads: true });
  const api = localApi(own.handlers, { strict: true });
  {
    await using folder = await watched(['Dockerfile'], api);
    await folder.next(isDone);
    const good = await resultOf(folder.path, api);
    for (const slow of ['', 'sleep 60;']) {
      const building = folder.next(({ state }) => state === 'building');
      const lost = folder.next(({ error, state }) => error !== undefined && state === 'watching');
      if (slow === '') await disposable.kill();
      await folder.write('Dockerfile', dockerfile.replace('RUN ', `RUN ${slow}`));
      await building;
      if (slow !== '') {
        await sleep(2000);
        await disposable.kill();
      }
      expect(await lost).toMatchObject({ ended: { state: 'failed' }, error: { code: 'engine-lost' } });
      expect((await resultOf(folder.path, api)).handles).toEqual(good.handles);
      if (slow !== '') await folder.write('Dockerfile', dockerfile);
      const back = folder.next((snapshot) => isDone(snapshot) && !snapshot.error);
      await disposable.restart();
      await back;
      const { handles, previous } = await resultOf(folder.path, api);
      expect(await sizeOf(handles.Dockerfile, '/app', api)).toBe(3000);
      expect(previous!.handles).toEqual(good.handles);
    }
  }
  await own.close();
});
