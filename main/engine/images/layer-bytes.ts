import { access, constants, open, stat } from 'node:fs/promises';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { abortable } from '../archive/abortable.ts';
import type { ArchiveFiles } from '../archive/archive-files.ts';
import { ArchiveMembers } from '../archive/archive-members.ts';
import { createExpander, type Expander } from '../archive/expander.ts';
import { type Extent, extentHead, readExtent } from '../archive/extent.ts';
import { findImages } from '../archive/find-images.ts';
import { OciFolder } from '../archive/oci-folder.ts';
import { sniff, sniffLength } from '../archive/sniff.ts';
import type { TarSubject } from '../archive/tar-error.ts';
import { TarFile } from '../archive/tar-file.ts';
import { TarScanner } from '../archive/tar-scanner.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { BuildSource, ImageRecord, ImageSource, RecordedLayer } from './image-record.ts';

const readSize = 256 * 1024;

export interface LayerRequest {
  readonly record: ImageRecord;
  /** Index of the layer. */
  readonly layer: number;
  readonly docker: () => Promise<DockerEngine>;
  /** A layer of an image that a build handed over: as it travels, out of the builder's cache. */
  readonly builtLayer: (source: BuildSource, layer: RecordedLayer) => AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * The uncompressed tar of an image's layer, read again from where the image came from; whoever leaves the loop stops
 * the reading. Nothing is held against a digest. Throws `archive-not-found`, `image-not-found`, `source-changed`,
 * `cancelled` and what reading an archive throws.
 */
export async function* layerBytes(request: LayerRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const { record, layer, signal } = request;
  const { source } = record;
  if (!source) {
    throw new LayerscopeError({
      code: 'source-changed',
      message: `${record.name} came through a pipe and cannot be read again`,
      hint: 'Open it from a file or from the engine',
    });
  }
  yield* abortable(expanded(blobOf(source, request), record.layers[layer]!.diffId), signal);
}

function blobOf(source: ImageSource, request: LayerRequest): AsyncIterable<Uint8Array> {
  switch (source.kind) {
    case 'engine':
      return engineBlob(request);
    case 'archive':
      return archiveBlob(source.path, request);
    case 'build':
      return request.builtLayer(source, request.record.layers[request.layer]!);
  }
}

async function* engineBlob({ record, layer, docker, signal }: LayerRequest): AsyncGenerator<Uint8Array> {
  const engine = await docker();
  // Old engines answer a save of what is gone with an error of their own.
  await engine.inspect(record.id, { signal });
  yield* streamedBlob(() => engine.save([record.id], { signal }), record, layer);
}

async function* archiveBlob(path: string, request: LayerRequest): AsyncGenerator<Uint8Array> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) {
    throw new LayerscopeError({
      code: 'archive-not-found',
      message: `There is no file ${path} any more`,
      hint: 'Put it back, or open the image from somewhere else',
    });
  }
  if (stats.isDirectory()) {
    await access(path, constants.R_OK | constants.X_OK);
    const folder = await OciFolder.open(path);
    try {
      yield* chunksOf(await blobExtent(folder, request));
    } finally {
      await folder.close();
    }
    return;
  }
  await using file = await open(path, 'r');
  const whole = { fd: file.fd, offset: 0, size: stats.size };
  if (sniff(extentHead(whole, sniffLength)) === 'tar') {
    yield* chunksOf(await blobExtent(await TarFile.open(path, whole, request.signal), request));
    return;
  }
  const stream = async () => expanded(chunksOf(whole), path);
  yield* streamedBlob(stream, request.record, request.layer);
}

/** Where an archive that can be read in any order has the layer's blob. */
async function blobExtent(files: ArchiveFiles, { record, layer }: LayerRequest): Promise<Extent> {
  const documents = {
    name: files.name,
    read: (path: string) => files.document(path),
    missing: (what: string) => files.missing(what),
  };
  const images = await findImages(documents, false);
  const { diffId } = record.layers[layer]!;
  // An engine names the image by its manifest, an archive by its config; the layer's name is the same everywhere.
  const found = images?.flatMap(({ layers }) => layers).find((candidate) => candidate.diffId === diffId);
  const extent = found && (await files.extent(found.path));
  if (!extent) throw layerGone(files.name, diffId);
  return extent;
}

/** The blob out of an archive that is read from its beginning; again where a link leads back. */
async function* streamedBlob(
  start: () => Promise<AsyncIterable<Uint8Array>>,
  record: ImageRecord,
  layer: number,
): AsyncGenerator<Uint8Array> {
  const { diffId, path } = record.layers[layer]!;
  let wanted = path ?? `blobs/${diffId.replace(':', '/')}`;
  for (;;) {
    const members = new ArchiveMembers<string>(record.name);
    let found = false;
    for await (const piece of memberBytes(await start(), wanted, members, record.name)) {
      found = true;
      yield piece;
    }
    if (found) return;
    const target = members.get(wanted);
    if (!target || target === wanted) throw layerGone(record.name, diffId);
    wanted = target;
  }
}

function layerGone(name: string, diffId: string): LayerscopeError {
  return new LayerscopeError({
    code: 'source-changed',
    message: `${name} no longer holds the layer ${diffId}`,
    hint: 'Open the image again',
  });
}

/** The content of one member of a tar, as it passes; ends with the member. */
async function* memberBytes(
  source: AsyncIterable<Uint8Array>,
  wanted: string,
  members: ArchiveMembers<string>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let inside = false;
  let done = false;
  const subject: TarSubject = { name, invalid: 'archive-damaged', truncated: 'archive-truncated' };
  const scanner = new TarScanner(
    {
      header: (header) => {
        const path = members.begin(header);
        if (path !== undefined) members.set(path, path);
        inside = !done && path === wanted;
      },
      data: (chunk, from, to) => {
        if (inside) pieces.push(chunk.subarray(from, to));
      },
      hole: () => {},
      end: () => {
        done ||= inside;
        inside = false;
      },
    },
    subject,
  );
  for await (const chunk of source) {
    scanner.write(chunk);
    yield* pieces.splice(0);
    if (done) return;
  }
  scanner.end();
}

/** What a blob expands to; itself where it is not compressed. */
async function* expanded(blob: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const subject: TarSubject = { name, invalid: 'layer-invalid', truncated: 'layer-invalid' };
  const out: Uint8Array[] = [];
  let expander: Expander | undefined;
  let first = true;
  try {
    for await (const piece of withHead(blob)) {
      const content = first ? sniff(piece.subarray(0, sniffLength)) : undefined;
      first = false;
      if (content === 'gzip' || content === 'zstd') {
        expander = createExpander(content, (bytes) => void out.push(bytes), subject);
      }
      if (expander) await expander.write(piece);
      else out.push(piece);
      yield* out.splice(0);
    }
    await expander?.end();
    yield* out;
  } finally {
    expander?.destroy();
  }
}

/** The same bytes, the first piece long enough to tell what they are. */
async function* withHead(blob: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const piece of blob) {
    if (!head) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    if (head.length < sniffLength) continue;
    yield head;
    head = undefined;
  }
  if (head && head.length > 0) yield head;
}

async function* chunksOf(extent: Extent): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < extent.size; ) {
    const chunk = new Uint8Array(Math.min(readSize, extent.size - at));
    const read = readExtent(extent, at, chunk);
    if (read === 0) return;
    at += read;
    yield chunk.subarray(0, read);
    // Reading is synchronous: others get their turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
