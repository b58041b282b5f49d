import { abortable } from './abortable.ts';
import type { Archive, ReadOptions } from './archive.ts';
import { ArchiveReader } from './archive-reader.ts';
import { imagesFor } from './choose-images.ts';
import { chunksOf } from './chunks-of.ts';
import { createExpander } from './expander.ts';
import { findImages } from './find-images.ts';
import { freeBuffers } from './free-buffers.ts';
import { assertLimits } from './limits.ts';
import { notAnImage } from './not-an-image.ts';
import { readLayers } from './read-layers.ts';
import { selectImage } from './select-image.ts';
import { describeContent, sniff, sniffLength } from './sniff.ts';
import type { TarSubject } from './tar-error.ts';

export interface ReadArchiveOptions extends ReadOptions {
  /** What messages call the archive. */
  readonly name?: string;
}

/** Bytes of the source after which the buffers they came in are freed. */
const freeEvery = 8 * 1024 * 1024;

/**
 * Reads a `docker save` stream of any engine, a legacy docker-archive or the tar of an OCI image layout, compressed or
 * not, in one pass: manifests come last, so every layer is indexed as it passes and its meaning known at the end.
 *
 * Throws `not-an-image`, `archive-truncated`, `archive-damaged`, `archive-incomplete`, `layer-invalid`,
 * `digest-mismatch`, `limit-exceeded`, `cancelled`, with `one` what selectImage throws, and what the source throws.
 */
export async function readArchive(
  source: AsyncIterable<Uint8Array>,
  options: ReadArchiveOptions,
): Promise<Archive> {
  assertLimits();
  const { verify } = options;
  const name = options.name ?? 'The archive';
  const subject: TarSubject = { name, invalid: 'archive-damaged', truncated: 'archive-truncated' };
  const reader = await ArchiveReader.create(subject, options);
  const { sink, destroy } = archiveSink(reader, subject);

  let bytesRead = 0;
  let freedAt = 0;
  try {
    for await (const chunk of abortable(chunksOf(source), options.signal)) {
      await sink.write(chunk);
      bytesRead += chunk.length;
      options.onProgress?.(bytesRead);
      if (bytesRead - freedAt < freeEvery) continue;
      freedAt = bytesRead;
      freeBuffers();
    }
    await sink.end();
  } finally {
    destroy();
  }

  const documents = {
    name,
    read: async (path: string) => reader.document(path),
    missing: (what: string) => reader.missing(what),
  };
  const found = await findImages(documents, verify);
  if (!found) throw reader.noManifest();
  const wanted = options.one ? [selectImage(found, options)] : imagesFor(found, options.platform);
  const blobs = { name, read: async (path: string) => reader.layer(path) };
  const images = await readLayers(wanted, blobs, { ...options, preferKnown: false });
  return { images, warnings: images.flatMap(({ warnings }) => warnings), bytesRead };
}

interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** Where the source's bytes go: to the reader, through a decompressor if need be; an error if they are no tar. */
function archiveSink(reader: ArchiveReader, subject: TarSubject): { sink: Sink; destroy: () => void } {
  let destroyExpander = () => {};

  const choose = (head: Uint8Array): Sink => {
    const content = sniff(head);
    if (content === 'tar') return reader;
    if (content !== 'gzip' && content !== 'zstd') throw notAnImage(subject.name, describeContent(head));
    const inner = startingWith((expanded) => {
      if (sniff(expanded) === 'tar') return reader;
      throw notAnImage(subject.name, describeContent(head));
    });
    const expander = createExpander(content, (chunk) => inner.write(chunk), subject, 'expandedArchive');
    destroyExpander = expander.destroy;
    return {
      write: expander.write,
      end: async () => {
        await expander.end();
        await inner.end();
      },
    };
  };

  const destroy = () => {
    destroyExpander();
    reader.destroy();
  };
  return { sink: startingWith(choose), destroy };
}

/** Collects the first bytes, chooses by them who takes the stream, and passes everything on. */
function startingWith(choose: (head: Uint8Array) => Sink): Sink {
  let head: Uint8Array = Buffer.alloc(0);
  let sink: Sink | undefined;
  const begin = async () => {
    sink = choose(head.subarray(0, sniffLength));
    await sink.write(head);
    return sink;
  };
  return {
    async write(chunk) {
      if (sink) return sink.write(chunk);
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (head.length >= sniffLength) await begin();
    },
    async end() {
      await (sink ?? (await begin())).end();
    },
  };
}
