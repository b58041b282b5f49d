import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { WatchSnapshot } from '../../../shared/model/watch.ts';
import {
  type Build,
  emptyFolder,
  watchedFolder,
  watchedFolders,
  writeFiles,
} from './testing/watched-folder.ts';

vi.setConfig({ testTimeout: 30_000 });

const files = {
  Dockerfile: 'FROM scratch\nCOPY . .\n',
  'Dockerfile.slim': 'FROM scratch\n',
  '.dockerignore': 'node_modules',
  'main.go': 'package main',
};
const never = new AbortController().signal;
/** Until it is given up. */
const endless: Build = (_, signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const engineLost = async () => {
  throw new LayerscopeError({ code: 'engine-lost', message: 'The engine went away', hint: 'Start it' });
};
/** Long enough for whatever would be wrong to happen. */
const quiet = () => sleep(300);

const isBuilding = ({ state }: WatchSnapshot) => state === 'building';

describe('a watched folder', () => {
  it('is built at once, and again for each change, told with what changed and how long it took', async () => {
    await using folder = await watchedFolder(files);
    await folder.start();
    const first = await folder.settled(1);
    expect(first).toMatchObject({ folder: folder.path, variants: ['Dockerfile'], ended: { state: 'done' } });
    expect(first.changed).toBeUndefined();

    folder.build = () => sleep(100);
    const before = Date.now();
    await folder.write('main.go', 'changed');
    const second = await folder.settled(2);
    expect(second).toMatchObject({ changed: { total: 1, paths: ['main.go'] }, ended: { state: 'done' } });
    expect(second.build).not.toBe(first.build);
    expect(second.changed!.at).toBeGreaterThanOrEqual(before - 20);
    expect(second.ended!.durationMs).toBe(second.ended!.at - second.changed!.at);
    expect(second.ended!.durationMs).toBeGreaterThanOrEqual(135);
    await quiet();
    expect(folder.builds).toBe(2);
  });

  it('is not built for what no image is made of', async () => {
    await using folder = await watchedFolder({ ...files, 'node_modules/a/index.js': '' });
    await folder.start();
    await folder.settled(1);
    await folder.write('node_modules/a/index.js', 'changed');
    await folder.write('node_modules/b/index.js', 'new');
    await folder.write('.main.go.swp', 'typed');
    await quiet();
    expect(folder.builds).toBe(1);
  });

  it('is built a few times at most for a thousand files that come together, of which the first twenty are told', async () => {
    await using folder = await watchedFolder(files);
    await folder.start();
    await folder.settled(1);
    folder.build = (_, signal) => sleep(1000, undefined, { signal });
    await Promise.all(Array.from({ length: 1000 }, (_, index) => folder.write(`src/${index}.go`, '')));
    const isTold = ({ state, changed }: WatchSnapshot) => state === 'watching' && changed!.total >= 1000;
    const { changed } = await folder.until(isTold, folder.seen.length);
    expect(new Set(changed!.paths).size).toBe(20);
    expect(folder.builds).toBeLessThan(7);
  });

  it('gives up a build for a newer change, and tells both changes of the next one', async () => {
    await using folder = await watchedFolder(files);
    folder.build = endless;
    await folder.start();
    await folder.until(isBuilding);
    await folder.write('main.go', '1');
    await folder.until(({ changed }) => changed?.total === 1);
    folder.build = async () => {};
    await folder.write('other.go', '2');
    const { changed, ended } = await folder.settled(3);
    expect(changed).toMatchObject({ total: 2, paths: ['main.go', 'other.go'] });
    expect(ended).toMatchObject({ state: 'done' });
    // Builds that were given up did not end.
    expect(folder.seen.filter((snapshot) => snapshot.ended?.state === 'cancelled')).toEqual([]);
    expect(folder.atOnce).toBe(1);
  });

  it('notices a change in every moment of a build: the last one is always built', async () => {
    await using folder = await watchedFolder(files);
    let built = '';
    let text = '';
    folder.build = async (_, signal) => {
      const started = text;
      await sleep(25, undefined, { signal });
      built = started;
    };
    await folder.start();
    for (let round = 0; round < 12; round++) {
      text = `round ${round}`;
      await folder.write('main.go', text);
      await sleep(round * 9);
      if (round % 3 === 2) {
        const from = folder.seen.length;
        const isBuilt = ({ state }: WatchSnapshot) => state === 'watching' && built === text;
        if (!isBuilt(folder.seen.at(-1)!)) await folder.until(isBuilt, from);
      }
    }
    expect(folder.atOnce).toBe(1);
  });

  it('lets a build come to its end at last where a file is written all the time', async () => {
    await using folder = await watchedFolder(files);
    folder.build = async (_, signal) => {
      await sleep(300, undefined, { signal });
    };
    await folder.start();
    await folder.settled(1);
    let count = 0;
    const writing = setInterval(() => void folder.write('server.log', `${count++}`), 30);
    try {
      await folder.until(({ state, changed }) => state === 'watching' && changed !== undefined);
    } finally {
      clearInterval(writing);
    }
    expect(folder.builds).toBeGreaterThan(5);
  });

  it('is watched where its contexts are, and there is named from the folder', async () => {
    const compose = 'services: { web: { build: { context: ../web, dockerfile: ../docker/Web } } }';
    await using folder = await watchedFolder({
      ...files,
      'compose.yaml': compose,
      '../web/index.html': '',
      '../docker/Web': 'FROM scratch\n',
      '../docker/other': '',
    });
    await folder.start({ variants: ['compose.yaml#web'] });
    await folder.settled(1);
    for (const [path, text] of [
      ['../web/index.html', '<p>'],
      ['../docker/Web', 'FROM scratch\n# changed\n'],
      ['compose.yaml', compose.replace('Web', 'Web, args: { A: b }')],
      ['../web/index.html', '<b>'],
    ] as const) {
      const from = folder.seen.length;
      await folder.write(path, text);
      await folder.until(({ changed, state }) => state === 'watching' && changed?.paths[0] === path, from);
    }
    const before = folder.builds;
    await folder.write('../docker/other', 'no context');
    await folder.write('main.go', 'not of this service');
    await quiet();
    expect(folder.builds).toBe(before);
  });

  it('is watched anew when it is made of something else', async () => {
    await using folder = await watchedFolder({ ...files, 'other/file': '' });
    await folder.start();
    await folder.settled(1);
    await folder.write('.dockerignore', 'node_modules\nother\n');
    await folder.settled(2);
    await folder.write('other/file', 'ignored by now');
    await quiet();
    expect(folder.builds).toBe(2);
    await folder.write('.dockerignore', 'node_modules\n');
    await folder.settled(3);
    await folder.write('other/file', 'sent again');
    expect((await folder.settled(4)).changed!.paths).toEqual(['other/file']);
  });

  it('is built without the cache until it was built once, and always looks for newer bases if it is to', async () => {
    await using folder = await watchedFolder(files);
    folder.build = endless;
    await folder.start({ settings: { noCache: true, pull: true } });
    await folder.until(isBuilding);
    folder.build = async () => {};
    await folder.write('main.go', '1');
    await folder.settled(2);
    await folder.write('main.go', '2');
    await folder.settled(3);
    expect(folder.settings.map(({ noCache, pull }) => [noCache, pull])).toEqual([
      [true, true],
      [true, true],
      [false, true],
    ]);
  });

  it('is not built for what building writes itself', async () => {
    const parent = await emptyFolder();
    await writeFiles(parent, { 'cache/layers/old': '' });
    await using folder = await watchedFolder(files, { ownFolder: join(parent, 'cache') });
    const settings = { contextDir: parent };
    folder.build = () => writeFiles(parent, { 'cache/layers/new': `${Math.random()}` });
    await folder.start({ settings });
    await folder.settled(1);
    await quiet();
    expect(folder.builds).toBe(1);
    await writeFiles(parent, { 'cached/file': '' });
    await folder.settled(2);
    await quiet();
    expect(folder.builds).toBe(2);
    await rm(parent, { recursive: true });
  });
});

describe('what goes wrong', () => {
  it('in a Dockerfile is told and not built; corrected, it is', async () => {
    await using folder = await watchedFolder(files);
    await folder.start();
    await folder.settled(1);
    await folder.write('Dockerfile', 'FROM\n');
    const broken = await folder.until(({ error }) => error !== undefined);
    expect(broken).toMatchObject({
      state: 'watching',
      error: { code: 'dockerfile-invalid', dockerfile: 'Dockerfile' },
      ended: { state: 'done' },
    });
    await quiet();
    expect(folder.builds).toBe(1);
    await folder.write('Dockerfile', files.Dockerfile);
    expect((await folder.settled(2)).error).toBeUndefined();
  });

  it('with the folder is told; it is built when it is back', async () => {
    await using folder = await watchedFolder(files);
    await folder.start();
    await folder.settled(1);
    const away = `${folder.path}-away`;
    await rename(folder.path, away);
    const gone = await folder.until(({ error }) => error !== undefined);
    expect(gone).toMatchObject({ state: 'watching', error: { code: 'folder-not-found' } });
    await rename(away, folder.path);
    await folder.settled(2);
    await folder.until(({ error, state }) => state === 'watching' && error === undefined, 4);
    await rm(folder.path, { recursive: true });
    await folder.until(({ error }) => error?.code === 'folder-not-found', folder.seen.length);
    for (const [path, text] of Object.entries(files)) await folder.write(path, text);
    await folder.until(({ error, state }) => state === 'watching' && error === undefined, folder.seen.length);
    const from = folder.seen.length;
    await folder.write('main.go', 'as before');
    await folder.until(({ state }) => state === 'watching', from);
  });

  it('with the engine is told; it is built when one answers again, and not before', async () => {
    await using folder = await watchedFolder(files);
    await folder.start();
    await folder.settled(1);
    folder.build = engineLost;
    folder.connect = engineLost;
    await folder.write('main.go', 'lost');
    const lost = await folder.until(({ error }) => error !== undefined);
    expect(lost).toMatchObject({
      state: 'watching',
      ended: { state: 'failed' },
      error: { code: 'engine-lost' },
    });
    await folder.write('main.go', 'still gone');
    await quiet();
    expect(folder.builds).toBe(2);
    folder.build = async () => {};
    folder.connect = async () => {};
    const back = await folder.until(
      ({ error, ended }) => !error && ended?.state === 'done',
      folder.seen.length,
    );
    expect(back.changed!.paths).toEqual(['main.go']);
    expect(folder.builds).toBe(3);
  });

  it('before the first build is thrown, and nothing is watched', async () => {
    await using folder = await watchedFolder(files, {
      build: () => engineLost(),
    });
    await expect(folder.start()).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(folder.start({ variants: ['nothing'] })).rejects.toMatchObject({ code: 'stage-unknown' });
    expect(folder.watches.current(folder.path)).toBeUndefined();
    expect(folder.watches.active).toBe(false);
  });
});

describe('builds by hand', () => {
  it('take over, and the watch goes on with what they come to', async () => {
    await using folder = await watchedFolder(files);
    folder.build = endless;
    await folder.start();
    await folder.until(isBuilding);
    const byHand = await folder.buildByHand(() => sleep(100));
    const taken = await folder.until(({ state }) => state === 'watching');
    expect(taken).toMatchObject({ build: byHand, ended: { state: 'done' } });
    await quiet();
    expect(folder.builds).toBe(2);
    folder.build = async () => {};
    await folder.write('main.go', 'changed');
    await folder.settled(3);
    expect(folder.atOnce).toBe(1);
  });

  it('cancelled leave the watch waiting for a change', async () => {
    await using folder = await watchedFolder(files);
    folder.build = endless;
    await folder.start();
    const { build } = await folder.until(isBuilding);
    folder.jobs.get(build!).cancel();
    expect(await folder.settled(1)).toMatchObject({ ended: { state: 'cancelled' } });
    await quiet();
    expect(folder.builds).toBe(1);
  });
});

describe('a watch ends', () => {
  it('when it is stopped: followers are told, and nothing is built any more', async () => {
    await using folder = await watchedFolder(files);
    const id = await folder.start();
    await folder.settled(1);
    expect(folder.watches.current(folder.path)).toBe(id);
    const followed = folder.watches.follow(id, () => {}, never);
    folder.watches.stop(id);
    await followed;
    expect(folder.seen.at(-1)).toMatchObject({ state: 'stopped' });
    expect(folder.watches.current(folder.path)).toBeUndefined();
    expect(() => folder.watches.stop(id)).toThrow(/no longer watched/);
    await folder.write('main.go', 'changed');
    await quiet();
    expect(folder.builds).toBe(1);
  });

  it('when another begins in the same folder', async () => {
    await using folder = await watchedFolder(files);
    const first = await folder.start();
    const followed = folder.watches.follow(first, () => {}, never);
    const [second, third] = await Promise.all([folder.start(), folder.start()]);
    await followed;
    expect([second, third]).toContain(folder.watches.current(folder.path));
    await folder.write('main.go', 'changed');
    await folder.until(({ changed, state }) => state === 'watching' && changed !== undefined);
    await quiet();
    // Three first builds at most, and one for the change.
    expect(folder.builds).toBeLessThanOrEqual(4);
    expect(folder.atOnce).toBe(1);
  });

  it('when nobody has followed it for a while, also when nobody ever did', async () => {
    await using folder = await watchedFolder(files, { unfollowedMs: 150 });
    const id = await folder.start();
    await folder.settled(1);
    await sleep(300);
    expect(folder.watches.current(folder.path)).toBe(id);
    await folder[Symbol.asyncDispose]();

    await using other = await watchedFolder(files, { unfollowedMs: 150 });
    const { path, watches } = other;
    const settings = { buildArgs: {}, noCache: false, pull: false };
    const lonely = await watches.start({ folder: path, settings, variants: ['Dockerfile'] });
    const leaving = new AbortController();
    const followed = watches.follow(lonely, () => {}, leaving.signal);
    await sleep(300);
    expect(watches.active).toBe(true);
    leaving.abort();
    await expect(followed).rejects.toMatchObject({ code: 'cancelled' });
    await sleep(300);
    expect(watches.active).toBe(false);
    await watches.start({ folder: path, settings, variants: ['Dockerfile'] });
    await sleep(300);
    expect(watches.active).toBe(false);
  });

  it('with everything when the program does: no build runs on, nothing is noticed', async () => {
    await using folder = await watchedFolder(files);
    folder.build = endless;
    const id = await folder.start();
    const { build } = await folder.until(isBuilding);
    const followed = folder.watches.follow(id, () => {}, never);
    expect(watchedFolders()).toBeGreaterThan(0);
    await folder.watches.close();
    await followed;
    await expect.poll(watchedFolders).toBe(0);
    expect(folder.jobs.get(build!).snapshot().state).toBe('cancelled');
    await folder.write('main.go', 'changed');
    await quiet();
    expect(folder.builds).toBe(1);
  });
});
