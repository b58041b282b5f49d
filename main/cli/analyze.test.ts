import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ImageDocument } from '../../shared/model/image-document.ts';
import {
  buildOciArchive,
  ociArchiveFiles,
  packFiles,
  type TestImage,
} from '../engine/archive/testing/build-archive.ts';
import { rawEntry, rawTar } from '../engine/archive/testing/tar-blocks.ts';
import { containers, legacy, ociFolder, writeFiles } from '../engine/conformance/testing/containers.ts';
import { bytes, file, hardlink, symlink, whiteout } from '../engine/conformance/testing/entries.ts';
import { expectReconciled } from '../engine/report/testing/expect-reconciled.ts';
import { temporaryFolder } from '../engine/testing/real-engine.ts';
import { runProgram } from './program.ts';
import { testTerminal } from './testing/terminal.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// What cli.md promises of `analyze`: its document, its exit statuses and its streams.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

async function analyze(args: readonly string[], options: Parameters<typeof testTerminal>[0] = {}) {
  const terminal = testTerminal(options);
  const status = await runProgram(['analyze', '--no-cache-store', ...args], {
    terminal,
    signal: new AbortController().signal,
  });
  return { status, out: terminal.out(), err: terminal.err() };
}

/** The one document on stdout of an image without warnings. */
async function documentOf(...args: readonly string[]): Promise<ImageDocument> {
  const { status, out, err } = await analyze(['--json', ...args]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out);
}

const notUtf8 = Buffer.from([0x2f, 0x66, 0xff, 0xfe]);
const app: TestImage = {
  names: ['app:1'],
  layers: [
    [
      file('a', 300),
      file('b', 300),
      file('c', 20),
      file('empty'),
      file('gone-empty'),
      file('d/e', 40),
      hardlink('h', 'a'),
    ],
    [file('b', bytes(300, 'y')), whiteout('c'), whiteout('gone-empty'), file('copy', 300), symlink('d', 'x')],
    rawTar(
      rawEntry({ patch: [[0, notUtf8.subarray(1)]] }, bytes(50, 'z')),
      rawEntry({ patch: [[0, notUtf8.subarray(1)]] }, bytes(50, 'y')),
      rawEntry({ name: 'same' }, bytes(50, 'y')),
    ),
  ],
  config: {
    created: '2024-01-02T03:04:05Z',
    config: {
      User: 'me',
      Entrypoint: ['/a'],
      Cmd: ['b'],
      Env: ['A=b'],
      WorkingDir: '/w',
      Labels: { x: 'y' },
    },
    history: [
      { created_by: 'ADD base' },
      { created_by: 'ENV A=b', empty_layer: true },
      { created_by: 'RUN b' },
    ],
  },
};

const write = async (
  container: (typeof containers)[number],
  images: readonly TestImage[],
  compress: 'none' | 'gzip' = 'none',
) => writeFiles(folder.path, container, await container.files(images, compress));

