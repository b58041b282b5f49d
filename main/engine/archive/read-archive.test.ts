import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LayerIndex } from './layer-index.ts';
import { type ReadArchiveOptions, readArchive } from './read-archive.ts';
import {
  blobPath,
  buildDockerArchive,
  buildOciArchive,
  dockerArchiveFiles,
  json,
  ociArchiveFiles,
  packFiles,
  type TestImage,
} from './testing/build-archive.ts';
import { buildLayer, digestOf, indexTar } from './testing/build-layer.ts';
import { listLayer } from './testing/list-layer.ts';

async function* chunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (bytes: Uint8Array, options: Partial<ReadArchiveOptions> = {}, size?: number) =>
  readArchive(chunks(bytes, size), { verify: true, name: 'image.tar', ...options });

const content = (path: string, length = 3000) => ({ path, content: path.repeat(length).slice(0, length) });

const app: TestImage = {
  names: ['app:1'],
  layers: [[content('base')], [content('a/b'), { path: 'a/.wh.c' }], [{ path: 'top', content: '' }]],
  config: {
    config: { User: 'me', Entrypoint: ['/a'], Cmd: null, Env: ['A=b'], WorkingDir: '/w', Labels: { x: 'y' } },
    history: [
      { created_by: 'FROM base' },
      { created_by: 'ENV A=b', empty_layer: true },
      { created_by: 'RUN a' },
      { created_by: 'COPY top' },
    ],
  },
};

async function expectApp(bytes: Buffer, size?: number) {
  const { images, warnings, bytesRead } = await read(bytes, {}, size);
  expect(warnings).toEqual([]);
  expect(bytesRead).toBe(bytes.length);
  expect(images).toHaveLength(1);
  const [image] = images;
  expect(image).toMatchObject({
    names: ['app:1'],
    platform: 'linux/amd64',
    created: '2024-01-02T03:04:05Z',
    config: { user: 'me', entrypoint: ['/a'], cmd: [], env: ['A=b'], workingDir: '/w', labels: { x: 'y' } },
  });
  expect(image!.layers.map(({ createdBy }) => createdBy)).toEqual(['FROM base', 'RUN a', 'COPY top']);
  for (const [number, layer] of image!.layers.entries()) {
    const tar = await buildLayer(app.layers[number] as never);
    expect(layer).toMatchObject({ diffId: digestOf(tar), verified: true, tarBytes: tar.length });
    expect(layer.index).toEqual(await indexTar(tar));
  }
  return image!;
}

describe('layouts', () => {
  it('reads what engines up to 24 save', async () => {
    const image = await expectApp(await buildDockerArchive([app]));
    expect(image.layers[0]!.compressedBytes).toBeUndefined();
    expect(image.manifestDigest).toBeUndefined();
  });

  it.each([1, 511, 512, 100_000])('reads it in chunks of %i bytes', async (size) => {
    await expectApp(await buildDockerArchive([app]), size);
  });

  it.each(['none', 'gzip', 'zstd'] as const)(
    'reads what engines from 25 on save, %s blobs',
    async (compress) => {
      const files = await ociArchiveFiles([app], { compress });
      const image = await expectApp(await packFiles(files));
      expect(image.manifestDigest).toMatch(/^sha256:/);
      const blob = files[0]!.content!;
      expect(image.layers[0]!.compressedBytes).toBe(compress === 'none' ? undefined : blob.length);
    },
  );

  it('reads the tar of an OCI layout without manifest.json', async () => {
    await expectApp(await buildOciArchive([app], { dockerManifest: false }));
  });

  it('reads archives that are compressed as a whole', async () => {
    const tar = await buildDockerArchive([app]);
    await expectApp(gzipSync(tar));
    await expectApp(zstdCompressSync(tar));
    await expectApp(gzipSync(await buildOciArchive([app], { compress: 'gzip' })), 10);
  });

  it('walks nested indexes and passes attestations and absent platforms over', async () => {
    const files = await ociArchiveFiles([app], { dockerManifest: false });
    const index = files.find(({ path }) => path === 'index.json')!;
    const [manifest] = JSON.parse(index.content!.toString()).manifests;
    const nested = json({
      schemaVersion: 2,
      manifests: [
        { ...manifest, annotations: undefined },
        {
          digest: digestOf(Buffer.from('absent')),
          size: 1,
          platform: { os: 'linux', architecture: 'arm64' },
        },
        {
          digest: digestOf(Buffer.from('{}')),
          size: 2,
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
          platform: { os: 'unknown', architecture: 'unknown' },
        },
      ],
    });
    const top = json({
      manifests: [{ digest: digestOf(nested), size: nested.length, annotations: manifest.annotations }],
    });
    const others = files.filter((file) => file !== index);
    await expectApp(
      await packFiles([
        ...others,
        { path: blobPath(digestOf(nested)), content: nested },
        { path: blobPath(digestOf(Buffer.from('{}'))), content: Buffer.from('{}') },
        { path: 'index.json', content: top },
      ]),
    );
  });

  it('ends on an index that names itself', async () => {
    // A digest cannot be made to hold itself, so the index is not verified.
    const digest = `sha256:${'1'.repeat(64)}`;
    const loop = json({ manifests: [{ digest, size: 1 }] });
    const tar = await packFiles([
      { path: blobPath(digest), content: loop },
      { path: 'index.json', content: loop },
    ]);
    await expect(read(tar, { verify: false })).rejects.toMatchObject({ code: 'archive-incomplete' });
  });
});

