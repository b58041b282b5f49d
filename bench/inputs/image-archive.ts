import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { rawHeader } from '../../main/engine/archive/testing/tar-blocks.ts';
import { endOfTar, type Layer, layerTar, padded, tarBytes } from './layer.ts';

interface ArchiveFile {
  readonly path: string;
  readonly size: number;
  readonly content: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What `docker save` of engines up to 24 writes: plain layers, then config and `manifest.json`. */
export async function writePlainArchive(path: string, layers: readonly Layer[]): Promise<void> {
  const digests: string[] = [];
  const layerFiles = layers.map(
    (layer, number): ArchiveFile => ({
      path: layerPath(number),
      size: tarBytes(layer),
      content: function* () {
        const hash = createHash('sha256');
        for (const chunk of layerTar(layer)) {
          hash.update(chunk);
          yield chunk;
        }
        digests.push(hash.digest('hex'));
      },
    }),
  );
  await writeTar(path, async function* () {
    yield* layerFiles;
    const config = configOf(digests);
    const Config = `${sha256(config)}.json`;
    yield textFile(Config, config);
    yield textFile(
      'manifest.json',
      JSON.stringify([{ Config, RepoTags: ['bench:latest'], Layers: layers.map((_, at) => layerPath(at)) }]),
    );
  });
}

const layerPath = (number: number) => `${sha256(`layer ${number}`)}/layer.tar`;

/** What `docker save` of engine 29 writes: an OCI layout with gzip blobs, in the order of their names. */
export async function writeGzipArchive(path: string, layers: readonly Layer[]): Promise<void> {
  const blobs = await Promise.all(layers.map((layer, number) => compress(layer, `${path}.${number}.gz`)));
  const config = configOf(blobs.map(({ diffId }) => diffId));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: blobs.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: `sha256:${digest}`,
      size,
    })),
  });
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [descriptor('application/vnd.oci.image.manifest.v1+json', manifest)],
  };
  const docker = [
    {
      Config: blobPath(sha256(config)),
      RepoTags: ['bench:latest'],
      Layers: blobs.map(({ digest }) => blobPath(digest)),
    },
  ];
  const files = [
    ...blobs.map(({ digest, size, file }) => ({
      path: blobPath(digest),
      size,
      content: () => createReadStream(file, { highWaterMark: 2 ** 20 }),
    })),
    textFile(blobPath(sha256(config)), config),
    textFile(blobPath(sha256(manifest)), manifest),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  files.push(textFile('index.json', JSON.stringify(index)));
  files.push(textFile('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })));
  files.push(textFile('manifest.json', JSON.stringify(docker)));
  await writeTar(path, () => files);
  await Promise.all(blobs.map(({ file }) => rm(file)));
}

async function compress(layer: Layer, file: string) {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  await pipeline(
    Readable.from(layerTar(layer)),
    through(plain),
    createGzip({ chunkSize: 2 ** 20 }),
    through(packed),
    createWriteStream(file),
  );
  const { size } = await stat(file);
  return { file, size, diffId: plain.digest('hex'), digest: packed.digest('hex') };
}

function through(hash: ReturnType<typeof createHash>) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
}

async function writeTar(
  path: string,
  files: () => Iterable<ArchiveFile> | AsyncIterable<ArchiveFile>,
): Promise<void> {
  const tar = async function* (): AsyncGenerator<Uint8Array> {
    for await (const file of files()) {
      yield rawHeader({ name: file.path, size: file.size });
      yield* file.content();
      yield Buffer.alloc(padded(file.size) - file.size);
    }
    yield Buffer.alloc(endOfTar);
  };
  await pipeline(Readable.from(tar()), createWriteStream(path));
}

function textFile(path: string, text: string): ArchiveFile {
  const content = Buffer.from(text);
  return { path, size: content.length, content: () => [content] };
}

function configOf(diffIds: readonly string[]): string {
  return JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2024-01-02T03:04:05Z',
    config: { Cmd: ['/bin/sh'], Env: ['PATH=/usr/bin'] },
    rootfs: { type: 'layers', diff_ids: diffIds.map((digest) => `sha256:${digest}`) },
    history: diffIds.map((_, layer) => ({
      created: '2024-01-02T03:04:05Z',
      created_by: `RUN step ${layer}`,
    })),
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const blobPath = (digest: string) => `blobs/sha256/${digest}`;
const descriptor = (mediaType: string, text: string) => ({
  mediaType,
  digest: `sha256:${sha256(text)}`,
  size: Buffer.byteLength(text),
});
