import { createReadStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { changeLimits } from '../archive/limits.ts';
import { openArchive } from '../archive/open-archive.ts';
import { readArchive } from '../archive/read-archive.ts';
import {
  type ArchiveFile,
  blobPath,
  compressed,
  json,
  packFiles,
  type TestImage,
} from '../archive/testing/build-archive.ts';
import { buildLayer, digestOf } from '../archive/testing/build-layer.ts';
import { temporaryFolder } from '../testing/real-engine.ts';
import { analyze, failure } from './testing/analyze.ts';
import {
  type Container,
  containers,
  forms,
  layerSources,
  legacy,
  ociFolder,
  ociTar,
  tars,
  writeFiles,
  writeForm,
} from './testing/containers.ts';
import { bytes, dir, file, hardlink, symlink, whiteout } from './testing/entries.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// The table "Reading an image archive" of layers.md, a block of tests a row.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

const app: TestImage = {
  names: ['app:1'],
  layers: [[file('base', 3000)], [file('a/b', 700), whiteout('c')], [file('top', bytes(10, 'y'))]],
};
const appTree = ['/a', '/a/b', '/base', '/top'];

/** What an engine here runs. */
const own = `linux/${({ x64: 'amd64', ia32: '386' } as Record<string, string>)[process.arch] ?? process.arch}`;

const write = (container: Container, files: readonly ArchiveFile[], whole?: 'gzip' | 'zstd') =>
  writeFiles(folder.path, container, files, whole);

const pathsOf = async (path: string, more: Omit<Parameters<typeof analyze>[0], 'path'> = {}) =>
  Object.keys((await analyze({ path, ...more })).tree);

async function expectApp(path: string): Promise<void> {
  const { document, tree } = await analyze({ path });
  expect(Object.keys(tree)).toEqual(appTree);
  expect(document.warnings).toEqual([]);
  expect(document.image).toMatchObject({ name: 'app:1', sizes: { stored: 3710, live: 3710 } });
  expect(document.image.layers.map(({ createdBy }) => createdBy)).toEqual(['step 0', 'step 1', 'step 2']);
}

const isJson = ({ path }: ArchiveFile) => /^(manifest|index)\.json$/.test(path);

describe('Stream order', () => {
  const orders: Readonly<Record<string, (files: readonly ArchiveFile[]) => readonly ArchiveFile[]>> = {
    'documents last': (files) => files,
    'documents first': (files) => [...files.filter(isJson), ...files.filter((each) => !isJson(each))],
    backwards: (files) => files.toReversed(),
    'turned half around': (files) => [...files.slice(files.length / 2), ...files.slice(0, files.length / 2)],
  };

  it.each(
    tars.flatMap((container) =>
      Object.keys(orders).map((order) => [container.name, order, container] as const),
    ),
  )('%s, %s', async (_, order, container) => {
    await expectApp(await write(container, orders[order]!(await container.files([app], 'none'))));
    await expectApp(await write(container, orders[order]!(await container.files([app], 'zstd')), 'gzip'));
  });

  it('a stream is read as it passes: no layer is held in memory', async () => {
    const image: TestImage = { layers: [[file('a', 1)]] };
    const small = await packFiles(await legacy.files([image], 'none'));
    const size = 200 * 2 ** 20;
    const chunk = Buffer.alloc(2 ** 20);
    let most = 0;
    async function* stream() {
      // A layer that no image has comes first: what it is for cannot be known while it passes.
      const header = await buildLayer([{ path: 'x/layer.tar', content: '' }]);
      yield withSize(header.subarray(0, 512), size);
      yield withSize((await buildLayer([file('large')])).subarray(0, 512), size - 512 - 1024);
      let left = size - 512;
      for (; left > chunk.length; left -= chunk.length) {
        yield chunk;
        const { rss } = process.memoryUsage();
        most = Math.max(most, rss);
      }
      yield chunk.subarray(0, left);
      yield small;
    }
    const before = process.memoryUsage().rss;
    expect(await pathsOf('-', { stdin: stream() })).toEqual(['/a']);
    expect(most - before).toBeLessThan(size / 2);
  });
});

/** A tar header of a larger file. */
function withSize(header: Buffer, size: number): Buffer {
  const changed = Buffer.from(header);
  changed.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  changed.fill(' ', 148, 156);
  const sum = changed.reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return changed;
}

describe('Legacy layout', () => {
  it('a layer.tar may be a symbolic link to another layer’s, or to a link', async () => {
    const twice: TestImage = { layers: [app.layers[0]!, app.layers[0]!, app.layers[0]!] };
    const files = await legacy.files([twice], 'none');
    const tarsOf = files.filter(({ path }) => path.endsWith('/layer.tar'));
    expect(tarsOf.map(({ link }) => link === undefined)).toEqual([true, false, false]);
    const chained = files.map((each) =>
      each === tarsOf[2] ? { ...each, link: `../${tarsOf[1]!.path}` } : each,
    );
    for (const each of [files, chained, chained.toReversed()]) {
      const { document } = await analyze({ path: await write(legacy, each) });
      expect(document.image).toMatchObject({
        sizes: { stored: 9000, live: 3000 },
        reclaimableByCause: { copiedUp: 6000 },
      });
    }
  });

  it('a layer that several paths lead to is read once, and one of them is enough', async () => {
    const twice: TestImage = { layers: [app.layers[0]!, app.layers[1]!, app.layers[0]!] };
    const files = await legacy.files([twice], 'none');
    const [first] = files.filter(({ path }) => path.endsWith('/layer.tar'));
    const whole = await openArchive(await write(legacy, files), { verify: true });
    const sizes = await Promise.all(twice.layers.slice(0, 2).map((layer) => buildLayer(layer as never)));
    expect(whole.bytesRead).toBe(sizes[0]!.length + sizes[1]!.length);
    // The link's path holds the layer, and the first path nothing.
    const moved = files.map((each) => {
      if (each === first) return { path: each.path, link: '../none/layer.tar' };
      return each.link ? { path: each.path, content: first!.content! } : each;
    });
    const { document } = await analyze({ path: await write(legacy, moved) });
    expect(document.warnings).toEqual([]);
    expect(document.image.layers.map(({ stored }) => stored)).toEqual([3000, 700, 3000]);
  });

  it('files named as other tools name them', async () => {
    const files = await legacy.files([app], 'gzip');
    const names = new Map(
      files.map(({ path, content }, number) => {
        if (path.endsWith('/layer.tar')) return [path, `${digestOf(content!).slice(7)}-${number}.tar.gz`];
        return [path, path.endsWith('.json') && path.length > 60 ? `sha256:${path.slice(0, 64)}` : path];
      }),
    );
    const renamed = files.map(({ path, content }) => {
      let text = content!;
      if (path === 'manifest.json') {
        let json = text.toString();
        for (const [from, to] of names) json = json.replaceAll(JSON.stringify(from), JSON.stringify(to));
        text = Buffer.from(json);
      }
      return { path: `./${names.get(path)}`, content: text };
    });
    await expectApp(await write(legacy, renamed));
  });

  it('a layer.tar may be a hard link', async () => {
    const files = await legacy.files([app], 'none');
    const tar = files.find(({ path }) => path.endsWith('/layer.tar'))!;
    const entries = files.flatMap(({ path, content }) =>
      path === tar.path
        ? [file('other', content as never), hardlink(path, 'other')]
        : [{ path, content: content! }],
    );
    const { path } = { path: join(folder.path, 'hard.tar') };
    await writeFile(path, await buildLayer(entries.map((entry) => ({ type: 'file', ...entry }))));
    await expectApp(path);
  });
});

describe('OCI layout', () => {
  it.each(forms)('$name', async (form) => {
    await expectApp((await writeForm(folder.path, form, [app])).path);
  });

  it.each(tars)('$name packed by tar: with ./ and with directories', async (container) => {
    const files = await container.files([app], 'none');
    const directories = [...new Set(files.map(({ path }) => dirname(path)))].map((path) => dir(`./${path}/`));
    const entries = files.map(({ path, content }) => file(`./${path}`, content as never));
    const path = join(folder.path, 'packed.tar');
    await writeFile(path, await buildLayer([...directories, ...entries]));
    await expectApp(path);
  });

  it.each([ociTar, ociFolder])('$name with nested indexes', async (container) => {
    const files = await nested(await container.files([app], 'gzip'), 3);
    await expectApp(await write(container, files));
  });
});

/** Puts the index's manifests that many indexes deep, and entries beside them. */
async function nested(
  files: readonly ArchiveFile[],
  depth: number,
  beside: readonly object[] = [],
): Promise<ArchiveFile[]> {
  const index = files.find(({ path }) => path === 'index.json')!;
  let { manifests } = JSON.parse(index.content!.toString()) as { manifests: { annotations?: object }[] };
  const [annotations] = manifests.map((manifest) => manifest.annotations);
  const added: ArchiveFile[] = [];
  for (let level = 0; level < depth; level += 1) {
    const inner = manifests.map((manifest) => ({ ...manifest, annotations: undefined }));
    const content = json({
      schemaVersion: 2,
      manifests: level === 0 ? [...beside, ...inner, ...beside] : inner,
    });
    added.push({ path: blobPath(digestOf(content)), content });
    manifests = [{ digest: digestOf(content), size: content.length, annotations } as object];
  }
  const top = { path: 'index.json', content: json({ schemaVersion: 2, manifests }) };
  return [...files.filter((each) => each !== index), ...added, top];
}

describe('Several images in one archive', () => {
  const other: TestImage = {
    names: ['other:2', 'other:latest'],
    layers: [app.layers[0]!, [file('else', 5)]],
  };
  const nameless: TestImage = { layers: [[file('third', 5)]] };

  it.each(containers)('$name: the one that is asked for, by name, id or number', async (container) => {
    const path = await write(container, await container.files([app, other, nameless], 'none'));
    expect(await pathsOf(path, { image: 'app:1' })).toEqual(appTree);
    expect(await pathsOf(path, { image: 'other' })).toEqual(['/base', '/else']);
    expect(await pathsOf(path, { image: '2' })).toEqual(['/third']);
    const { document } = await analyze({ path, image: '1' });
    expect(document.image.name).toBe('other:2');
    expect(await pathsOf(path, { image: document.image.id })).toEqual(['/base', '/else']);
    expect(await failure({ path })).toMatchObject({
      code: 'image-ambiguous',
      candidates: ['app:1', 'other:2', '2'],
    });
    expect(await failure({ path, image: 'none' })).toMatchObject({
      code: 'image-not-found',
      candidates: ['app:1', 'other:2', '2'],
    });
  });

  it.each(tars)('$name: a layer they share is indexed once', async (container) => {
    const path = await write(container, await container.files([app, other], 'none'));
    const { images } = await readArchive(createReadStream(path), { verify: true });
    expect(images[1]!.layers[0]!.index).toBeDefined();
    expect(images[1]!.layers[0]!.index).toBe(images[0]!.layers[0]!.index);
  });

  it.each(containers)('$name: what is wrong with another image is not this one’s', async (container) => {
    const broken: TestImage = {
      names: ['broken:1'],
      layers: [Buffer.from('no tar at all'), [file('.wh.', 1)]],
    };
    const files = await container.files([broken, app], 'none');
    const gone = digestOf(await buildLayer([file('.wh.', 1)]));
    const kept = files.filter(({ path }) => path !== blobPath(gone));
    const path = await write(container, kept);
    const { document } = await analyze({ path, image: 'app:1' });
    expect(document.warnings).toEqual([]);
    expect(await failure({ path, image: 'broken:1' })).toMatchObject({ code: 'layer-invalid' });
  });
});

describe('Compression', () => {
  it.each(containers)('$name: layers of one image may differ', async (container) => {
    const [first, ...rest] = await Promise.all(app.layers.map((layer) => buildLayer(layer as never)));
    const packed = [gzipSync(first!), zstdCompressSync(rest[0]!), rest[1]!];
    const config = { rootfs: { diff_ids: [first, ...rest].map((tar) => digestOf(tar!)) } };
    const path = await write(container, await container.files([{ ...app, layers: packed, config }], 'none'));
    const { document, tree } = await analyze({ path });
    expect(Object.keys(tree)).toEqual(appTree);
    expect(document.image.layers.map((layer) => layer.compressed)).toEqual([
      packed[0]!.length,
      packed[1]!.length,
      null,
    ]);
    expect(document.image.sizes.compressed).toBeNull();
  });

  it.each(containers)(
    '$name: several members or frames in a row, and a frame that is skipped',
    async (container) => {
      const tar = await buildLayer([file('large', 300_000), file('b', 5)]);
      const [head, tail] = [tar.subarray(0, 100_000), tar.subarray(100_000)];
      const skipped = Buffer.from([0x51, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
      for (const blob of [
        Buffer.concat([gzipSync(head), gzipSync(tail)]),
        Buffer.concat([skipped, zstdCompressSync(head), skipped, zstdCompressSync(tail)]),
      ]) {
        const config = { rootfs: { diff_ids: [digestOf(tar)] } };
        const path = await write(container, await container.files([{ layers: [blob], config }], 'none'));
        expect((await analyze({ path })).document.image.sizes).toMatchObject({
          live: 300_005,
          compressed: blob.length,
        });
      }
    },
  );

  it.each(containers)('$name: a window beyond the cap is refused', async (container) => {
    // RFC 8878, 3.1.1.1.2: 2^28 bytes; one empty block that is the last.
    const blob = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (28 - 10) << 3, 0x01, 0x00, 0x00]);
    const path = await write(container, await container.files([{ layers: [blob] }], 'none'));
    expect(await failure({ path, verify: false })).toMatchObject({ code: 'limit-exceeded' });
  });

  it.each(containers)('$name: more than the cap when expanded is refused', async (container) => {
    using _ = changeLimits('expandedLayer=100KiB');
    const image = { layers: [[file('zeros', 200_000)]] };
    for (const compress of ['gzip', 'zstd'] as const) {
      const path = await write(container, await container.files([image], compress));
      expect(await failure({ path })).toMatchObject({ code: 'limit-exceeded' });
    }
  });

  it.each(containers)('$name: compressed data that is damaged or cut off is refused', async (container) => {
    const gzip = gzipSync(await buildLayer([file('a', 9000)]));
    for (const blob of [
      gzip.subarray(0, gzip.length - 30),
      Buffer.concat([gzip.subarray(0, 20), Buffer.alloc(40)]),
    ]) {
      const path = await write(container, await container.files([{ layers: [blob] }], 'none'));
      expect(await failure({ path })).toMatchObject({ code: 'layer-invalid' });
    }
  });
});

describe('Platforms and attestations', () => {
  const image = (platform: string): TestImage => ({
    layers: [[file(platform.replaceAll('/', '-'), 5)]],
    platform,
  });
  const attestation = json({ schemaVersion: 2, config: { digest: digestOf(json({})), size: 2 }, layers: [] });
  const unknown = { os: 'unknown', architecture: 'unknown' };
  const beside = [
    {
      digest: digestOf(attestation),
      size: attestation.length,
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      platform: unknown,
    },
    { digest: digestOf(attestation), size: attestation.length, platform: unknown },
    { digest: digestOf(attestation), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    { digest: digestOf(json('absent')), size: 1, platform: { os: 'linux', architecture: 'ppc64le' } },
  ];

  async function several(container: Container, platforms: readonly string[]): Promise<string> {
    const files = await nested(await container.files(platforms.map(image), 'gzip'), 1, beside);
    const blobs = [attestation, json({})].map((content) => ({ path: blobPath(digestOf(content)), content }));
    return write(container, [...blobs, ...files]);
  }

  it.each([ociTar, ociFolder, layerSources])(
    '$name: the platform asked for, else the engine’s',
    async (container) => {
      const path = await several(container, ['linux/s390x', own, 'linux/arm/v7']);
      expect(await pathsOf(path)).toEqual([`/${own.replace('/', '-')}`]);
      expect(await pathsOf(path, { platform: 'linux/s390x' })).toEqual(['/linux-s390x']);
      expect(await pathsOf(path, { platform: 'linux/arm/v7' })).toEqual(['/linux-arm-v7']);
      expect(await failure({ path, platform: 'linux/ppc64le' })).toMatchObject({
        code: 'platform-unavailable',
        candidates: ['linux/s390x', own, 'linux/arm/v7'],
      });
    },
  );

  it.each([ociTar, ociFolder])(
    '$name: without the engine’s, the list of what is there',
    async (container) => {
      const path = await several(container, ['linux/s390x', 'linux/arm/v7']);
      expect(await failure({ path })).toMatchObject({
        code: 'image-ambiguous',
        candidates: ['linux/s390x (0)', 'linux/arm/v7 (1)'],
      });
    },
  );

  it.each([ociTar, ociFolder])(
    '$name: attestations and entries without blobs leave a single image',
    async (container) => {
      const path = await several(container, ['linux/s390x']);
      expect(await pathsOf(path)).toEqual(['/linux-s390x']);
      // The index says that there are several.
      expect(await failure({ path, platform: 'linux/ppc64le' })).toMatchObject({
        code: 'platform-unavailable',
        candidates: ['linux/s390x'],
      });
    },
  );

  it.each(containers)('$name: a single platform is taken as it is', async (container) => {
    const path = await write(container, await container.files([image('linux/s390x')], 'none'));
    expect(await pathsOf(path, { platform: 'linux/riscv64' })).toEqual(['/linux-s390x']);
  });

  it.each([ociTar, ociFolder])(
    '$name: what is wrong with another platform is not this one’s',
    async (container) => {
      const files = await container.files(
        [{ layers: [Buffer.from('no tar')], platform: 'linux/s390x' }, image(own)],
        'none',
      );
      const path = await write(container, await nested(files, 1));
      expect((await analyze({ path })).document.warnings).toEqual([]);
      const gone = files.filter((each) => each.content?.toString() !== 'no tar');
      const incomplete = await write(container, await nested(gone, 1));
      expect((await analyze({ path: incomplete })).document.warnings).toEqual([]);
      expect((await analyze({ path: incomplete, platform: 'linux/s390x' })).document.warnings).toHaveLength(
        1,
      );
    },
  );

  it.each([ociTar, ociFolder])('$name: things that are no images lie beside one', async (container) => {
    const config = json({});
    const payload = json({ sbom: 'large' });
    const artifact = {
      schemaVersion: 2,
      artifactType: 'application/spdx+json',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(config), size: 2 },
      layers: [{ mediaType: 'application/spdx+json', digest: digestOf(payload), size: payload.length }],
    };
    const manifests = [
      artifact,
      { ...artifact, layers: [] },
      // A chart of before artifacts had a type.
      { ...artifact, artifactType: undefined },
    ].map((manifest) => json(manifest));
    const typed = json({ ...artifact, artifactType: undefined, layers: [] });
    const beside = [
      ...manifests.map((content) => ({ digest: digestOf(content), size: content.length })),
      { digest: digestOf(typed), size: typed.length, artifactType: 'application/spdx+json' },
    ];
    // Not the engine's platform, which would be preferred.
    const image = { ...app, platform: 'linux/s390x' };
    const files = await nested(await container.files([image], 'none'), 1, beside);
    const blobs = [config, payload, typed, ...manifests].map((content) => ({
      path: blobPath(digestOf(content)),
      content,
    }));
    await expectApp(await write(container, [...blobs, ...files]));
  });
});

describe('Empty layers', () => {
  const empty = (created_by: string) => ({ created_by, empty_layer: true });
  const some = (created_by: string) => ({ created_by });

  it.each<[string, unknown, (string | null)[]]>([
    [
      'empty ones in between',
      [empty('ARG'), some('A'), empty('ENV'), some('B'), empty('CMD'), some('C'), empty('USER')],
      ['A', 'B', 'C'],
    ],
    ['shorter', [empty('ARG'), some('A')], ['A', null, null]],
    ['longer', [some('A'), some('B'), some('C'), some('D')], ['A', 'B', 'C']],
    ['without text', [{}, some('B'), { created_by: null }], [null, 'B', null]],
    ['missing', undefined, [null, null, null]],
    ['null', null, [null, null, null]],
    ['of nothing', [], [null, null, null]],
  ])('history: %s', async (_, history, expected) => {
    for (const container of containers) {
      const path = await write(container, await container.files([{ ...app, config: { history } }], 'none'));
      const { document } = await analyze({ path });
      expect(document.image.layers.map(({ createdBy }) => createdBy)).toEqual(expected);
    }
  });

  it.each(forms)('repeated diff_ids: $name', async (form) => {
    const image: TestImage = { layers: [app.layers[0]!, [], app.layers[0]!, []] };
    const { document } = await analyze({ path: (await writeForm(folder.path, form, [image])).path });
    expect(document.image.layers.map(({ stored }) => stored)).toEqual([3000, 0, 3000, 0]);
    expect(document.image.layers.map(({ createdBy }) => createdBy)).toEqual([
      'step 0',
      'step 1',
      'step 2',
      'step 3',
    ]);
    expect(document.image.reclaimableByCause).toMatchObject({ copiedUp: 3000 });
  });

  it.each(forms)('zero layers: $name', async (form) => {
    for (const config of [{}, { rootfs: undefined, history: undefined }, { rootfs: { type: 'layers' } }]) {
      const { path } = await writeForm(folder.path, form, [{ names: ['none:1'], layers: [], config }]);
      const { document, tree } = await analyze({ path });
      expect(tree).toEqual({});
      expect(document.image).toMatchObject({
        layers: [],
        sizes: { stored: 0, live: 0 },
        efficiency: 1,
        files: 0,
      });
    }
  });
});

describe('Missing or foreign blob', () => {
  it.each(forms)('$name: not available here, and the rest still works', async (form) => {
    const files = await form.container.files([app], form.layers);
    const middle = compressed(await buildLayer(app.layers[1] as never), form.layers);
    const kept = files.filter(({ content }) => content === undefined || !content.equals(middle));
    expect(kept.length).toBe(files.length - 1);
    const path = await writeFiles(folder.path, form.container, kept, form.whole);
    const { document, tree } = await analyze({ path });
    expect(Object.keys(tree)).toEqual(['/base', '/top']);
    const { image, warnings } = document;
    const missing = image.layers[1]!;
    expect(warnings).toEqual([
      { code: 'layer-unavailable', message: expect.stringMatching(`${missing.diffId}.*not available here`) },
    ]);
    const unknown = {
      stored: null,
      live: null,
      reclaimable: null,
      added: null,
      modified: null,
      removed: null,
    };
    expect(missing).toMatchObject({ ...unknown, tar: null, compressed: null, createdBy: 'step 1' });
    // What a missing layer may have hidden or changed is not known; what is above it, is.
    expect(image.layers[0]).toMatchObject({ stored: 3000, live: null, reclaimable: null, added: 1 });
    expect(image.layers[2]).toMatchObject({ stored: 10, live: 10, reclaimable: 0, added: null });
    expect(image.sizes).toEqual({
      stored: null,
      live: null,
      reclaimable: null,
      duplicates: null,
      tar: null,
      compressed: null,
      engine: null,
    });
    expect(image).toMatchObject({
      efficiency: null,
      reclaimableByCause: null,
      files: null,
      waste: null,
      duplicates: null,
    });
  });

  it('a link that leads out of the archive, or in a circle, leads to nothing', async () => {
    const files = await legacy.files([app], 'none');
    const layers = files.filter(({ path }) => path.endsWith('/layer.tar'));
    const targets = [`../${layers[1]!.path}`, `../${layers[0]!.path}`, '../../../../../../etc/passwd'];
    const path = await write(
      legacy,
      files.map((each) =>
        layers.includes(each) ? { path: each.path, link: targets[layers.indexOf(each)]! } : each,
      ),
    );
    const { document } = await analyze({ path });
    expect(document.warnings.map(({ code }) => code)).toEqual(Array(3).fill('layer-unavailable'));
  });
});

describe('Not an image', () => {
  const layer = () => buildLayer([file('etc/passwd', 3000), symlink('l', 'x')]);

  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['an empty file', () => Buffer.alloc(0), 'an empty file'],
    ['a bare layer', layer, 'single layer'],
    ['a gzipped layer', async () => gzipSync(await layer()), 'single layer'],
    ['a zstd-compressed layer', async () => zstdCompressSync(await layer()), 'single layer'],
    ['a gzip of text', () => gzipSync('x'.repeat(9999)), 'gzip-compressed file of something else'],
    ['a gzip of nothing', () => gzipSync(''), 'gzip-compressed file of something else'],
    ['a zstd of text', () => zstdCompressSync('x'.repeat(9999)), 'zstd-compressed file of something else'],
    [
      'a gzip of a gzip',
      () => gzipSync(gzipSync('x'.repeat(9999))),
      'gzip-compressed file of something else',
    ],
    ['text', () => Buffer.from('FROM debian\n'), 'a text file'],
    ['JSON', () => json({ a: 1 }), 'a JSON document'],
    ['a zip', () => Buffer.from('PK\x03\x04 and so on'), 'a zip file'],
    ['an empty tar', () => buildLayer([]), 'a tar of other files'],
    ['zeros', () => Buffer.alloc(300), 'unknown kind'],
  ])('%s', async (_, make, words) => {
    const path = join(folder.path, 'image.tar');
    await writeFile(path, await make());
    const { code, message, hint } = await failure({ path });
    expect({ code, message }).toEqual({ code: 'not-an-image', message: expect.stringContaining(words) });
    expect(hint).not.toBe('');
  });

  it('a folder of something else', async () => {
    expect(await failure({ path: folder.path })).toMatchObject({ code: 'not-an-image' });
  });

  const isDocument = ({ content }: ArchiveFile) => content?.[0] === 0x5b || content?.[0] === 0x7b;
  const cutOrders: Readonly<Record<string, (file: ArchiveFile) => boolean>> = {
    'as it is written': () => false,
    'manifests first': isJson,
    // Then all that is missing is layers.
    'all documents first': isDocument,
  };

  it.each(
    tars.flatMap((container) =>
      Object.keys(cutOrders).map((order) => [container.name, order, container] as const),
    ),
  )('%s cut off anywhere, %s', async (_, order, container) => {
    const files = await container.files([app], 'none');
    const comesFirst = cutOrders[order]!;
    const ordered = [...files.filter(comesFirst), ...files.filter((each) => !comesFirst(each))];
    const whole = await packFiles(ordered);
    const path = join(folder.path, 'cut.tar');
    await writeFile(path, whole);
    const complete = await analyze({ path });
    // Every boundary of blocks, and somewhere between.
    for (let block = 0; block < whole.length; block += 512) {
      for (const at of block % 1024 === 0 ? [block, block + 511 - ((block * 7) % 500)] : [block]) {
        const cut = whole.subarray(0, at);
        await writeFile(path, cut);
        const what = `cut after ${at} of ${whole.length} bytes`;
        const { code } = await failure({ path });
        // Where nothing is missing but the end marker, or what no image needs, nothing may be lost.
        if (code === 'none') expect(await analyze({ path }), what).toEqual(complete);
        else expect(code, what).toBe(at < 512 ? 'not-an-image' : 'archive-truncated');
        expect((await failure({ path: '-', stdin: Readable.from([cut]) })).code, what).toBe(code);
      }
    }
  });

  it.each(['gzip', 'zstd'] as const)('a whole that is %s, cut off anywhere', async (whole) => {
    const packed = compressed(await packFiles(await legacy.files([app], 'none')), whole);
    const path = join(folder.path, 'cut.tar');
    for (let at = 20; at < packed.length; at += 37) {
      await writeFile(path, packed.subarray(0, at));
      expect((await failure({ path })).code, `cut after ${at}`).toMatch(/^(archive-truncated|not-an-image)$/);
    }
  });

  it.each(tars)('$name without its documents is incomplete', async (container) => {
    const files = await container.files([app], 'none');
    const path = await write(
      container,
      files.filter((each) => !isJson(each)),
    );
    expect(await failure({ path })).toMatchObject({ code: 'archive-incomplete' });
    const config = files.find(({ content }) => content?.includes('"rootfs"'))!;
    const without = await write(
      container,
      files.filter((each) => each !== config),
    );
    expect(await failure({ path: without })).toMatchObject({
      code: 'archive-incomplete',
      message: expect.stringContaining(/[0-9a-f]{64}/.exec(config.path)![0]),
    });
  });

  it('a folder without its manifest is incomplete', async () => {
    const files = await ociFolder.files([app], 'none');
    const path = await write(ociFolder, files);
    const manifest = files.find(({ content }) => content?.includes('"layers"'))!;
    await rm(join(path, manifest.path));
    expect(await failure({ path })).toMatchObject({ code: 'archive-incomplete' });
  });

  it.each(containers)('$name: what a layer is said to be is no tar', async (container) => {
    for (const content of [Buffer.from('no tar'), json({ a: 1 }), Buffer.alloc(0), gzipSync('text')]) {
      const path = await write(container, await container.files([{ layers: [content] }], 'none'));
      expect(await failure({ path })).toMatchObject({ code: 'layer-invalid' });
    }
  });
});
