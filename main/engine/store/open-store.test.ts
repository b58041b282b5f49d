import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LayerIndex } from '../archive/layer-index.ts';
import { buildLayerIndex } from '../archive/testing/build-layer.ts';
import { cacheFolder } from './cache-folder.ts';
import { decodeLayerIndex, encodeLayerIndex } from './layer-index-codec.ts';
import { openStore } from './open-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An index of `count` files below the root, with values that differ in every column. */
function indexOf(diffId: string, count = 3): LayerIndex {
  const names = new TextEncoder().encode(Array.from({ length: count }, (_, i) => `f${i % 10}`).join(''));
  const each = <T>(Type: { from(values: number[]): T }, value: (i: number) => number, length = count): T =>
    Type.from(Array.from({ length }, (_, i) => value(i)));
  return {
    diffId,
    tarBytes: 1024 * count,
    warnings: ['odd'],
    nodeCount: count + 1,
    nodeParent: new Uint32Array(count + 1),
    nodeName: each(Uint32Array, (i) => Math.max(0, i - 1) * 2, count + 2),
    names,
    entryCount: count,
    entryNode: each(Uint32Array, (i) => i + 1),
    entryKind: each(Uint8Array, (i) => i % 8),
    entryMode: each(Uint16Array, () => 0o644),
    entryUid: each(Float64Array, (i) => i + 0.5),
    entryGid: each(Float64Array, (i) => 2 ** 40 + i),
    entrySize: each(Float64Array, (i) => 2 ** 33 + i),
    entryMtime: each(Float64Array, (i) => -i),
    entryHash: each(Uint32Array, (i) => 2 ** 32 - 1 - i, count * 4),
    entryTarget: each(Int32Array, () => -1),
    entryXattrs: each(Int32Array, (i) => i),
    stringOffset: Uint32Array.of(0, 3),
    strings: new TextEncoder().encode('abc'),
  };
}

describe('the codec', () => {
  it('gives back what was put in, also from a buffer that is not aligned', () => {
    const index = indexOf('sha256:a', 7);
    const encoded = encodeLayerIndex(index);
    expect(decodeLayerIndex(encoded)).toEqual(index);
    const shifted = new Uint8Array(encoded.length + 3);
    shifted.set(encoded, 3);
    expect(decodeLayerIndex(shifted.subarray(3))).toEqual(index);
  });

  it('refuses bytes that were cut or changed anywhere', () => {
    const encoded = encodeLayerIndex(indexOf('sha256:a'));
    for (let at = 0; at < encoded.length; at++) {
      const damaged = encoded.slice();
      damaged[at]! ^= 0x10;
      expect(decodeLayerIndex(damaged)).toBeUndefined();
    }
    for (let length = 0; length < encoded.length; length++) {
      expect(decodeLayerIndex(encoded.slice(0, length))).toBeUndefined();
    }
  });
});

describe('the codec of real layers', () => {
  it('gives back every index that a layer makes, narrow columns and wide ones', async () => {
    const owner = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0o777777 }));
    const entry = fc.record({
      path: fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', 'é', '_', 'x') }),
      type: fc.constantFrom('file', 'directory', 'symlink', 'link'),
      content: fc.uint8Array({ maxLength: 700 }),
      target: fc.constantFrom('a', 'é/x'),
      uid: owner,
      gid: owner,
      mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seconds) => seconds * 1000),
      pax: fc.option(fc.constant({ 'SCHILY.xattr.user.a': 'b' }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 20 }), async (entries) => {
        const index = await buildLayerIndex(entries as Parameters<typeof buildLayerIndex>[0]);
        expect(decodeLayerIndex(encodeLayerIndex(index))).toEqual(index);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [[0.5, 1]],
    [[-0]],
    [[-5, 250]],
    [[-5, 251]],
    [[2 ** 53 - 1, 2 ** 53 - 1]],
    [[-(2 ** 53) + 1, 2 ** 53 - 1]],
    [[2 ** 40, 2 ** 40 + 2 ** 32 - 1]],
    [[2 ** 40, 2 ** 40 + 2 ** 32]],
    [[Number.NaN, Number.POSITIVE_INFINITY]],
  ])('keeps the numbers %j', (numbers) => {
    const index = { ...indexOf('sha256:a', numbers.length), entrySize: Float64Array.from(numbers) };
    expect(decodeLayerIndex(encodeLayerIndex(index))!.entrySize).toEqual(index.entrySize);
  });
});

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
    const store = openStore({ folder, maxBytes: encodeLayerIndex(indexOf('sha256:a')).length });
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
    const size = encodeLayerIndex(indexOf('sha256:a')).length;
    const store = openStore({ folder, maxBytes: 2 * size });
    for (const id of ['a', 'b', 'a', 'c']) {
      if (store.layers.get(`sha256:${id}`) === undefined) store.layers.put(indexOf(`sha256:${id}`));
      await new Promise((done) => setTimeout(done, 3));
    }
    expect(['a', 'b', 'c'].map((id) => store.layers.has(`sha256:${id}`))).toEqual([true, false, true]);
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
    const aside = readdirSync(folder).find((name) => name.includes('.damaged-'));
    expect(readFileSync(join(folder, aside!), 'utf8')).toContain('no database');
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
    database.exec(`UPDATE layer_blocks SET block = x'0102'`);
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
    expect(readdirSync(folder).some((name) => name.includes('.damaged-'))).toBe(true);
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