describe('the document', () => {
  it('has every key, and no other', async () => {
    for (const container of containers) {
      for (const image of [app, { layers: [] }, { layers: [[]] }]) {
        expectKeys(await documentOf(await write(container, [image], 'gzip')));
      }
    }
    const files = await ociArchiveFiles([app]);
    const { out } = await analyze(['--json', await writeFiles(folder.path, ociFolder, files.slice(1))]);
    expectKeys(JSON.parse(out));
  });

  it('says of a known image exactly this', async () => {
    const { image, schema, warnings } = await documentOf(await write(ociFolder, [app]));
    expect({ schema, warnings }).toEqual({ schema: 'layerscope/image@1', warnings: [] });
    const { layers, ...rest } = image;
    expect(rest).toEqual({
      name: 'app:1',
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      platform: 'linux/amd64',
      created: '2024-01-02T03:04:05Z',
      sizes: {
        stored: 1410,
        live: 1000,
        reclaimable: 410,
        duplicates: 350,
        tar: layers.reduce((sum, { tar }) => sum + tar!, 0),
        compressed: null,
        engine: null,
      },
      efficiency: 1000 / 1410,
      reclaimableByCause: { overwritten: 300, copiedUp: 0, deleted: 20, shadowed: 40, repeated: 50 },
      files: 7,
      config: {
        user: 'me',
        entrypoint: ['/a'],
        cmd: ['b'],
        env: ['A=b'],
        workingDir: '/w',
        labels: { x: 'y' },
      },
      waste: {
        total: 4,
        totalBytes: 410,
        items: [
          { path: '/b', bytes: 300, cause: 'overwritten', layer: 0, hiddenBy: 1 },
          {
            path: '/f\ufffd\ufffd',
            pathBase64: notUtf8.toString('base64'),
            bytes: 50,
            cause: 'repeated',
            layer: 2,
            hiddenBy: 2,
          },
          { path: '/d/e', bytes: 40, cause: 'shadowed', layer: 0, hiddenBy: 1 },
          { path: '/c', bytes: 20, cause: 'deleted', layer: 0, hiddenBy: 1 },
        ],
      },
      duplicates: {
        total: 2,
        totalBytes: 350,
        items: [
          { bytes: 300, copies: 2, paths: ['/a', '/copy'] },
          {
            bytes: 50,
            copies: 2,
            paths: ['/f\ufffd\ufffd', '/same'],
            pathsBase64: [notUtf8.toString('base64'), null],
          },
        ],
      },
    });
    const unknown = { base: null, compressed: null, stage: null, line: null, endLine: null };
    const known = (index: number) => ({
      index,
      diffId: layers[index]!.diffId,
      tar: layers[index]!.tar,
      ...unknown,
    });
    expect(layers).toEqual([
      {
        ...known(0),
        createdBy: 'ADD base',
        stored: 660,
        live: 300,
        reclaimable: 360,
        added: 7,
        modified: 0,
        removed: 0,
      },
      {
        ...known(1),
        createdBy: 'RUN b',
        stored: 600,
        live: 600,
        reclaimable: 0,
        added: 2,
        modified: 1,
        removed: 3,
      },
      {
        ...known(2),
        createdBy: null,
        stored: 150,
        live: 100,
        reclaimable: 50,
        added: 2,
        modified: 0,
        removed: 0,
      },
    ]);
  });

  it('has sums that reconcile, whatever --top cuts', async () => {
    const path = await write(legacy, [app]);
    const whole = await documentOf(path);
    expectReconciled(whole);
    for (const top of [1, 2, 3, 4]) {
      const cut = await documentOf(path, '--top', String(top));
      expectReconciled(cut);
      const { waste, duplicates, ...others } = cut.image;
      const { waste: allWaste, duplicates: allDuplicates, ...same } = whole.image;
      expect(others).toEqual(same);
      expect(waste).toEqual({ ...allWaste, items: allWaste!.items.slice(0, top) });
      expect(duplicates).toEqual({ ...allDuplicates, items: allDuplicates!.items.slice(0, top) });
    }
  });

  it('has lists of at most 100 items unless asked, largest first, then by path in byte order', async () => {
    const names = Array.from({ length: 120 }, (_, n) => `f${n}`);
    const path = await write(legacy, [
      { layers: [names.map((name, n) => file(name, 5 + (n % 2))), names.map((name) => whiteout(name))] },
    ]);
    const { waste } = (await documentOf(path)).image;
    expect(waste).toMatchObject({ total: 120, totalBytes: 60 * 5 + 60 * 6 });
    expect(waste!.items).toHaveLength(100);
    const sorted = [...names].sort((a, b) => {
      const size = (name: string) => Number(name.slice(1)) % 2;
      return size(b) - size(a) || (a < b ? -1 : 1);
    });
    expect(waste!.items.map((item) => item.path)).toEqual(sorted.slice(0, 100).map((name) => `/${name}`));
    const all = (await documentOf(path, '--top', '1000')).image.waste!;
    expect(all.items).toHaveLength(120);
  });

  it('has null for what is not known, and its warnings on stderr too', async () => {
    const files = await ociArchiveFiles([app]);
    const path = await writeFiles(folder.path, ociFolder, files.slice(1));
    const { status, out, err } = await analyze(['--json', path]);
    const { image, warnings } = ImageDocument.parse(JSON.parse(out));
    expect(status).toBe(0);
    expect(warnings.map(({ code }) => code)).toEqual(['layer-unavailable']);
    expect(err).toBe(`layerscope: warning: layer-unavailable: ${warnings[0]!.message}\n`);
    expect(image).toMatchObject({ waste: null, duplicates: null, efficiency: null, files: null });
    expect((await analyze(['--json', '--quiet', path])).err).toBe('');
  });
});

