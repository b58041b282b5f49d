import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { constants, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import type { ErrorCode } from '../../../shared/api/errors.ts';
import { type ArchiveFile, blobPath, json, packFiles } from '../archive/testing/build-archive.ts';
import { digestOf } from '../archive/testing/build-layer.ts';
import {
  base256,
  endMarker,
  gnuMagic,
  padded,
  paxEntry,
  rawEntry,
  rawHeader,
  rawTar,
} from '../archive/testing/tar-blocks.ts';
import { type BigLayer, bigLayer, emptyEntries, longRecords, zeroBomb, zeroBombBytes } from './big-layers.ts';

/** What an attacker can make of a small file. */
export interface BigCase {
  readonly name: string;
  /** Writes it below a folder; its path. */
  readonly write: (folder: string) => Promise<string>;
  readonly verify?: boolean;
  /** Bytes that the image stores, null where a layer is not there; or the error there must be. */
  readonly wanted: number | null | ErrorCode;
}

const pieces = 160;

/** A docker-archive of these layers; the config may have them in another number than there are. */
async function archiveOf(
  layers: readonly BigLayer[],
  change: (files: ArchiveFile[]) => ArchiveFile[] = (files) => files,
): Promise<Buffer> {
  const config = json({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const Config = `${digestOf(config).slice(7)}.json`;
  const blobs = [...new Set(layers)];
  const Layers = layers.map((layer) => `${blobs.indexOf(layer)}/layer.tar`);
  return packFiles(
    change([
      ...blobs.map(({ blob }, number) => ({ path: `${number}/layer.tar`, content: blob })),
      { path: Config, content: config },
      { path: 'manifest.json', content: json([{ Config, RepoTags: ['big:1'], Layers }]) },
    ]),
  );
}

const file = (bytes: () => Promise<Buffer> | Buffer) => async (folder: string) => {
  const path = join(folder, 'big.tar');
  writeFileSync(path, await bytes());
  return path;
};

const layer = (blocks: () => Iterable<Buffer>) => file(async () => archiveOf([await bigLayer(blocks())]));

/** An archive whose only document of note is this one. */
const documents = (manifest: () => Buffer | string, config: Buffer = json({})) =>
  file(() =>
    packFiles([
      { path: 'config', content: config },
      { path: 'manifest.json', content: Buffer.from(manifest()) },
    ]),
  );

const times = (count: number, text: string): string => `[${`${text},`.repeat(count - 1)}${text}]`;

/** Indexes as a folder has them, of digests that are not theirs: only without verification can they name each other. */
const folderOf = (blobs: (digests: readonly string[]) => readonly unknown[]) => async (folder: string) => {
  const path = join(folder, 'oci');
  mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
  const digests = Array.from({ length: 20 }, (_, number) => `sha256:${String(number).padStart(64, '0')}`);
  const all = blobs(digests);
  for (const [number, blob] of all.entries()) {
    writeFileSync(join(path, number === 0 ? 'index.json' : blobPath(digests[number]!)), JSON.stringify(blob));
  }
  return path;
};

async function* repeated(block: Buffer, count: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < count; done += 1) yield block;
}

/** As many bytes as each column can take. */
const wideNumbers = [108, 116]
  .map((offset) => [offset, base256(2n ** 32n - 1n, 8)] as const)
  .concat([[136, base256(2n ** 41n, 12)]]);

const smallLayer = async () => bigLayer([rawEntry({ name: 'one' }, 'x')]);
const manyFiles = (count: number) => emptyEntries(count, { name: 'files/' });

export const bigCases: readonly BigCase[] = [
  // Bombs.
  ...(['gzip', 'zstd'] as const).flatMap((compression): BigCase[] => [
    {
      name: `a ${compression} layer of 10 GiB`,
      write: file(() => archiveOf([zeroBomb(compression, pieces)])),
      verify: false,
      wanted: zeroBombBytes(pieces),
    },
    {
      name: `a ${compression} layer of 10 GiB that is not what its digest says`,
      write: file(() => archiveOf([zeroBomb(compression, pieces)])),
      wanted: 'digest-mismatch',
    },
    {
      name: `a ${compression} archive of 10 GiB of zeros`,
      write: file(() => zeroBomb(compression, pieces).blob),
      wanted: 'not-an-image',
    },
    {
      name: `a ${compression} archive in a ${compression} archive`,
      write: file(() => {
        const compress = compression === 'gzip' ? gzipSync : zstdCompressSync;
        return compress(zeroBomb(compression, pieces).blob);
      }),
      wanted: 'not-an-image',
    },
    {
      name: `a ${compression} layer of a million members that hold nothing`,
      write: file(() => {
        const compress = compression === 'gzip' ? gzipSync : zstdCompressSync;
        const nothing = compress(Buffer.alloc(0));
        const tar = compress(rawTar(rawEntry({ name: 'one' }, 'x')));
        const blob = Buffer.concat([...Array.from({ length: 1_000_000 }, () => nothing), tar]);
        return archiveOf([{ blob, diffId: digestOf(rawTar(rawEntry({ name: 'one' }, 'x'))) }]);
      }),
      wanted: 1,
    },
  ]),
  {
    name: 'a zstd layer that asks for a window of 2 GiB',
    write: file(async () => {
      const compress = createZstdCompress({
        params: { [constants.ZSTD_c_windowLog]: 31, [constants.ZSTD_c_compressionLevel]: 1 },
      });
      compress.write(rawTar(rawEntry({ name: 'one' }, 'x')));
      compress.end(Buffer.alloc(0));
      return archiveOf([{ blob: await buffer(compress), diffId: digestOf(Buffer.alloc(0)) }]);
    }),
    wanted: 'limit-exceeded',
  },
  // Headers.
  {
    name: 'a PAX header of 100 MB',
    write: layer(() => [paxEntry([['comment', 'x'.repeat(100_000_000)]]), rawEntry({ name: 'a' })]),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a global PAX header of 100 MB',
    write: layer(() => [paxEntry([['comment', 'x'.repeat(100_000_000)]], 'g'), rawEntry({ name: 'a' })]),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a PAX name of 1 MB',
    write: layer(() => [paxEntry([['path', 'x'.repeat(1_000_000)]]), rawEntry({ name: 'a' })]),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a GNU name of 1 MB',
    write: layer(() => [
      rawEntry({ name: '././@LongLink', type: 'L', magic: gnuMagic }, 'x'.repeat(1_000_000)),
      rawEntry({ name: 'a' }),
    ]),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a million PAX records',
    write: layer(function* () {
      for (let number = 0; number < 20; number += 1) {
        const records = Array.from({ length: 50_000 }, (_, key) => [`SCHILY.xattr.user.${key}`, ''] as const);
        yield paxEntry(records.slice(0, 30_000));
        yield rawEntry({ name: `${number}` });
      }
    }),
    wanted: 0,
  },
  {
    name: '10,000 nested directories in one path',
    write: layer(() => [paxEntry([['path', 'd/'.repeat(10_000)]]), rawEntry({ name: 'a', type: '5' })]),
    wanted: 'limit-exceeded',
  },
  {
    name: '10,000 nested directories one after the other',
    write: layer(function* () {
      for (let depth = 1; depth <= 10_000; depth += 1) {
        yield paxEntry([['path', 'd/'.repeat(depth)]]);
        yield rawEntry({ name: 'a', type: '5' });
      }
    }),
    wanted: 'limit-exceeded',
  },
  {
    name: '20,000 files each below 1,000 directories of their own',
    write: layer(function* () {
      for (let number = 0; number < 20_000; number += 1) {
        yield paxEntry([['path', `${number}/${'d/'.repeat(1000)}f`]]);
        yield rawEntry({ name: 'a' }, 'x');
      }
    }),
    wanted: 'limit-exceeded',
  },
  // Many of everything.
  {
    name: '100,000 whiteouts of 100,000 files',
    write: file(async () =>
      archiveOf([
        await bigLayer(manyFiles(100_000)),
        await bigLayer(emptyEntries(100_000, { name: 'files/.wh.' })),
      ]),
    ),
    wanted: 0,
  },
  {
    name: '100,000 opaque markers of one directory',
    write: file(async () =>
      archiveOf([
        await bigLayer(manyFiles(100_000)),
        await bigLayer(Array.from({ length: 100_000 }, () => rawEntry({ name: 'files/.wh..wh..opq' }))),
      ]),
    ),
    wanted: 0,
  },
  {
    name: 'a cycle of 100,000 hard links',
    write: layer(function* () {
      for (let link = 0; link < 100_000; link += 1) {
        yield rawHeader({ name: `l${link}`, type: '1', link: `l${(link + 1) % 100_000}` });
      }
    }),
    wanted: 0,
  },
  {
    name: 'a million hard links of one file',
    write: layer(function* () {
      yield rawEntry({ name: 'file' }, 'x');
      yield* emptyEntries(1_000_000, { name: 'links/', type: '1', link: 'file' });
    }),
    wanted: 1,
  },
  {
    name: 'one path a million times, by turns a file and a directory',
    write: layer(function* () {
      const turn = Buffer.concat([rawEntry({ name: 'a' }, 'x'), rawEntry({ name: 'a/b' }, 'y')]);
      for (let count = 0; count < 500_000; count += 1) yield turn;
    }),
    wanted: 1_000_000,
  },
  {
    name: 'five layers just within the limits of all entries, paths and names',
    write: file(async () => {
      const layers: BigLayer[] = [];
      for (const number of [1, 2, 3, 4, 5]) {
        const name = `${number}/${'n'.repeat(28)}`;
        layers.push(await bigLayer(emptyEntries(990_000, { name, patch: wideNumbers })));
      }
      return archiveOf(layers);
    }),
    wanted: 0,
  },
  { name: 'a layer just within the limits', write: layer(() => manyFiles(3_990_000)), wanted: 0 },
  { name: '4.1 million files', write: layer(() => manyFiles(4_100_000)), wanted: 'limit-exceeded' },
  {
    name: '5 million entries of one path',
    write: layer(() => Array(5000).fill(Buffer.alloc(512_000, rawHeader({ name: 'a' })))),
    wanted: 'limit-exceeded',
  },
  {
    name: 'six layers of a million files',
    write: file(async () => {
      const layers: BigLayer[] = [];
      for (let number = 0; number < 6; number += 1) {
        layers.push(await bigLayer(emptyEntries(1_000_000, { name: `${number}/` })));
      }
      return archiveOf(layers);
    }),
    wanted: 'limit-exceeded',
  },
  {
    name: '2 GB of names',
    write: layer(() => longRecords(33_000, 'path', 60_000)),
    wanted: 'limit-exceeded',
  },
  {
    name: '200 MB of names in four layers',
    write: file(async () => {
      const layers: BigLayer[] = [];
      for (let number = 0; number < 4; number += 1) {
        layers.push(await bigLayer(longRecords(850, 'path', 60_000 + number)));
      }
      return archiveOf(layers);
    }),
    wanted: 'limit-exceeded',
  },
  {
    name: '2 GB of link targets',
    write: layer(() => longRecords(33_000, 'linkpath', 60_000, { type: '2' })),
    wanted: 'limit-exceeded',
  },
  {
    name: '2 GB of extended attributes',
    write: layer(() => longRecords(2200, 'SCHILY.xattr.user.a', 1_000_000)),
    wanted: 'limit-exceeded',
  },
  {
    name: 'two sparse files that are as large as numbers go',
    write: layer(() =>
      ['a', 'b'].map((name) =>
        Buffer.concat([
          paxEntry([
            ['GNU.sparse.map', ''],
            ['GNU.sparse.size', String(Number.MAX_SAFE_INTEGER)],
          ]),
          rawEntry({ name }),
        ]),
      ),
    ),
    wanted: 'limit-exceeded',
  },
  {
    name: 'two layers of a sparse file that is as large as numbers go',
    write: file(async () => {
      const sparse = (name: string) =>
        bigLayer([
          paxEntry([
            ['GNU.sparse.map', ''],
            ['GNU.sparse.size', String(Number.MAX_SAFE_INTEGER)],
          ]),
          rawEntry({ name }),
        ]);
      return archiveOf([await sparse('a'), await sparse('b')]);
    }),
    wanted: 'limit-exceeded',
  },
  {
    name: 'twenty sparse files of a million pieces',
    write: layer(function* () {
      const map = Array.from({ length: 1_000_000 }, (_, number) => `${number * 2}\n0\n`).join('');
      const content = padded(`1000000\n${map}`);
      for (let number = 0; number < 20; number += 1) {
        yield paxEntry([
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.realsize', '2000000'],
        ]);
        yield rawEntry({ name: `${number}` }, content);
      }
    }),
    wanted: 40_000_000,
  },
  // Layers and members.
  {
    name: 'one layer 100,000 times in a config',
    write: file(async () => archiveOf(Array(100_000).fill(await smallLayer()))),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a layer of 100,000 files 500 times',
    write: file(async () => archiveOf(Array(500).fill(await bigLayer(manyFiles(100_000))))),
    wanted: 'limit-exceeded',
  },
  {
    name: '99,000 members that link in a cycle',
    write: file(async () => {
      const links = Array.from({ length: 99_000 }, (_, number) =>
        rawHeader({ name: `${number}/layer.tar`, type: '2', link: `../${(number + 1) % 99_000}/layer.tar` }),
      );
      const config = json({ rootfs: { diff_ids: [digestOf(Buffer.alloc(0))] } });
      return Buffer.concat([
        ...links,
        rawEntry({ name: 'config' }, config),
        rawEntry({ name: 'manifest.json' }, json([{ Config: 'config', Layers: ['0/layer.tar'] }])),
        endMarker,
      ]);
    }),
    wanted: null,
  },
  {
    name: '20,000 compressed members in a compressed archive',
    write: file(async () => {
      const tiny = rawEntry({ name: 'x/layer.tar' }, gzipSync(rawTar(rawEntry({ name: 'one' }, 'x'))));
      const compress = createZstdCompress();
      const whole = buffer(compress);
      for await (const block of repeated(tiny, 20_000))
        if (!compress.write(block)) await new Promise((resolve) => compress.once('drain', resolve));
      compress.end(await archiveOf([await smallLayer()]));
      return whole;
    }),
    wanted: 1,
  },
  {
    name: 'a million members in a compressed archive',
    write: file(async () => {
      const compress = createZstdCompress();
      const whole = buffer(compress);
      for (const blocks of emptyEntries(1_000_000))
        if (!compress.write(blocks)) await new Promise((resolve) => compress.once('drain', resolve));
      compress.end(await archiveOf([await smallLayer()]));
      return whole;
    }),
    wanted: 'not-an-image',
  },
  // JSON.
  ...['0', '[]', '{}', 'null', '""', '{"Config":"config"}', '{"Config":"config","Layers":["x"]}'].map(
    (value): BigCase => ({
      name: `a manifest of nothing but ${value}`,
      write: documents(() => times(Math.floor((15.9 * 2 ** 20) / (value.length + 1)), value)),
      wanted: 'limit-exceeded',
    }),
  ),
  {
    name: 'a manifest of 8 million levels',
    write: documents(() => `${'['.repeat(8_000_000)}${']'.repeat(8_000_000)}`),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a manifest of 249,000 levels',
    write: documents(() => `${'['.repeat(249_000)}${']'.repeat(249_000)}`),
    wanted: 'archive-damaged',
  },
  {
    name: 'a manifest of 249,000 numbers',
    write: documents(() => times(249_000, '0')),
    wanted: 'archive-damaged',
  },
  {
    name: 'a config of a million labels',
    write: documents(
      () => '[{"Config":"config","RepoTags":[],"Layers":[]}]',
      Buffer.from(
        `{"config":{"Labels":{${Array.from({ length: 1_000_000 }, (_, key) => `"${key}":""`).join(',')}}}}`,
      ),
    ),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a config of one label 240,000 times',
    write: documents(
      () => '[{"Config":"config","RepoTags":[],"Layers":[]}]',
      Buffer.from(`{"config":{"Labels":{${times(240_000, '"a":""').slice(1, -1)}}}}`),
    ),
    wanted: 0,
  },
  {
    name: '10,000 entries of a manifest that name one config of 10 MB',
    write: documents(
      () => times(9000, '{"Config":"config"}'),
      Buffer.from(JSON.stringify({ author: 'x'.repeat(10_000_000) })),
    ),
    wanted: 'limit-exceeded',
  },
  {
    name: 'a manifest that names itself',
    write: documents(() => '[{"Config":"manifest.json","Layers":["manifest.json"]}]'),
    wanted: 'archive-damaged',
  },
  {
    name: 'an index that names itself a thousand times',
    write: folderOf((digests) => {
      const manifests = Array.from({ length: 1000 }, (_, number) => ({
        digest: digests[1],
        annotations: { 'org.opencontainers.image.ref.name': `t${number}` },
      }));
      return [{ manifests }, { manifests }];
    }),
    verify: false,
    wanted: 'limit-exceeded',
  },
  {
    name: 'indexes that name each other',
    write: folderOf((digests) =>
      digests.map(() => ({
        manifests: digests.slice(1).map((digest, number) => ({
          digest,
          annotations: { 'org.opencontainers.image.ref.name': `t${number}` },
        })),
      })),
    ),
    verify: false,
    wanted: 'limit-exceeded',
  },
];
