import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localApi } from '../../../shared/api/connection.ts';
import type { Api, ImageSource } from '../../../shared/api/contract.ts';
import {
  type ArchiveFile,
  buildDockerArchive,
  buildOciArchive,
  ociArchiveFiles,
  type TestImage,
} from '../archive/testing/build-archive.ts';
import { paxEntry, rawEntry, rawTar } from '../archive/testing/tar-blocks.ts';
import { createEngine, type Engine } from '../engine.ts';

const large = randomBytes(3 * 1024 * 1024);
const image: TestImage = {
  names: ['app:1'],
  layers: [
    [
      { path: './etc/a', content: 'first' },
      { path: 'large', content: large },
      { path: '/etc/link', type: 'symlink', target: '../large' },
      { path: 'hard', type: 'link', target: 'etc/a' },
      { path: 'etc/empty', content: '' },
      { path: 'binary', content: Buffer.from([0, 1, 2]) },
      { path: 'gone', content: 'here once' },
      { path: 'pipe', type: 'fifo' },
    ],
    [{ path: 'etc/a', content: 'too early' }, { path: 'etc/a', content: 'second ü' }, { path: '.wh.gone' }],
  ],
};

let folder: string;
let engine: Engine;
let api: Api;

function start(): void {
  engine = createEngine({ version: 'test', cacheFolder: join(folder, 'cache') });
  api = localApi(engine.handlers, { strict: true });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-content-'));
  start();
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(path: string, options: Partial<Extract<ImageSource, { kind: 'archive' }>> = {}) {
  const { handle } = await api.call('image.open', { source: { kind: 'archive', path, ...options } });
  return handle;
}

async function opened(archive: Buffer): Promise<{ readonly handle: string; readonly path: string }> {
  const path = join(folder, 'image.tar');
  await writeFile(path, archive);
  return { handle: await open(path), path };
}

async function writeFiles(files: readonly ArchiveFile[], to: string): Promise<string> {
  for (const { path, content } of files) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), content ?? '');
  }
  return to;
}

const content = (handle: string, path: string, more: { layer?: number; limit?: number } = {}) =>
  api.call('files.content', { handle, path, limit: 1024 * 1024, ...more });

async function textOf(
  handle: string,
  path: string,
  more?: { layer?: number; limit?: number },
): Promise<string> {
  const { base64 } = await content(handle, path, more);
  return Buffer.from(base64!, 'base64').toString();
}

const code = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error) => error.info.code,
  );

const forms: readonly (readonly [string, () => Promise<Buffer | readonly ArchiveFile[]>])[] = [
  ['a plain archive', () => buildDockerArchive([image])],
  ['an archive that is compressed', async () => gzipSync(await buildDockerArchive([image]))],
  ['an archive that is compressed with zstd', async () => zstdCompressSync(await buildOciArchive([image]))],
  ['an OCI archive of plain layers', () => buildOciArchive([image])],
  ['an OCI archive of gzip layers', () => buildOciArchive([image], { compress: 'gzip' })],
  [
    'an OCI archive of zstd layers',
    () => buildOciArchive([image], { compress: 'zstd', dockerManifest: false }),
  ],
  [
    'a compressed archive of gzip layers',
    async () => gzipSync(await buildOciArchive([image], { compress: 'gzip' })),
  ],
  ['an OCI folder', () => ociArchiveFiles([image], { compress: 'gzip', dockerManifest: false })],
];

