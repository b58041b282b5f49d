import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ContentHash } from '../archive/content-hash.ts';
import {
  createContextIndexer,
  createLayerIndexer,
  type LayerIndexer,
  type UnnamedLayerIndex,
} from '../archive/index-layer.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { emptyHeader, TypeFlag } from '../archive/tar-header.ts';
import type { ContextEntry, EntryType } from '../project/context-entries.ts';
import { TAR_END, tarBytesOf } from '../project/tar-header.ts';
import { encodeLayerIndex } from '../store/layer-index-codec.ts';

const name = 'The build context';

export interface IndexedContext {
  /** The same bytes; destroying it destroys the one it was made of. */
  readonly stream: Readable;
  /** What was sent; undefined until the stream has come to its end, and where it cannot be indexed. */
  index(): LayerIndex | undefined;
}

/**
 * Reads a build context while it is sent, so that what a COPY took can be told from what was there at that moment. `hash`
 * is this call's own.
 */
export function indexContext(context: Readable, hash: ContentHash): IndexedContext {
  const indexer = createLayerIndexer({ verify: false, name, isContext: true }, hash);
  let index: LayerIndex | undefined;

  async function* passed(): AsyncGenerator<Uint8Array> {
    let reading: LayerIndexer | undefined = indexer;
    for await (const chunk of context) {
      reading = attempt(reading, chunk);
      yield chunk;
    }
    index = reading && named(reading.end().index);
  }

  const options = { objectMode: false, highWaterMark: context.readableHighWaterMark };
  const stream = Readable.from(passed(), options);
  // Also while nobody reads, as before an engine has answered: then the generator has not begun, and knows of neither.
  context.once('error', (error) => stream.destroy(error));
  stream.once('close', () => context.destroy());
  return { stream, index: () => index };
}

/** The build goes on where there is too much to be indexed. */
function attempt(indexer: LayerIndexer | undefined, chunk: Uint8Array): LayerIndexer | undefined {
  try {
    indexer?.write(chunk);
    return indexer;
  } catch {
    return undefined;
  }
}

/**
 * Kept like a layer, under the digest of the index: it has every name and every content's hash in it, and is a
 * thousandth of the tar.
 */
function named(index: UnnamedLayerIndex): LayerIndex {
  const digest = createHash('sha256');
  for (const block of encodeLayerIndex({ ...index, diffId: 'context' })) digest.update(block);
  return { ...index, diffId: `context:${digest.digest('hex')}` };
}

/** What is known of the files of a context that was listed. */
export interface ContentsOf {
  readonly entries: readonly ContextEntry[];
  /** Of entry `index`; undefined where it is to be left out. */
  sizeOf(index: number): number | undefined;
  /** Four words an entry. */
  readonly hashes: Uint32Array;
}

const typeFlag: Readonly<Record<EntryType, number>> = {
  file: TypeFlag.File,
  directory: TypeFlag.Directory,
  symlink: TypeFlag.Symlink,
  fifo: TypeFlag.Fifo,
  'character-device': TypeFlag.Character,
  'block-device': TypeFlag.Block,
};

/** The index that the tar of these files would have, without reading them; undefined where they cannot be indexed. */
export function indexListed({ entries, sizeOf, hashes }: ContentsOf): LayerIndex | undefined {
  const indexer = createContextIndexer(name);
  const header = emptyHeader();
  let tarBytes = TAR_END.length;
  try {
    for (const [at, entry] of entries.entries()) {
      const size = sizeOf(at);
      if (size === undefined) continue;
      const { device = 0 } = entry;
      header.type = typeFlag[entry.type];
      header.pathBytes = Buffer.from(entry.path);
      header.pathEnd = header.pathBytes.length;
      header.linkBytes = Buffer.from(entry.target ?? '');
      header.linkEnd = header.linkBytes.length;
      header.size = size;
      header.mode = entry.mode;
      header.mtime = entry.mtime * 1000;
      header.deviceMajor = Math.floor(device / 256) & 0xfff;
      header.deviceMinor = (device & 0xff) | (Math.floor(device / 4096) & 0xfff00);
      indexer.add(header, hashes, at * 4);
      tarBytes += tarBytesOf(entry, size);
    }
    return named(indexer.end(tarBytes));
  } catch {
    return undefined;
  }
}
