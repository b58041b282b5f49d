import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ContentHash } from '../archive/content-hash.ts';
import { createLayerIndexer, type LayerIndexer, type UnnamedLayerIndex } from '../archive/index-layer.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { encodeLayerIndex } from '../store/layer-index-codec.ts';

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
  const indexer = createLayerIndexer({ verify: false, name: 'The build context', markers: false }, hash);
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