describe('images', () => {
  it('reads several images and what they share once', async () => {
    const other: TestImage = { names: ['other:2'], layers: [app.layers[0]!, [content('else')]] };
    for (const tar of [await buildDockerArchive([app, other]), await buildOciArchive([app, other])]) {
      const { images } = await read(tar);
      expect(images.map(({ names }) => names)).toEqual([['app:1'], ['other:2']]);
      expect(images[1]!.layers[0]!.index).toBe(images[0]!.layers[0]!.index);
    }
  });

  it('reads only the image that is asked for, where there is one', async () => {
    const other: TestImage = { names: ['other:2'], layers: [[content('else')]], platform: 'linux/arm64' };
    const tar = await buildDockerArchive([app, other]);
    const names = async (options: Partial<ReadArchiveOptions>) =>
      (await read(tar, options)).images.flatMap((image) => image.names);
    expect(await names({ one: true, image: 'other:2' })).toEqual(['other:2']);
    expect(await names({ one: true, image: '1' })).toEqual(['other:2']);
    expect(await names({ platform: 'linux/arm64' })).toEqual(['other:2']);
    expect(await names({})).toEqual(['app:1', 'other:2']);
    await expect(names({ one: true })).rejects.toMatchObject({ code: 'image-ambiguous' });
  });

  it('takes a history that is missing or shorter', async () => {
    for (const history of [undefined, null, [{ created_by: 'only' }]]) {
      const { images } = await read(await buildDockerArchive([{ ...app, config: { history } }]));
      const expected = history ? ['only', undefined, undefined] : [undefined, undefined, undefined];
      expect(images[0]!.layers.map(({ createdBy }) => createdBy)).toEqual(expected);
    }
  });

  it('takes repeated layers, no layers, and a config without rootfs', async () => {
    const twice = await read(await buildDockerArchive([{ layers: [app.layers[0]!, app.layers[0]!] }]));
    expect(twice.images[0]!.layers.map(({ index }) => index?.entryCount)).toEqual([1, 1]);
    expect(twice.images[0]!.layers.map(({ createdBy }) => createdBy)).toEqual(['step 0', 'step 1']);
    const none = await read(await buildDockerArchive([{ layers: [], config: { rootfs: undefined } }]));
    expect(none.images[0]!.layers).toEqual([]);
  });

  it('calls a missing layer unavailable and reads the rest', async () => {
    const files = await ociArchiveFiles([app]);
    const { images, warnings } = await read(await packFiles(files.slice(1)));
    const [first, ...rest] = images[0]!.layers;
    expect(first).toMatchObject({ index: undefined, verified: false, tarBytes: undefined });
    expect(rest.every(({ index }) => index)).toBe(true);
    expect(warnings).toEqual([
      { code: 'layer-unavailable', message: expect.stringContaining(first!.diffId) },
    ]);
  });

  it('takes a missing layer, and plain blobs, from what is known', async () => {
    const files = await ociArchiveFiles([app]);
    const index: LayerIndex = await indexTar(files[0]!.content!);
    const known = (diffId: string) => (diffId === index.diffId ? index : undefined);
    for (const kept of [files, files.slice(1)]) {
      const { images, warnings } = await read(await packFiles(kept), { known });
      expect(images[0]!.layers[0]!.index).toBe(index);
      expect(warnings).toEqual([]);
    }
  });

  it('keeps hostile names as they are', async () => {
    const name = '<img src=x onerror=alert(1)>\n"__proto__';
    const labels = JSON.parse('{"__proto__": "a", "constructor": "b"}');
    const image: TestImage = {
      names: [name],
      layers: [[content('__proto__')]],
      config: { config: { Labels: labels } },
    };
    const { images } = await read(await buildDockerArchive([image]));
    expect(images[0]!.names).toEqual([name]);
    expect(images[0]!.config.labels.constructor).toBe('b');
    expect(Object.getPrototypeOf(images[0]!.config.labels)).toBe(Object.prototype);
    expect(listLayer(images[0]!.layers[0]!.index!)[0]!.path).toBe('/__proto__');
  });

  it('tells how far it is, in bytes of the source', async () => {
    const tar = await buildDockerArchive([app]);
    const seen: number[] = [];
    await read(tar, { onProgress: (bytes) => seen.push(bytes) }, 4096);
    expect(seen.length).toBe(Math.ceil(tar.length / 4096));
    expect(seen.at(-1)).toBe(tar.length);
  });
});

