import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder } from './cache-folder.ts';
import { encodeLayerIndex } from './layer-index-codec.ts';
import { openStore } from './open-store.ts';
import { indexOf } from './testing/index-of.ts';

const bytesOf = (index: ReturnType<typeof indexOf>) =>
  encodeLayerIndex(index).reduce((sum, block) => sum + block.length, 0);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the store', () => {
  it('goes on where the file cannot be written, and takes no trust for given', () => {
    const store = openStore({ folder });
    store.projects.opened('/p', 'p');
    const other = new DatabaseSync(join(folder, 'layerscope.db'));
    for (const table of ['images', 'layers', 'results', 'projects']) {
      for (const [what, when] of [
        ['i', 'INSERT'],
        ['u', 'UPDATE'],
      ]) {
        other.exec(
          `CREATE TRIGGER ${what}_${table} BEFORE ${when} ON ${table} BEGIN SELECT RAISE(ABORT, 'no space'); END`,
        );
      }
    }
    other.close();
    store.layers.put(indexOf('sha256:a'));
    store.images.put('sha256:i', {});
    store.results.put('/p', {});
    store.projects.opened('/q', 'q');
    expect(store.layers.has('sha256:a')).toBe(false);
    expect(() => store.projects.trust('/p')).toThrow('no space');
    expect(store.projects.isTrusted('/p')).toBe(false);
    store.close();
  });

  it('leaves a layer out that is larger than the whole cache', () => {
    const store = openStore({ folder, maxBytes: bytesOf(indexOf('sha256:a')) });
    store.layers.put(indexOf('sha256:a'));
    store.layers.put(indexOf('sha256:b', 1000));
    expect(store.layers.has('sha256:a')).toBe(true);
    expect(store.layers.has('sha256:b')).toBe(false);
    store.close();
  });

  it('keeps layers, images, results and projects across a restart', () => {
    let store = openStore({ folder });
    store.layers.put(indexOf('sha256:a'));
    store.images.put('sha256:i', { name: '__proto__' });
    store.results.put('/p', { any: 'thing' });
    store.projects.opened('/p', 'p');
    store.projects.trust('/p');
    store.projects.setLast('/p', { builtAt: 5, baseline: 10, smallest: 2 });
    const seed = store.hashSeed;
    store.close();

    store = openStore({ folder });
    expect(store.hashSeed).toEqual(seed);
    expect(store.layers.has('sha256:a')).toBe(true);
    expect(store.layers.has('sha256:b')).toBe(false);
    expect(store.layers.get('sha256:a')).toEqual(indexOf('sha256:a'));
    expect(store.layers.info()).toMatchObject({ path: join(folder, 'layerscope.db'), layers: 1, entries: 3 });
    expect(store.images.get('sha256:i')).toEqual({ name: '__proto__' });
    expect(store.results.get('/p')).toEqual({ any: 'thing' });
    expect(store.projects.recent()).toMatchObject([{ folder: '/p', name: 'p', last: { smallest: 2 } }]);
    expect(store.projects.isTrusted('/p')).toBe(true);

    store.projects.forget('/p');
    expect(store.projects.recent()).toEqual([]);
    expect(store.projects.isTrusted('/p')).toBe(false);
    expect(store.results.get('/p')).toBeUndefined();
    store.layers.clear();
    expect(store.layers.info()).toMatchObject({ layers: 0, bytes: 0 });
    store.close();
  });

  it('trusts nothing that nobody trusted, and lists no folder that was only trusted', () => {
    const store = openStore({ folder });
    store.projects.opened('/p', 'p');
    expect(store.projects.isTrusted('/p')).toBe(false);
    store.projects.trust('/q');
    expect(store.projects.recent().map((project) => project.folder)).toEqual(['/p']);
    store.close();
  });

  it('drops the layers that were used longest ago when the cache is full', async () => {
    const size = bytesOf(indexOf('sha256:a'));
    const store = openStore({ folder, maxBytes: 2 * size });
    for (const id of ['a', 'b', 'a', 'c']) {
      if (store.layers.get(`sha256:${id}`) === undefined) store.layers.put(indexOf(`sha256:${id}`));
      await new Promise((done) => setTimeout(done, 3));
    }
    expect(['a', 'b', 'c'].map((id) => store.layers.has(`sha256:${id}`))).toEqual([true, false, true]);
    store.close();
  });

  it('keeps a layer whose columns are longer than one blob may be made', () => {
    const index = { ...indexOf('sha256:a'), names: new Uint8Array(65 * 2 ** 20).fill(7, 2 ** 26 - 1) };
    const store = openStore({ folder });
    store.layers.put(index);
    const kept = store.layers.get('sha256:a')!;
    expect(kept.names.length).toBe(index.names.length);
    expect(Buffer.compare(kept.names, index.names)).toBe(0);
    expect(kept.strings).toEqual(index.strings);
    store.close();
    const database = new DatabaseSync(join(folder, 'layerscope.db'));
    expect(database.prepare('SELECT max(length(bytes)) AS longest FROM layer_blocks').get()).toEqual({
      longest: 64 * 2 ** 20,
    });
    database.close();
  });

  it('says what it holds, and gives its room back when it is cleared', () => {
    const before = Date.now();
    const store = openStore({ folder, maxBytes: 2 ** 24 });
    for (let i = 0; i < 10; i++) store.layers.put(indexOf(`sha256:${i}`, 20_000));
    store.projects.trust('/p');
    const { bytes, oldestUse, newestUse, ...rest } = store.layers.info();
    const path = join(folder, 'layerscope.db');
    expect(rest).toEqual({ path, layers: 10, entries: 200_000, limit: 2 ** 24 });
    expect(bytes).toBeGreaterThan(200_000 * 30);
    expect(Date.parse(oldestUse!)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(newestUse!)).toBeGreaterThanOrEqual(Date.parse(oldestUse!));
    store.layers.clear();
    expect(statSync(path).size).toBeLessThan(2 ** 20);
    expect(store.layers.info()).toEqual({ path, layers: 0, entries: 0, bytes: 0, limit: 2 ** 24 });
    expect(store.layers.has('sha256:0')).toBe(false);
    expect(store.projects.isTrusted('/p')).toBe(true);
    store.close();
  });

  it('is cleared while another process reads, and becomes small later', () => {
    const store = openStore({ folder });
    store.layers.put(indexOf('sha256:a', 20_000));
    const reader = new DatabaseSync(join(folder, 'layerscope.db'));
    reader.exec('PRAGMA busy_timeout = 0; BEGIN');
    expect(reader.prepare('SELECT count(*) AS count FROM layers').get()).toEqual({ count: 1 });
    store.layers.clear();
    expect(store.layers.info().layers).toBe(0);
    reader.exec('COMMIT');
    reader.close();
    store.layers.clear();
    store.close();
    expect(statSync(join(folder, 'layerscope.db')).size).toBeLessThan(2 ** 20);
  });

  it('writes nothing when it reads, and which layers were used when it closes', async () => {
    const writer = openStore({ folder });
    for (const id of ['a', 'b']) writer.layers.put(indexOf(`sha256:${id}`));
    await new Promise((done) => setTimeout(done, 5));
    const database = new DatabaseSync(join(folder, 'layerscope.db'));
    const changes = () => database.prepare('PRAGMA data_version').get()!.data_version;
    const lastUsed = () =>
      database.prepare('SELECT diff_id AS id FROM layers ORDER BY used_at DESC LIMIT 1').get()!.id;
    const before = changes();
    const reader = openStore({ folder });
    for (let i = 0; i < 10; i++) reader.layers.get('sha256:a');
    expect(changes()).toBe(before);
    reader.close();
    expect(lastUsed()).toBe('sha256:a');
    database.close();
    writer.close();
  });

  it('keeps the newest traces', () => {
    const store = openStore({ folder });
    for (let trace = 0; trace < 510; trace++) store.traces.put(`trace ${trace}`, { trace });
    store.traces.put('trace 20', { again: true });
    expect(store.traces.get('trace 10')).toBeUndefined();
    expect(store.traces.get('trace 11')).toEqual({ trace: 11 });
    expect(store.traces.get('trace 20')).toEqual({ again: true });
    expect(store.traces.get('trace 509')).toEqual({ trace: 509 });
    store.close();
  });

  it('sets a damaged file aside and begins anew', () => {
    openStore({ folder }).close();
    const path = join(folder, 'layerscope.db');
    writeFileSync(path, 'this is no database at all, but long enough to look like one '.repeat(100));
    const store = openStore({ folder });
    store.layers.put(indexOf('sha256:a'));
    expect(store.layers.has('sha256:a')).toBe(true);
    store.close();
    expect(readFileSync(`${path}.damaged`, 'utf8')).toContain('no database');
  });

  it('sets a file aside that was cut short', () => {
    const before = openStore({ folder });
    before.layers.put(indexOf('sha256:a', 2000));
    before.close();
    truncateSync(join(folder, 'layerscope.db'), 8192);
    const store = openStore({ folder });
    expect(store.layers.get('sha256:a')).toBeUndefined();
    store.close();
  });

  it('forgets a layer whose block was damaged', () => {
    const before = openStore({ folder });
    before.layers.put(indexOf('sha256:a'));
    before.close();
    const database = new DatabaseSync(join(folder, 'layerscope.db'));
    database.exec(`UPDATE layer_blocks SET bytes = x'0102' WHERE block = 3`);
    database.close();
    const store = openStore({ folder });
    expect(store.layers.get('sha256:a')).toBeUndefined();
    expect(store.layers.has('sha256:a')).toBe(false);
    store.close();
  });

  it('sets a database of another version aside', () => {
    const path = join(folder, 'layerscope.db');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE old (x); PRAGMA user_version = 99');
    database.close();
    const store = openStore({ folder });
    expect(store.layers.info().layers).toBe(0);
    store.close();
    expect(existsSync(`${path}.damaged`)).toBe(true);
  });

  it('works in memory when it is switched off or the folder cannot be had', () => {
    const off = openStore({ folder, enabled: false });
    off.layers.put(indexOf('sha256:a'));
    expect(off.layers.get('sha256:a')).toBeDefined();
    expect(off.layers.info().path).toBeUndefined();
    off.close();
    expect(existsSync(join(folder, 'layerscope.db'))).toBe(false);

    writeFileSync(join(folder, 'file'), '');
    const impossible = openStore({ folder: join(folder, 'file', 'below') });
    expect(impossible.layers.info().path).toBeUndefined();
    impossible.close();
  });

  it('is safe with several processes writing at once', async () => {
    const script = `
      const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, 'open-store.ts'))});
      const store = openStore({ folder: process.argv[1] });
      for (let i = 0; i < 50; i++) store.images.put('sha256:' + process.argv[2] + i, { i });
      store.close();`;
    const workers = ['a', 'b', 'c'].map(
      (name) =>
        new Promise<number | null>((done) => {
          spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script, folder, name], {
            stdio: ['ignore', 'inherit', 'inherit'],
          }).once('exit', done);
        }),
    );
    expect(await Promise.all(workers)).toEqual([0, 0, 0]);
    const store = openStore({ folder });
    for (const name of ['a', 'b', 'c']) {
      for (let i = 0; i < 50; i++) expect(store.images.get(`sha256:${name}${i}`)).toEqual({ i });
    }
    store.close();
  });
});

describe('cacheFolder', () => {
  it('is the platform’s', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux', '/home/u')).toBe('/x/layerscope');
    expect(cacheFolder({}, 'linux', '/home/u')).toBe('/home/u/.cache/layerscope');
    expect(cacheFolder({}, 'darwin', '/Users/u')).toBe('/Users/u/Library/Caches/Layerscope');
  });
});