/** Every key of cli.md's example, and those it speaks of. */
function expectKeys({ image, ...document }: ImageDocument): void {
  ImageDocument.parse({ image, ...document });
  const keys = (value: object) => Object.keys(value).sort();
  expect(keys(document)).toEqual(['schema', 'warnings']);
  expect(keys(image)).toEqual(
    [
      ...['name', 'id', 'platform', 'created', 'sizes', 'efficiency', 'reclaimableByCause'],
      ...['files', 'layers', 'config', 'waste', 'duplicates'],
    ].sort(),
  );
  expect(keys(image.sizes)).toEqual(
    ['stored', 'live', 'reclaimable', 'duplicates', 'tar', 'compressed', 'engine'].sort(),
  );
  expect(keys(image.config)).toEqual(['user', 'entrypoint', 'cmd', 'env', 'workingDir', 'labels'].sort());
  if (image.reclaimableByCause) {
    expect(keys(image.reclaimableByCause)).toEqual(
      ['overwritten', 'copiedUp', 'deleted', 'shadowed', 'repeated'].sort(),
    );
  }
  for (const layer of image.layers) {
    expect(keys(layer)).toEqual(
      [
        ...['index', 'diffId', 'createdBy', 'base', 'stored', 'live', 'reclaimable', 'tar', 'compressed'],
        ...['added', 'modified', 'removed', 'stage', 'line', 'endLine'],
      ].sort(),
    );
  }
  for (const list of [image.waste, image.duplicates]) {
    if (list) expect(keys(list)).toEqual(['items', 'total', 'totalBytes']);
  }
  for (const item of image.waste?.items ?? []) {
    expect(keys(item).filter((key) => key !== 'pathBase64')).toEqual([
      'bytes',
      'cause',
      'hiddenBy',
      'layer',
      'path',
    ]);
  }
  for (const item of image.duplicates?.items ?? []) {
    expect(keys(item).filter((key) => key !== 'pathsBase64')).toEqual(['bytes', 'copies', 'paths']);
  }
}

describe('where the image is', () => {
  it('may be standard input, and be compressed', async () => {
    const tar = await buildOciArchive([app]);
    const path = join(folder.path, 'app.tar');
    await writeFile(path, tar);
    const expected = await documentOf(path);
    for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar)]) {
      const stdin = [bytes.subarray(0, 700), bytes.subarray(700)];
      const { status, out, err } = await analyze(['--json', '-'], { stdin });
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(JSON.parse(out)).toEqual(expected);
      await writeFile(path, bytes);
      expect(await documentOf(path)).toEqual(expected);
    }
  });

  it('of several is to be named: status 2, the list on stderr and nothing on stdout', async () => {
    const other: TestImage = { names: ['other:2'], layers: [[file('x', 5)]] };
    for (const container of containers) {
      const path = await write(container, [app, other]);
      for (const json of [[], ['--json']]) {
        const { status, out, err } = await analyze([...json, path]);
        expect({ status, out }).toEqual({ status: 2, out: '' });
        expect(err).toMatch(/^layerscope: image-ambiguous: [^\n]*Available: app:1, other:2\.\n$/);
      }
      expect((await documentOf(path, '--image', 'other:2')).image.sizes.live).toBe(5);
      expect((await documentOf(path, '--image', '1')).image.sizes.live).toBe(5);
      expect((await documentOf(path, '--image', '0')).image.sizes.live).toBe(1000);
      expect(await analyze(['--json', path, '--image', '2'])).toMatchObject({
        status: 2,
        out: '',
        err: expect.stringMatching(/^layerscope: image-not-found: .*Available: app:1, other:2\.\n$/),
      });
    }
    const stdin = [await packFiles(await legacy.files([app, other], 'none'))];
    expect(await analyze(['--json', '-'], { stdin })).toMatchObject({ status: 2, out: '' });
    const { out } = await analyze(['--json', '-', '--image', '1'], { stdin });
    expect(JSON.parse(out).image.name).toBe('other:2');
  });
});

