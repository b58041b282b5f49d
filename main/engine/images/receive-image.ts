import type { ArchiveImage } from '../archive/archive.ts';
import { type Blob, BlobReader } from '../archive/blob-reader.ts';
import { type ContentHash, createContentHash } from '../archive/content-hash.ts';
import { digestMismatch, findImages } from '../archive/find-images.ts';
import { freeBuffers } from '../archive/free-buffers.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { digestOfPath, incomplete } from '../archive/oci.ts';
import { readLayers } from '../archive/read-layers.ts';
import type { BlobOffer, BlobSink, TakeBlob } from '../docker/buildkit/content-service.ts';
import type { Store } from '../store/open-store.ts';
import type { Known } from './loaded-image.ts';

/** Takes in the blobs of one image as a build hands them over, and puts the image together when all have come. */
export interface ImageReceiver {
  readonly take: TakeBlob;
  /** When the build has ended. Throws `archive-incomplete` where blobs are missing, and what reading a layer throws. */
  image(): Promise<ArchiveImage>;
}

/** What all builds of one run have received: a blob that two of them need travels once. */
export interface Receiving {
  receiver(name: string): ImageReceiver;
  /** Bytes of a layer as it travelled; 0 of one that did not. */
  bytesOf(digest: string): number;
}

export interface ReceivingOptions {
  readonly store: Store;
  readonly known: Known;
  /** Bytes of the layers of all builds, and how many were offered so far. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly total: number }) => void;
}

/** Bytes after which the buffers they came in are freed. */
const freeEvery = 8 * 2 ** 20;

/**
 * Layers go straight into the index as they arrive: hashed, held against their digests, and kept in the store as soon as
 * they are whole, whatever becomes of the build. Nothing is written to disk, and no more of a layer is held than one piece.
 */
export function createReceiving({ store, known, onProgress }: ReceivingOptions): Receiving {
  /** By digest: what has come, is known, or is on its way. Undefined is what did not come to its end. */
  const blobs = new Map<string, Promise<Blob | undefined>>();
  const layers = new Map<string, number>();
  const hashes: ContentHash[] = [];
  let total = 0;
  let bytes = 0;
  let freedAt = 0;

  function count(length: number): void {
    bytes += length;
    onProgress?.({ bytes, total });
    if (bytes - freedAt < freeEvery) return;
    freedAt = bytes;
    freeBuffers();
  }

  /** One that no other blob is hashed with at the time. */
  const borrowHash = async () => hashes.pop() ?? createContentHash(store.hashSeed);

  /** A layer is the cache's as soon as it is whole: by its own digest, and by the one it travels under. */
  function keep(digest: string, { size, content }: Blob): void {
    if (content.kind !== 'layer') return;
    const diffId = content.layer.sha256!;
    layers.set(digest, size);
    store.layers.put({ ...content.layer.index, diffId });
    if (content.compressed) store.layers.putBlob(digest, diffId);
  }

  async function receive({ digest, size, kind }: BlobOffer): Promise<BlobSink> {
    const arrival = Promise.withResolvers<Blob | undefined>();
    blobs.set(digest, arrival.promise);
    const isLayer = kind === 'layer';
    if (isLayer) {
      total += size;
      onProgress?.({ bytes, total });
    }
    const hash = await borrowHash();
    const reader = new BlobReader({
      name: digest,
      verify: true,
      hash,
      createHash: async () => hash,
    });
    let open = true;
    let received = 0;
    const close = (blob: Blob | undefined) => {
      if (!open) return;
      open = false;
      hashes.push(hash);
      if (!blob) {
        // The rest will not come this way.
        if (isLayer) total -= size - received;
        blobs.delete(digest);
        reader.destroy();
      }
      arrival.resolve(blob);
    };
    return {
      async write(piece) {
        reader.write(piece);
        await reader.flush();
        received += piece.length;
        if (isLayer) count(piece.length);
      },
      async end() {
        reader.end();
        await reader.flush();
        const blob = reader.result();
        if (blob.sha256 !== digest) {
          throw digestMismatch('A blob that BuildKit sent', digest, blob.sha256!);
        }
        keep(digest, blob);
        close(blob);
      },
      destroy: () => close(undefined),
    };
  }

  return {
    receiver(name) {
      /** Of this image, in the order they were offered: the manifest comes last. */
      const offered = new Map<string, Blob | undefined>();
      const pending = new Map<string, Promise<Blob | undefined>>();

      return {
        async take(offer) {
          const { digest } = offer;
          offered.delete(digest);
          offered.set(digest, undefined);
          const index = known.layerOfBlob(digest);
          let there = index && knownBlob(index, offer);
          // Another build may be receiving it; where that fails, it is up to us.
          for (let other = blobs.get(digest); other && !there; other = blobs.get(digest)) there = await other;
          if (there) {
            offered.set(digest, there);
            return 'known';
          }
          const sink = receive(offer);
          pending.set(digest, blobs.get(digest)!);
          return sink;
        },

        async image() {
          for (const [digest, arrival] of pending) offered.set(digest, await arrival);
          return assemble(name, offered);
        },
      };
    },

    bytesOf: (digest) => layers.get(digest) ?? 0,
  };
}

function knownBlob(index: LayerIndex, { digest, size }: BlobOffer): Blob {
  const compressed = index.diffId !== digest;
  return { size, sha256: undefined, content: { kind: 'known-layer', index, compressed } };
}

/** The image that the last blob, its manifest, describes. */
async function assemble(name: string, blobs: ReadonlyMap<string, Blob | undefined>): Promise<ArchiveImage> {
  const manifest = [...blobs.keys()].at(-1);
  const blobAt = (path: string) => blobs.get(digestOfPath(path) ?? '');
  const document = (path: string) => {
    const content = blobAt(path)?.content;
    return content?.kind === 'document' ? content.bytes : undefined;
  };
  const documents = {
    name,
    missing: (what: string) => incomplete(name, what),
    read: async (path: string) =>
      path === 'index.json' && manifest !== undefined ? indexOf(manifest) : document(path),
  };
  const found = await findImages(documents, true);
  const whole = { name, read: async (path: string) => blobAt(path) };
  const [image] = await readLayers(found ?? [], whole, { verify: true, preferKnown: false });
  if (image) return image;
  throw incomplete(name, 'the manifest of an image');
}

/** An OCI layout's `index.json` of one manifest. */
function indexOf(digest: string): Uint8Array {
  return Buffer.from(JSON.stringify({ manifests: [{ digest }] }));
}
