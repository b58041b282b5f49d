import { execFile } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadOptions } from './archive.ts';
import { openArchive } from './open-archive.ts';
import {
  type ArchiveFile,
  blobPath,
  buildDockerArchive,
  json,
  ociArchiveFiles,
  type TestImage,
} from './testing/build-archive.ts';
import { digestOf, indexTar } from './testing/build-layer.ts';

const image: TestImage = {
  names: ['app:1'],
  layers: [[{ path: 'a', content: 'aaa' }], [{ path: 'b', content: 'b'.repeat(5000) }]],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-archive-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function writeFiles(files: readonly ArchiveFile[], to = folder): Promise<void> {
  for (const { path, content } of files) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), content ?? '');
  }
}

const open = (path: string, options: Partial<ReadOptions> = {}) =>
  openArchive(path, { verify: true, ...options });

const failure = (path: string, options?: Partial<ReadOptions>) =>
  open(path, options).then(
    () => ({ code: 'no error', message: '' }),
    (error) => error.info ?? error,
  );

describe('a file', () => {
  it('tells what the image is made of, then reads its layers with progress towards their size', async () => {
    const path = join(folder, 'image.tar');
    await writeFile(path, await buildDockerArchive([image]));
    const seen: unknown[] = [];
    const archive = await open(path, {
      onImage: (outline) => seen.push(outline),
      onProgress: (...progress) => seen.push(progress),
    });
    const { layers, names, platform } = archive.images[0]!;
    expect(names).toEqual(['app:1']);
    const outlined = layers.map(({ diffId, createdBy, tarBytes }) => ({
      diffId,
      createdBy,
      blobBytes: tarBytes,
    }));
    expect(seen[0]).toEqual({ names, platform, layers: outlined });
    const bytes = layers.reduce((sum, { tarBytes }) => sum + tarBytes!, 0);
    expect(seen.at(-1)).toEqual([bytes, bytes]);
    expect(archive.bytesRead).toBe(bytes);
  });

  it('that is not there, or cannot be read, is told so', async () => {
    const path = join(folder, 'none.tar');
    expect(await failure(path)).toMatchObject({
      code: 'archive-not-found',
      message: expect.stringContaining(path),
    });
    expect(await failure(join(path, 'below'))).toMatchObject({ code: 'archive-not-found' });
    await symlink('loop', join(folder, 'loop'));
    expect(await failure(join(folder, 'loop'))).toMatchObject({ code: 'archive-unreadable' });
    if (process.getuid?.() !== 0) {
      await writeFile(path, 'x');
      await chmod(path, 0);
      expect(await failure(path)).toMatchObject({ code: 'archive-unreadable' });
    }
  });

  it('that is no image is told by its path', async () => {
    const path = join(folder, 'it.tar');
    await writeFile(path, '');
    expect(await failure(path)).toMatchObject({
      code: 'not-an-image',
      message: expect.stringContaining(path),
    });
    expect(await failure(folder)).toMatchObject({
      code: 'not-an-image',
      message: expect.stringContaining(folder),
    });
    expect(await failure('/dev/null')).toMatchObject({ code: 'not-an-image' });
  });

  it('may be a pipe', async () => {
    const path = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [path]);
    const tar = await buildDockerArchive([image]);
    const [archive] = await Promise.all([open(path), writeFile(path, tar)]);
    expect(archive.bytesRead).toBe(tar.length);
  });

  it('that is changed between being read and being verified is refused', async () => {
    const path = join(folder, 'image.tar');
    const large: TestImage = { layers: [[{ path: 'a', content: Buffer.alloc(20_000_000, 'a') }]] };
    await writeFile(path, await buildDockerArchive([large]));
    const touch = () => utimesSync(path, 1, 1);
    expect(await failure(path, { onProgress: touch })).toMatchObject({ code: 'source-changed' });
    expect(await failure(path, { onProgress: touch, verify: false })).toMatchObject({ code: 'no error' });
  });

  it('is closed when reading is cancelled', async () => {
    const path = join(folder, 'image.tar');
    await writeFile(path, await buildDockerArchive([image]));
    expect(await failure(path, { signal: AbortSignal.abort() })).toMatchObject({ code: 'cancelled' });
  });
});

