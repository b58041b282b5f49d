import { resolve } from 'node:path';
import type { ImageProgress, ImageSource } from '../../../shared/api/contract.ts';
import type { ImageOutline, Warning } from '../../../shared/model/image-document.ts';
import type { Archive } from '../archive/archive.ts';
import { openArchive } from '../archive/open-archive.ts';
import { readArchive } from '../archive/read-archive.ts';
import type { Store } from '../store/open-store.ts';
import type { Known } from './loaded-image.ts';
import type { ReadImage } from './read-engine-images.ts';

export interface OpenArchiveRequest {
  readonly store: Store;
  readonly known: Known;
  readonly source: Extract<ImageSource, { kind: 'archive' }>;
  readonly platform?: string | undefined;
  /** What the path `-` reads. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ImageProgress) => void;
}

/** Opens one image of an archive or OCI folder. Only verified layers enter the cache: anybody can write a file. */
export async function openArchiveImage(
  request: OpenArchiveRequest,
): Promise<{ readonly image: ReadImage; readonly warnings: readonly Warning[] }> {
  const { store, known, source, stdin, onProgress } = request;
  const verify = source.verify ?? true;
  const options = {
    verify,
    hashSeed: store.hashSeed,
    one: true,
    platform: request.platform,
    image: source.image,
    known: known.layer,
    onImage: (outline: ImageOutline) => onProgress?.({ bytes: 0, image: outline }),
    onProgress: (bytes: number, total?: number) => onProgress?.({ bytes, total }),
    signal: request.signal,
  };
  const archive: Archive =
    source.path === '-' && stdin
      ? await readArchive(stdin, options)
      : await openArchive(source.path, options);
  const image = archive.images[0]!;
  for (const { index, verified, diffId } of image.layers) {
    if (index && verified && !store.layers.has(diffId)) store.layers.put(index);
  }
  return {
    image: {
      record: {
        id: image.id,
        name: image.names[0] ?? source.path,
        platform: image.platform,
        created: image.created,
        config: image.config,
        source: source.path === '-' ? undefined : { kind: 'archive', path: resolve(source.path) },
        layers: image.layers.map(({ diffId, path, createdBy, tarBytes, compressedBytes }) => ({
          diffId,
          path,
          createdBy,
          tarBytes,
          compressedBytes,
        })),
      },
      indexes: image.layers.map((layer) => layer.index),
      trusted: image.layers.every(({ index, verified }) => !index || verified),
      bytesRead: archive.bytesRead,
    },
    warnings: archive.warnings,
  };
}