describe('content', () => {
  it.each(forms)('is read again from %s', async (_, make) => {
    const made = await make();
    const handle = Buffer.isBuffer(made)
      ? (await opened(made)).handle
      : await open(await writeFiles(made as readonly ArchiveFile[], join(folder, 'layout')));
    expect(await content(handle, '/etc/a')).toEqual({
      kind: 'file',
      size: 9,
      base64: Buffer.from('second ü').toString('base64'),
      text: true,
      truncated: false,
    });
    expect(await textOf(handle, '/hard')).toBe('first');
    expect(await textOf(handle, '/etc/a', { layer: 0 })).toBe('first');
    expect(await textOf(handle, '/gone', { layer: 0 })).toBe('here once');
  });

  it('is cut at the limit', async () => {
    const { handle } = await opened(await buildDockerArchive([image]));
    const page = await content(handle, '/large', { limit: 1000 });
    expect(page).toMatchObject({ kind: 'file', size: large.length, text: false, truncated: true });
    expect(Buffer.from(page.base64!, 'base64').equals(large.subarray(0, 1000))).toBe(true);
    const most = await content(handle, '/large');
    expect(Buffer.from(most.base64!, 'base64').equals(large.subarray(0, 1024 * 1024))).toBe(true);
    // In the middle of a character.
    expect(await content(handle, '/etc/a', { limit: 8 })).toMatchObject({ text: true, truncated: true });
  });

  it('is told from text', async () => {
    const { handle } = await opened(await buildDockerArchive([image]));
    expect(await content(handle, '/binary')).toMatchObject({ size: 3, text: false, truncated: false });
    expect(await content(handle, '/etc/empty')).toEqual({
      kind: 'file',
      size: 0,
      base64: '',
      text: true,
      truncated: false,
    });
  });

  it('is the target of a link, and none of what has none', async () => {
    const { handle } = await opened(await buildDockerArchive([image]));
    expect(await content(handle, '/etc/link')).toEqual({
      kind: 'symlink',
      size: 0,
      target: '../large',
      truncated: false,
    });
    expect(await content(handle, '/etc')).toEqual({ kind: 'directory', size: 0, truncated: false });
    expect(await content(handle, '/pipe')).toEqual({ kind: 'fifo', size: 0, truncated: false });
  });

  it('has the zeros of a sparse file, also where the index has hashed their places', async () => {
    const sparse = (name: string, size: number) => [
      paxEntry([
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.name', name],
        ['GNU.sparse.realsize', String(size)],
      ]),
      rawEntry(
        { name: 'x', size: 512 + 4 },
        Buffer.concat([Buffer.from('1\n100\n4\n'.padEnd(512, '\0')), Buffer.from('data')]),
      ),
    ];
    const huge = 2 ** 33;
    const layer = rawTar(...sparse('small', 200), ...sparse('huge', huge), ...sparse('late', 300));
    const { handle } = await opened(await buildDockerArchive([{ names: ['s:1'], layers: [layer] }]));
    for (const [path, size] of [
      ['/small', 200],
      ['/late', 300],
    ] as const) {
      const wanted = Buffer.alloc(size);
      wanted.write('data', 100);
      const { base64, truncated } = await content(handle, path);
      expect({ truncated, same: Buffer.from(base64!, 'base64').equals(wanted) }).toEqual({
        truncated: false,
        same: true,
      });
    }
    expect(await content(handle, '/huge', { limit: 102 })).toMatchObject({
      size: huge,
      truncated: true,
      base64: Buffer.from(`${'\0'.repeat(100)}da`).toString('base64'),
    });
  });

  it('is there after a restart, and of a layer that is a link to another', async () => {
    const twice = { names: ['app:2'], layers: [...image.layers, image.layers[0]!] };
    const { handle } = await opened(gzipSync(await buildDockerArchive([image, twice]))).catch(() => ({
      handle: '',
    }));
    expect(handle).toBe('');
    const path = join(folder, 'image.tar');
    const second = await open(path, { image: 'app:2' });
    await engine.close();
    start();
    expect(await textOf(second, '/etc/a')).toBe('first');
    expect(await textOf(second, '/etc/a', { layer: 1 })).toBe('second ü');
  });

  it('of what is not there is an error', async () => {
    const { handle } = await opened(await buildDockerArchive([image]));
    expect(await code(content(handle, '/nothing'))).toBe('path-not-found');
    expect(await code(content(handle, '/gone'))).toBe('path-not-found');
    expect(await code(content(handle, '/gone', { layer: 1 }))).toBe('path-not-found');
    expect(await code(content(handle, '/etc/a', { layer: 7 }))).toBe('path-not-found');
    expect(await code(content('nothing', '/etc/a'))).toBe('not-found');
    expect(await code(content(handle, '/etc/a', { limit: 2 ** 21 }))).toBe('invalid-input');
  });

  it('is not taken from an archive that is gone or another one now', async () => {
    const { handle, path } = await opened(await buildDockerArchive([image]));
    const other = (text: string) => ({
      names: ['app:1'],
      layers: [[{ path: 'etc/a', content: text }], image.layers[1]!],
    });
    await writeFile(path, await buildDockerArchive([other('other')]));
    expect(await code(content(handle, '/hard'))).toBe('source-changed');
    expect(await textOf(handle, '/etc/a')).toBe('second ü');
    await rm(path);
    expect(await code(content(handle, '/hard'))).toBe('archive-not-found');
    await writeFile(path, 'no tar');
    expect(await code(content(handle, '/hard'))).not.toBe('no error');
  });

  it('is not taken from layers that only claim to be the same', async () => {
    const archive = await buildDockerArchive([image]);
    const { handle, path } = await opened(archive);
    const forged = Buffer.from(archive);
    forged.write('fIrst', forged.indexOf('first'));
    await writeFile(path, forged);
    expect(await code(content(handle, '/hard'))).toBe('source-changed');
  });

  it('of an image from a pipe cannot be read again', async () => {
    await engine.close();
    const archive = await buildDockerArchive([image]);
    engine = createEngine({
      version: 'test',
      cacheFolder: join(folder, 'cache'),
      stdin: (async function* () {
        yield archive;
      })(),
    });
    api = localApi(engine.handlers, { strict: true });
    const handle = await open('-');
    expect(await code(content(handle, '/hard'))).toBe('source-changed');
  });

  it('is no longer read when it is no longer wanted', async () => {
    const { handle } = await opened(await buildDockerArchive([image]));
    const controller = new AbortController();
    const reading = api.call(
      'files.content',
      { handle, path: '/etc/a', limit: 10 },
      { signal: controller.signal },
    );
    controller.abort();
    expect(await code(reading)).toBe('cancelled');
  });
});