describe('integrity', () => {
  const flip = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    copy[600]! ^= 1; // Inside the first file's content: the tar itself stays valid.
    return copy;
  };

  it('refuses a layer that is not what its diff_id says, and names both', async () => {
    const files = await dockerArchiveFiles([app]);
    const layer = files.find(({ path }) => path.endsWith('layer.tar'))!;
    const changed = flip(layer.content!);
    const tar = await packFiles(files.map((file) => (file === layer ? { ...file, content: changed } : file)));
    const error = await read(tar).catch((reason) => reason);
    expect(error.code).toBe('digest-mismatch');
    expect(error.message).toContain(digestOf(layer.content!));
    expect(error.message).toContain(digestOf(changed));
    const { images } = await read(tar, { verify: false });
    expect(images[0]!.layers.map(({ verified }) => verified)).toEqual([false, false, false]);
  });

  it.each([
    ['a layer', 0, 'gzip'],
    ['a config', 3, 'none'],
    ['a manifest', 4, 'none'],
  ] as const)('refuses the blob of %s that is not what its name says', async (_, number, compress) => {
    const files = await ociArchiveFiles([app], { compress });
    const blob = files[number]!;
    const other =
      number === 0
        ? gzipSync(flip(await buildLayer(app.layers[0] as never)))
        : Buffer.concat([blob.content!, Buffer.from(' ')]);
    const tar = await packFiles(files.map((file) => (file === blob ? { ...file, content: other } : file)));
    const error = await read(tar).catch((reason) => reason);
    expect(error.code).toBe('digest-mismatch');
    expect(error.message).toContain(blob.path.slice(-64));
    expect(error.message).toContain(digestOf(other));
  });

  it('refuses a known layer under another diff_id', async () => {
    const index = await indexTar(await buildLayer(app.layers[0] as never));
    const files = await ociArchiveFiles([
      { ...app, layers: [app.layers[0]!], config: { rootfs: { diff_ids: [`sha256:${'0'.repeat(64)}`] } } },
    ]);
    const known = (diffId: string) => (diffId === index.diffId ? index : undefined);
    await expect(read(await packFiles(files), { known })).rejects.toMatchObject({ code: 'digest-mismatch' });
  });
});

