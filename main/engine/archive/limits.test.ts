import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { changeLimits, defaultLimits, type LimitName, limits, parseLimits } from './limits.ts';
import { readArchive } from './read-archive.ts';
import {
  type ArchiveFile,
  blobPath,
  buildDockerArchive,
  dockerArchiveFiles,
  json,
  ociArchiveFiles,
  packFiles,
} from './testing/build-archive.ts';
import { buildLayer, digestOf, indexTar, type TestEntry } from './testing/build-layer.ts';
import { paxEntry, rawEntry, rawTar } from './testing/tar-blocks.ts';

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

const files = (count: number): TestEntry[] =>
  Array.from({ length: count }, (_, number) => ({ path: `f${number}`, content: 'x' }));

const layer = (entries: readonly TestEntry[]) => async () => indexTar(await buildLayer(entries));
const archive = (bytes: () => Promise<Buffer>) => async () =>
  readArchive(chunks(await bytes()), { verify: true, name: 'image.tar' });

/** What fits into the limit exactly; one less, and it must not. */
interface Case {
  readonly limit: LimitName;
  readonly needs: number;
  readonly read: () => Promise<unknown>;
}

const pax = paxEntry([['path', 'x'.repeat(90)]]);
const gnuName = (length: number) =>
  rawTar(
    rawEntry({ name: '././@LongLink', type: 'L' }, `${'n'.repeat(length)}\0`),
    rawEntry({ name: 'n' }, 'x'),
  );
const sparse = (map: string, size: number, stored: string) =>
  rawTar(
    paxEntry([
      ['GNU.sparse.size', String(size)],
      ['GNU.sparse.map', map],
    ]),
    rawEntry({ name: 'sparse' }, stored),
  );
const small = { layers: [files(3)] };
const plain = () => buildDockerArchive([small]);

async function nested(levels: number): Promise<Buffer> {
  const all = await ociArchiveFiles([small], { dockerManifest: false });
  const index = all.find(({ path }) => path === 'index.json')!;
  let content = index.content!;
  const more: ArchiveFile[] = [];
  for (let level = 0; level < levels; level += 1) {
    const digest = digestOf(content);
    more.push({ path: blobPath(digest), content });
    content = json({ manifests: [{ digest, level }] });
  }
  return packFiles([...all.filter((file) => file !== index), ...more, { path: 'index.json', content }]);
}

const manyImages = [1, 2, 3].map((number) => ({ names: [`i:${number}`], layers: [files(number)] }));

const cases: readonly Case[] = [
  { limit: 'entries', needs: 5, read: layer(files(5)) },
  // The root is a node, and so is a parent that is only implied.
  { limit: 'nodes', needs: 5, read: layer([{ path: 'a/b/c' }, { path: 'd' }]) },
  { limit: 'layerNames', needs: 12, read: layer([{ path: 'abcdef' }, { path: 'ghijkl' }]) },
  { limit: 'layerStrings', needs: 7, read: layer([{ path: 'l', type: 'symlink', target: '1234567' }]) },
  { limit: 'layerContent', needs: 1000, read: () => indexTar(sparse('0,1', 1000, 'a')) },
  { limit: 'depth', needs: 4, read: layer([{ path: 'a/b/c/d', type: 'file' }]) },
  { limit: 'paxHeader', needs: 99, read: () => indexTar(rawTar(pax, rawEntry({ name: 'x' }))) },
  { limit: 'name', needs: 300, read: () => indexTar(gnuName(300)) },
  {
    limit: 'name',
    needs: 200,
    read: () => indexTar(rawTar(paxEntry([['path', 'x'.repeat(200)]]), rawEntry({ name: 'x' }))),
  },
  {
    limit: 'name',
    needs: 200,
    read: () =>
      indexTar(rawTar(paxEntry([['linkpath', 'x'.repeat(200)]]), rawEntry({ name: 'x', type: '2' }))),
  },
  { limit: 'sparsePieces', needs: 3, read: () => indexTar(sparse('0,1,10,1,20,1', 30, 'abc')) },
  {
    limit: 'sparsePieces',
    needs: 2,
    read: () =>
      indexTar(
        rawTar(
          paxEntry([
            ['GNU.sparse.major', '1'],
            ['GNU.sparse.minor', '0'],
            ['GNU.sparse.realsize', '30'],
          ]),
          rawEntry({ name: 's' }, Buffer.from('2\n0\n1\n9\n1\n'.padEnd(512, '\0').concat('ab'))),
        ),
      ),
  },
  {
    limit: 'expandedLayer',
    needs: 2048,
    read: archive(async () => {
      const [blob, ...rest] = await ociArchiveFiles([{ layers: [files(1)] }], { compress: 'gzip' });
      return packFiles([blob!, ...rest]);
    }),
  },
  {
    limit: 'expandedArchive',
    needs: rawTar().length + 100 * 1024,
    read: archive(async () =>
      gzipSync(Buffer.concat([await plain(), Buffer.alloc(200_000)]).subarray(0, 103_424)),
    ),
  },
  { limit: 'members', needs: 6, read: archive(plain) },
  { limit: 'allEntries', needs: 6, read: archive(() => buildDockerArchive(manyImages)) },
  { limit: 'allNodes', needs: 9, read: archive(() => buildDockerArchive(manyImages)) },
  { limit: 'allText', needs: 12, read: archive(() => buildDockerArchive(manyImages)) },
  {
    // 17 of names, 5 of what is kept of the record.
    limit: 'allText',
    needs: 22,
    read: archive(() =>
      buildDockerArchive([{ layers: [[{ path: 'lib/apk/db/installed', content: 'P:a\nV:1\n' }]] }]),
    ),
  },
  {
    limit: 'allEntries',
    needs: 6,
    read: archive(() => buildDockerArchive([{ layers: [files(3), files(3)] }])),
  },
  { limit: 'layers', needs: 2, read: archive(() => buildDockerArchive([{ layers: [files(3), files(3)] }])) },
  { limit: 'jsonValues', needs: 15, read: archive(plain) },
  {
    limit: 'images',
    needs: 3,
    read: archive(async () => packFiles(await ociArchiveFiles(manyImages, { dockerManifest: false }))),
  },
  { limit: 'images', needs: 3, read: archive(() => buildDockerArchive(manyImages)) },
  { limit: 'nestedIndexes', needs: 2, read: archive(() => nested(2)) },
  {
    limit: 'json',
    needs: 1000,
    read: archive(async () => {
      const all = await dockerArchiveFiles([small]);
      return packFiles(
        all.map((file) =>
          file.path === 'manifest.json'
            ? { ...file, content: Buffer.from(file.content!.toString().padEnd(1000)) }
            : file,
        ),
      );
    }),
  },
];

