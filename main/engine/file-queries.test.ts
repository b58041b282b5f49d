import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localApi } from '../../shared/api/connection.ts';
import type { Api } from '../../shared/api/contract.ts';
import { buildDockerArchive } from './archive/testing/build-archive.ts';
import { createEngine, type Engine } from './engine.ts';

const layers = [
  [
    { path: 'usr/lib/libc.so', content: 'c'.repeat(2000) },
    { path: 'usr/lib/libm.so', content: 'm'.repeat(1000) },
    { path: 'var/cache/list', content: 'x'.repeat(500) },
    { path: 'etc/conf', content: 'conf' },
  ],
  [
    { path: 'etc/conf', content: 'other' },
    { path: 'usr/lib/libm.so', content: 'm'.repeat(1000), mode: 0o755 },
    { path: 'var/cache/.wh.list' },
    { path: 'app/Index.js', content: 'i'.repeat(30) },
  ],
];

let folder: string;
let engine: Engine;
let api: Api;
let handle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-queries-'));
  engine = createEngine({ version: 'test', cacheFolder: folder });
  api = localApi(engine.handlers, { strict: true });
  const path = join(folder, 'image.tar');
  await writeFile(path, await buildDockerArchive([{ names: ['app:1'], layers }]));
  ({ handle } = await api.call('image.open', { source: { kind: 'archive', path } }));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const page = { offset: 0, limit: 10 };
const code = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error) => error.info.code,
  );

describe('the files of an image, as a window asks for them', () => {
  it('are listed under a filter, with what is wasted below', async () => {
    const list = await api.call('files.list', {
      handle,
      path: '/',
      sort: 'reclaimable',
      reclaimable: true,
      ...page,
    });
    expect(list.rows.map(({ name, reclaimable }) => `${name} ${reclaimable}`)).toEqual([
      'usr 1000',
      'var 500',
      'etc 4',
      'app 0',
    ]);
    expect(list.directory).toMatchObject({ bytes: 3035, reclaimable: 1504 });
    const wasted = await api.call('files.list', {
      handle,
      path: '/var/cache',
      filter: { causes: ['deleted'] },
      ...page,
    });
    expect(wasted.rows).toEqual([
      expect.objectContaining({
        path: '/var/cache/list',
        bytes: 500,
        gone: true,
        layer: 0,
        hiddenBy: 1,
        cause: 'deleted',
        hasChildren: false,
      }),
    ]);
    const empty = await api.call('files.list', { handle, path: '/', filter: { minBytes: 10_000 }, ...page });
    expect(empty).toMatchObject({
      total: 0,
      rows: [],
      directory: { bytes: 0, files: 0, hasChildren: false },
    });
    const beyond = await api.call('files.list', { handle, path: '/', offset: 100, limit: 10 });
    expect(beyond).toMatchObject({ total: 4, rows: [] });
  });

  it('have sums of what a filter lets through at any path', async () => {
    const at = async (path: string, filter?: object) =>
      (await api.call('files.at', { handle, path, filter })).row;
    expect(await at('/usr', { layer: 1 })).toMatchObject({ kind: 'directory', bytes: 1000, files: 1 });
    expect(await at('/usr', { changes: ['metadata'] })).toMatchObject({ bytes: 1000, files: 1 });
    expect(await at('/usr', { changes: ['modified'] })).toMatchObject({ bytes: 0, files: 0 });
    expect(await at('/var/cache/list')).toBeUndefined();
    expect(await at('/var/cache/list', { changes: ['removed'], layers: { from: 1, to: 1 } })).toMatchObject({
      bytes: 500,
      gone: true,
      hiddenBy: 1,
    });
    expect(await at('/usr/lib/libc.so', { glob: '*.js' })).toMatchObject({
      kind: 'file',
      bytes: 0,
      files: 0,
    });
  });

  it('are drawn under the same filter', async () => {
    const tile = await api.call('files.treemap', { handle, path: '/', filter: { glob: '*.so' }, tiles: 10 });
    expect(tile).toMatchObject({ bytes: 3000, files: 2, children: [{ name: 'usr/lib', bytes: 3000 }] });
  });

  it('are searched by parts of paths and globs', async () => {
    const search = (text: string, more: object = {}) =>
      api.call('files.search', { handle, text, ...page, ...more });
    expect(await search('lib')).toMatchObject({ total: 3, bytes: 3000, files: 2 });
    expect((await search('lib')).rows.map(({ path }) => path)).toEqual([
      '/usr/lib',
      '/usr/lib/libc.so',
      '/usr/lib/libm.so',
    ]);
    expect(
      (await search('lib', { directories: false, sort: 'name', reverse: true })).rows.map(({ path }) => path),
    ).toEqual(['/usr/lib/libm.so', '/usr/lib/libc.so']);
    expect(await search('INDEX')).toMatchObject({ total: 0, bytes: 0, rows: [] });
    expect(await search('INDEX', { ignoreCase: true })).toMatchObject({ total: 1, bytes: 30 });
    expect(await search('lib?.so', { offset: 1 })).toMatchObject({
      total: 2,
      rows: [{ path: '/usr/lib/libm.so' }],
    });
    expect(await search('*.so', { mode: 'part' })).toMatchObject({ total: 0 });
    expect(await search('/usr')).toMatchObject({ total: 4, bytes: 3000 });
    expect(await search('list', { filter: { changes: ['removed'] } })).toMatchObject({
      total: 1,
      bytes: 500,
    });
  });

  it('are listed with the largest first', async () => {
    const { total, rows } = await api.call('files.largest', { handle, offset: 0, limit: 2 });
    expect({ total, rows }).toMatchObject({
      total: 4,
      rows: [
        { path: '/usr/lib/libc.so', bytes: 2000, layer: 0, kind: 'file' },
        { path: '/usr/lib/libm.so', layer: 1, change: 'metadata' },
      ],
    });
  });

  it('have a history', async () => {
    const { events } = await api.call('files.history', { handle, path: '/etc/conf' });
    expect(events).toMatchObject([
      { layer: 0, event: 'added', size: 4, live: false, cause: 'overwritten' },
      { layer: 1, event: 'content', size: 5, live: true },
    ]);
  });

  it('are asked for with what makes sense', async () => {
    const list = (input: object) => code(api.call('files.list', { handle, path: '/', ...page, ...input }));
    expect(await list({ filter: { layer: 2 } })).toBe('invalid-input');
    expect(await list({ filter: { layers: { from: 0, to: 2 } } })).toBe('invalid-input');
    expect(await list({ filter: { layers: { from: 1, to: 0 } } })).toBe('invalid-input');
    expect(await list({ filter: { changes: [] } })).toBe('invalid-input');
    expect(await list({ filter: { glob: '{a,b}'.repeat(10) } })).toBe('invalid-input');
    expect(await list({ filter: { kinds: ['directory'] } })).toBe('invalid-input');
    expect(await list({ offset: -1 })).toBe('invalid-input');
    expect(await list({ path: '/nowhere' })).toBe('path-not-found');
    expect(await list({ path: '/var/cache/list', filter: { changes: ['removed'] } })).toBe('path-not-found');
    expect(await code(api.call('files.history', { handle, path: '/nowhere' }))).toBe('path-not-found');
    expect(await code(api.call('files.search', { handle: 'x', text: '', ...page }))).toBe('not-found');
  });
});