describe('what cannot be read: status 2, one line on stderr, on stdout at most what the image claims to be', () => {
  const damagedLayer = async () => {
    const files = await ociArchiveFiles([app]);
    return packFiles([{ ...files[0]!, content: files[1]!.content! }, ...files.slice(1)]);
  };

  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['an empty file', () => Buffer.alloc(0), 'not-an-image'],
    ['text', () => Buffer.from('hello'), 'not-an-image'],
    ['a cut-off archive', async () => (await buildOciArchive([app])).subarray(0, 5000), 'archive-truncated'],
    ['a changed layer', damagedLayer, 'digest-mismatch'],
    ['a layer that is none', () => buildOciArchive([{ layers: [Buffer.from('text')] }]), 'layer-invalid'],
    [
      'an archive without its documents',
      async () => packFiles((await ociArchiveFiles([app])).slice(0, 4)),
      'archive-incomplete',
    ],
  ])('%s', async (_, make, code) => {
    const path = join(folder.path, 'bad.tar');
    const content = await make();
    await writeFile(path, content);
    for (const args of [['--json', path], [path]]) {
      const { status, out, err } = await analyze(args);
      expect(status).toBe(2);
      expect(out).toMatch(
        args.length > 1 ? /^$/ : /^(\S+ {2}linux\/amd64 {2}\d layers? {2}[\d.]+ k?B in the archive\n)?$/,
      );
      expect(err).toMatch(new RegExp(`^layerscope: ${code}: [^\\n]+\\. [^\\n]+\\.\\n$`));
    }
    expect(await analyze(['--json', '-'], { stdin: [content] })).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining(`layerscope: ${code}: `),
    });
  });

  it('a file or folder that is not there', async () => {
    const { status, out, err } = await analyze(['--json', join(folder.path, 'none.tar')]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^layerscope: archive-not-found: /);
    expect(await analyze(['--json', folder.path])).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining('not-an-image'),
    });
  });

  it('unless it is not to be verified', async () => {
    const path = join(folder.path, 'changed.tar');
    const changed = rawTar(rawEntry({ name: 'a' }, bytes(7)));
    const files = await ociArchiveFiles([app]);
    await writeFile(path, await packFiles([{ ...files[0]!, content: changed }, ...files.slice(1)]));
    expect((await analyze(['--json', path])).status).toBe(2);
    expect((await documentOf('--no-verify', path)).image.layers[0]!.stored).toBe(7);
  });
});

it('needs no engine, and is cancelled with status 130', async () => {
  const path = await write(legacy, [app]);
  expect((await analyze([path, '--docker-host', 'unix:///no/such.sock'])).status).toBe(0);
  const terminal = testTerminal();
  const status = await runProgram(['analyze', '--json', '--no-cache-store', path], {
    terminal,
    signal: AbortSignal.abort(),
  });
  expect({ status, out: terminal.out() }).toEqual({ status: 130, out: '' });
  expect(terminal.err()).toMatch(/^layerscope: cancelled: [^\n]+\n$/);
});