describe('an OCI folder', () => {
  it.each(['none', 'gzip', 'zstd'] as const)('is read, %s blobs', async (compress) => {
    const files = await ociArchiveFiles([image], { compress, dockerManifest: false });
    await writeFiles(files);
    const archive = await open(folder);
    expect(archive.warnings).toEqual([]);
    expect(archive.images).toHaveLength(1);
    const [first] = archive.images[0]!.layers;
    expect(first).toMatchObject({ verified: true, createdBy: 'step 0' });
    expect(archive.bytesRead).toBe(files[0]!.content!.length + files[1]!.content!.length);
  });

  it('is read with nested indexes, and only the platform that is asked for', async () => {
    const other: TestImage = { layers: [[{ path: 'other' }]], platform: 'linux/s390x' };
    const files = await ociArchiveFiles([image, other], { dockerManifest: false });
    const at = files.findIndex(({ path }) => path === 'index.json');
    const { manifests } = JSON.parse(files[at]!.content!.toString());
    const attestation = json({ schemaVersion: 2, config: {}, layers: [] });
    const nested = json({
      manifests: [
        ...manifests.map((manifest: object) => ({ ...manifest, annotations: undefined })),
        {
          digest: digestOf(attestation),
          size: 1,
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        },
      ],
    });
    files[at] = { path: 'index.json', content: json({ manifests: [{ digest: digestOf(nested), size: 1 }] }) };
    await writeFiles([
      ...files,
      { path: blobPath(digestOf(nested)), content: nested },
      { path: blobPath(digestOf(attestation)), content: attestation },
    ]);
    const { images, bytesRead } = await open(folder, { platform: 'linux/s390x' });
    expect(images.map(({ platform }) => platform)).toEqual(['linux/s390x']);
    expect(bytesRead).toBe(images[0]!.layers[0]!.tarBytes);
    expect(await failure(folder, { platform: 'linux/riscv64' })).toMatchObject({
      code: 'platform-unavailable',
      candidates: ['linux/amd64', 'linux/s390x'],
    });
  });

  it('is read without the layers that are known', async () => {
    const files = await ociArchiveFiles([image], { compress: 'gzip' });
    await writeFiles(files);
    const { images } = await open(folder);
    const indexes = new Map(images[0]!.layers.map((layer) => [layer.diffId, layer.index]));
    const seen: unknown[] = [];
    const again = await open(folder, {
      known: (diffId) => indexes.get(diffId),
      onProgress: (...progress) => seen.push(progress),
    });
    expect(again.bytesRead).toBe(0);
    expect(seen).toEqual([]);
    expect(again.images[0]!.layers.map(({ index }) => index)).toEqual([...indexes.values()]);
  });

  it('lacks a layer: a warning', async () => {
    const [, ...rest] = await ociArchiveFiles([image]);
    await writeFiles(rest);
    const { images, warnings } = await open(folder);
    expect(warnings.map(({ code }) => code)).toEqual(['layer-unavailable']);
    expect(images[0]!.layers.map(({ index }) => index === undefined)).toEqual([true, false]);
  });

  it('lacks its index, or has a blob that is not what it is named', async () => {
    const files = await ociArchiveFiles([image]);
    await writeFiles(files.filter(({ path }) => path !== 'index.json'));
    expect(await failure(folder)).toMatchObject({ code: 'not-an-image' });
    await writeFiles(files);
    await writeFile(join(folder, files[0]!.path), files[1]!.content!);
    expect(await failure(folder)).toMatchObject({ code: 'digest-mismatch' });
  });

  it('is never left by a link or a digest', async () => {
    const files = await ociArchiveFiles([image]);
    await writeFiles(files, join(folder, 'layout'));
    const layer = join(folder, 'layout', files[0]!.path);
    await rename(layer, join(folder, 'outside'));
    await symlink(join(folder, 'outside'), layer);
    const { warnings } = await open(join(folder, 'layout'));
    expect(warnings.map(({ code }) => code)).toEqual(['layer-unavailable']);

    const upwards = { manifests: [{ digest: 'sha256:../../../outside', size: 1 }] };
    await writeFile(join(folder, 'layout', 'index.json'), json(upwards));
    expect(await failure(join(folder, 'layout'))).toMatchObject({ code: 'archive-damaged' });
  });

  it('takes links that stay inside, and its own being one', async () => {
    const files = await ociArchiveFiles([image]);
    await writeFiles(files, join(folder, 'layout'));
    const layer = join(folder, 'layout', files[0]!.path);
    await rename(layer, join(folder, 'layout', 'moved'));
    await symlink('../../moved', layer);
    await symlink('layout', join(folder, 'alias'));
    const { images } = await open(join(folder, 'alias'));
    expect(images[0]!.layers[0]!.index).toEqual(await indexTar(files[0]!.content!));
  });

  it('holds a pipe where a blob should be: it is not waited for', async () => {
    const files = await ociArchiveFiles([image]);
    await writeFiles(files);
    await rm(join(folder, files[0]!.path));
    await promisify(execFile)('mkfifo', [join(folder, files[0]!.path)]);
    const { warnings } = await open(folder);
    expect(warnings.map(({ code }) => code)).toEqual(['layer-unavailable']);
  });
});