describe('every limit holds at its edge', () => {
  it.each(cases)('$limit of $needs', async ({ limit, needs, read }) => {
    using _ = changeLimits(`${limit}=${needs}`);
    await expect(read()).resolves.toBeDefined();
    using __ = changeLimits(`${limit}=${needs - 1}`);
    await expect(read()).rejects.toMatchObject({
      code: 'limit-exceeded',
      info: { hint: expect.stringContaining(`LAYERSCOPE_LIMITS=${limit}=`) },
    });
  });

  it('hashes holes by their place beyond hashedHoles, so that only the same layout is the same content', async () => {
    const hash = async (map: string, stored: string) =>
      (await indexTar(sparse(map, 1000, stored))).entryHash.slice(0, 4);
    const split = ['0,1,500,1', 'ab'] as const;
    const joined = ['0,501', `a${'\0'.repeat(499)}b`] as const;
    using _ = changeLimits('hashedHoles=998');
    expect(await hash(...split)).toEqual(await hash(...joined));
    using __ = changeLimits('hashedHoles=997');
    expect(await hash(...split)).not.toEqual(await hash(...joined));
    expect(await hash(...split)).toEqual(await hash(...split));
  });

  it('forgets the largest documents beyond allJson, which nobody needs', async () => {
    const all = await dockerArchiveFiles([small]);
    const read = archive(() => packFiles([...all, { path: 'sbom', content: json('s'.repeat(9000)) }]));
    const needed = all.filter(({ path }) => path.endsWith('json') || path === 'repositories');
    const sum = needed.reduce((total, { content }) => total + content!.length, 0);
    using _ = changeLimits(`allJson=${sum}`);
    await expect(read()).resolves.toBeDefined();
    using __ = changeLimits(`allJson=${sum - 1}`);
    await expect(read()).rejects.toMatchObject({ code: 'limit-exceeded' });
  });
});

describe('the text that changes limits', () => {
  it('takes numbers, and units of bytes', () => {
    expect(parseLimits('')).toEqual({});
    expect(parseLimits('entries=5, expandedLayer=2TiB ,name=1KiB,')).toEqual({
      entries: 5,
      expandedLayer: 2 * 2 ** 40,
      name: 1024,
    });
  });

  it.each([
    ['entrys=5', '"entrys=5", which is no limit'],
    ['__proto__=5', 'which is no limit'],
    ['5', 'which is no limit'],
    ['depth=1,entries=-5', '"entries=-5", whose value is no whole number'],
    ['entries=', 'whose value is no whole number'],
    ['entries=1e9', 'whose value is no whole number'],
    ['entries=5=6', 'whose value is no whole number'],
    ['json=1GB', 'whose value is no whole number'],
    ['entries=268435457', 'whose value is more than 268435456'],
    ['expandedLayer=9999999999999999', 'whose value is more than 9007199254740991'],
  ])('refuses %s', (text, message) => {
    expect(() => parseLimits(text)).toThrow(LayerscopeError);
    expect(() => parseLimits(text)).toThrow(message);
  });

  it('says what limits there are', () => {
    expect(() => parseLimits('entrys=5')).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        info: expect.objectContaining({ hint: expect.stringContaining('entries, nodes,') }),
      }),
    );
  });
});

describe('a change of limits', () => {
  it('ends with its scope', () => {
    {
      using _ = changeLimits('entries=5');
      expect(limits).toEqual({ ...defaultLimits, entries: 5 });
    }
    expect(limits).toEqual(defaultLimits);
  });
});

it('has each limit and its value in docs/limits.md', () => {
  const text = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| ([\w ,]+?) \|/gm)].map(([, name, value]) => [
    name,
    Object.values(parseLimits(`${name}=${value!.replaceAll(/[ ,]/g, '')}`))[0],
  ]);
  expect(Object.fromEntries(rows)).toEqual(defaultLimits);
});