describe('bad input', () => {
  const failure = async (bytes: Buffer, options?: Partial<ReadArchiveOptions>) => {
    const error = await read(bytes, options).catch((reason) => reason);
    return { code: error.code, message: error.message };
  };

  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['an empty file', () => Buffer.alloc(0), 'an empty file'],
    ['text', () => Buffer.from('hello\nworld'), 'a text file'],
    [
      'random bytes',
      () => Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + 13) % 251)),
      'unknown kind',
    ],
    ['JSON', () => Buffer.from('{"a": 1}'), 'a JSON document'],
    ['an xz file', () => Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2]), 'an xz-compressed file'],
    ['a gzip of text', () => gzipSync('x'.repeat(9999)), 'a gzip-compressed file of something else'],
    ['a zstd of text', () => zstdCompressSync('x'.repeat(9999)), 'a zstd-compressed file of something else'],
    ['a layer', () => buildLayer([content('etc/passwd')]), 'perhaps of a single layer'],
    ['a gzipped layer', async () => gzipSync(await buildLayer([content('a')])), 'perhaps of a single layer'],
    ['an empty tar', () => buildLayer([]), 'perhaps of a single layer'],
  ])('tells that %s is no image', async (_, make, said) => {
    const { code, message } = await failure(await make());
    expect(code).toBe('not-an-image');
    expect(message).toContain('image.tar is');
    expect(message).toContain(said);
  });

  it('tells an archive that is cut off, wherever', async () => {
    const tar = await buildDockerArchive([app]);
    const end = tar.indexOf('manifest.json');
    for (let length = 1024; length < end; length += 700) {
      expect(await failure(tar.subarray(0, length))).toMatchObject({ code: 'archive-truncated' });
    }
    const gzip = gzipSync(tar);
    expect(await failure(gzip.subarray(0, gzip.length - 20))).toMatchObject({ code: 'archive-truncated' });
    const zstd = zstdCompressSync(tar);
    expect(await failure(zstd.subarray(0, zstd.length - 20))).toMatchObject({ code: 'archive-truncated' });
  });

  it('tells damage', async () => {
    const tar = await buildDockerArchive([app]);
    const header = Buffer.from(tar);
    header[tar.indexOf('/json')]! ^= 1;
    expect(await failure(header)).toMatchObject({ code: 'archive-damaged' });
    const gzip = gzipSync(tar);
    gzip[gzip.length >> 1]! ^= 0xff;
    expect((await failure(gzip)).code).toMatch(/archive-(damaged|truncated)/);
  });

  it('names a missing config or manifest', async () => {
    const docker = await dockerArchiveFiles([app]);
    const config = docker.find(({ path }) => /^[0-9a-f]{64}\.json$/.test(path))!;
    const without = async (files: typeof docker, ...gone: string[]) =>
      failure(await packFiles(files.filter(({ path }) => !gone.includes(path))));
    expect(await without(docker, config.path)).toEqual({
      code: 'archive-incomplete',
      message: expect.stringContaining(config.path),
    });
    expect(await without(docker, 'manifest.json')).toMatchObject({ code: 'archive-incomplete' });
    const oci = await ociArchiveFiles([app], { dockerManifest: false });
    const [manifestPath, configPath] = [oci[4]!.path, oci[3]!.path];
    for (const path of [manifestPath, configPath]) {
      const { code, message } = await without(oci, path);
      expect(code).toBe('archive-incomplete');
      expect(message).toContain(path.slice(-64));
    }
    expect(await without(oci, 'index.json')).toMatchObject({ code: 'archive-incomplete' });
  });

  it.each<[string, unknown]>([
    ['text', 'text'],
    ['a number', 1],
    ['null', null],
    ['an object', {}],
    ['a wrong type', [{ Config: 1 }]],
    ['layers of a wrong type', [{ Config: 'a', Layers: [{}] }]],
  ])('refuses a manifest that is %s', async (_, manifest) => {
    const files = await dockerArchiveFiles([app]);
    const tar = await packFiles(
      files.map((file) => (file.path === 'manifest.json' ? { ...file, content: json(manifest) } : file)),
    );
    expect(await failure(tar)).toMatchObject({ code: 'archive-damaged' });
  });

  it('refuses a config that is no JSON, has no digests, or another number of layers', async () => {
    for (const config of [
      { rootfs: { diff_ids: ['nonsense'] } },
      { rootfs: { diff_ids: [`sha256:../../../${'a'.repeat(55)}`] } },
      { rootfs: { diff_ids: [] } },
      { history: 'long' },
    ]) {
      expect(await failure(await buildDockerArchive([{ ...app, config }]))).toMatchObject({
        code: 'archive-damaged',
      });
    }
    const broken = json([{ Config: 'config.json', RepoTags: null, Layers: [] }]);
    const tar = await packFiles([
      { path: 'config.json', content: Buffer.from('{"os": ') },
      { path: 'manifest.json', content: broken },
    ]);
    expect(await failure(tar)).toMatchObject({
      code: 'archive-damaged',
      message: expect.stringContaining('JSON'),
    });
  });

  it('refuses a manifest larger than any real one', async () => {
    const files = await dockerArchiveFiles([app]);
    const large = Buffer.concat([json([]), Buffer.alloc(17 * 2 ** 20, ' ')]);
    const tar = await packFiles(
      files.map((file) => (file.path === 'manifest.json' ? { ...file, content: large } : file)),
    );
    await expect(read(tar, {}, 2 ** 20)).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  it('refuses a layer that is no tar, but only when an image has it', async () => {
    const files = await dockerArchiveFiles([{ layers: [Buffer.from('no tar at all')] }]);
    expect(await failure(await packFiles(files))).toMatchObject({
      code: 'layer-invalid',
      message: expect.stringContaining('a text file'),
    });
    const cut = (await buildLayer([content('a')])).subarray(0, 1024);
    expect(await failure(await buildDockerArchive([{ layers: [cut] }]))).toMatchObject({
      code: 'layer-invalid',
    });
    const gzip = gzipSync(await buildLayer([content('a')])).subarray(0, 60);
    const unused = [
      { path: 'x.gz', content: gzip },
      { path: 'y.tar', content: cut },
    ];
    await read(await packFiles([...unused, ...(await dockerArchiveFiles([app]))]));
    expect(await failure(await packFiles(await ociArchiveFiles([{ layers: [gzip] }])))).toMatchObject({
      code: 'layer-invalid',
    });
  });

  it('ends where links of an archive lead in a circle or out of it', async () => {
    const files = await dockerArchiveFiles([app]);
    const layers = files.filter(({ path }) => path.endsWith('layer.tar'));
    const targets = [`../${layers[1]!.path}`, `../${layers[0]!.path}`, '../../../../etc/passwd'];
    const tar = await packFiles(
      files.map((file) => {
        const number = layers.indexOf(file);
        return number < 0 ? file : { path: file.path, link: targets[number]! };
      }),
    );
    const { warnings } = await read(tar);
    expect(warnings.map(({ code }) => code)).toEqual([
      'layer-unavailable',
      'layer-unavailable',
      'layer-unavailable',
    ]);
  });

  it('reads an archive whose attestations are larger than all it keeps', async () => {
    const large = Buffer.from(`{"sbom": "${'x'.repeat(15 * 2 ** 20)}"}`);
    const files = await ociArchiveFiles([app]);
    const sboms = Array.from({ length: 6 }, (_, n) => ({ path: `blobs/sha256/${n}`, content: large }));
    const small = files.slice(0, 5);
    const tar = await packFiles([...small, ...sboms, ...files.slice(5)]);
    const { images } = await read(tar, {}, 2 ** 20);
    expect(images).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('ends at once, also while the source is silent, and closes it', async () => {
    const tar = await buildDockerArchive([app]);
    let closed = false;
    let release = () => {};
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => {
        let sent = false;
        return {
          next: () => {
            if (sent) return new Promise(() => {});
            sent = true;
            setTimeout(() => release(), 5);
            return Promise.resolve({ done: false, value: tar.subarray(0, 2000) });
          },
          return: async () => {
            closed = true;
            return { done: true, value: undefined };
          },
        };
      },
    };
    const controller = new AbortController();
    release = () => controller.abort();
    await expect(readArchive(source, { verify: true, signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(closed).toBe(true);
  });

  it('passes on what the source throws', async () => {
    const failing = async function* () {
      yield Buffer.alloc(512);
      throw new Error('the engine is gone');
    };
    await expect(readArchive(failing(), { verify: false })).rejects.toThrow('the engine is gone');
  });
});
