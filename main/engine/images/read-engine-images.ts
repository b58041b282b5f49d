import type { Warning } from '../../../shared/model/image-document.ts';
import type { ArchiveImage } from '../archive/archive.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { readArchive } from '../archive/read-archive.ts';
import type { DockerEngine, InspectedImage } from '../docker/docker-engine.ts';
import type { Store } from '../store/open-store.ts';
import { ImageRecord } from './image-record.ts';

export interface ReadImage {
  readonly record: ImageRecord;
  /** Bottom first; undefined where the layer is not available. */
  readonly indexes: readonly (LayerIndex | undefined)[];
  /** Bytes of layers that were read for this image; a layer several share counts for the first. */
  readonly bytesRead: number;
}

export interface ReadRequest {
  readonly docker: DockerEngine;
  readonly store: Store;
  /** Names or ids, as the engine knows them. */
  readonly references: readonly string[];
  readonly platform?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly bytes: number; readonly total?: number }) => void;
}

/**
 * Reads images of the engine. Layers the cache knows are never asked for again: an image whose layers are all known
 * is not saved, and the others come in one request, so that what they share travels once. What an engine streams
 * is trusted, so it enters the cache without being verified.
 */
export async function readEngineImages(
  request: ReadRequest,
): Promise<{ readonly images: ReadonlyMap<string, ReadImage>; readonly warnings: readonly Warning[] }> {
  const { docker, store, references, signal } = request;
  const inspected = new Map<string, InspectedImage>();
  for (const reference of references) inspected.set(reference, await docker.inspect(reference, { signal }));

  const images = new Map<string, ReadImage>();
  const unread: string[] = [];
  for (const [reference, image] of inspected) {
    const known = fromCache(store, reference, image);
    if (known) images.set(reference, known);
    else unread.push(reference);
  }
  if (unread.length === 0) return { images, warnings: [] };

  const total = await expectedBytes(docker, unread, inspected, signal);
  const archive = await readArchive(await docker.save(unread, { signal }), {
    verify: false,
    hashSeed: store.hashSeed,
    platform: request.platform,
    known: (diffId) => store.layers.get(diffId),
    onProgress: (bytes) => request.onProgress?.({ bytes, total }),
    signal,
  });
  for (const reference of unread) {
    const image = inspected.get(reference)!;
    const saved = savedImage(archive.images, reference, image);
    let bytesRead = 0;
    for (const layer of saved.layers) {
      if (!layer.index || store.layers.has(layer.diffId)) continue;
      store.layers.put(layer.index);
      bytesRead += layer.tarBytes ?? 0;
    }
    const record = recordOf(reference, image, saved);
    images.set(reference, { record, indexes: saved.layers.map((layer) => layer.index), bytesRead });
  }
  return { images, warnings: archive.warnings };
}

function fromCache(store: Store, reference: string, image: InspectedImage): ReadImage | undefined {
  if (!image.diffIds.every((diffId) => store.layers.has(diffId))) return undefined;
  const record = ImageRecord.safeParse(store.images.get(image.id));
  if (!record.success) return undefined;
  const indexes = image.diffIds.map((diffId) => store.layers.get(diffId));
  if (!indexes.every((index) => index !== undefined)) return undefined;
  return { record: { ...record.data, name: reference, engineSize: image.size }, indexes, bytesRead: 0 };
}

/** The layers' content sizes as the engine's history has them, each layer once: what the archive will be, nearly. */
async function expectedBytes(
  docker: DockerEngine,
  references: readonly string[],
  inspected: ReadonlyMap<string, InspectedImage>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const sizes = new Map<string, number>();
  for (const reference of references) {
    const image = inspected.get(reference)!;
    const layers = await docker.layerSizes(reference, { signal });
    if (!layers || layers.length !== image.diffIds.length) return undefined;
    image.diffIds.forEach((diffId, index) => {
      sizes.set(diffId, layers[index]!);
    });
  }
  let sum = 0;
  for (const size of sizes.values()) sum += size;
  return sum;
}

/** The archive's image of that reference: engines with the containerd store have other ids, so layers decide. */
function savedImage(
  images: readonly ArchiveImage[],
  reference: string,
  wanted: InspectedImage,
): ArchiveImage {
  const sameLayers = images.filter(
    (image) =>
      image.layers.length === wanted.diffIds.length &&
      image.layers.every((layer, index) => layer.diffId === wanted.diffIds[index]),
  );
  const image =
    sameLayers.find(({ id, manifestDigest }) => id === wanted.id || manifestDigest === wanted.id) ??
    sameLayers.find(({ names }) => names.includes(reference)) ??
    sameLayers[0];
  if (!image) throw new Error(`The engine saved ${reference} without the layers it reports`);
  return image;
}

function recordOf(reference: string, image: InspectedImage, saved: ArchiveImage): ImageRecord {
  return {
    id: image.id,
    name: reference,
    platform: saved.platform,
    created: saved.created,
    config: saved.config,
    engineSize: image.size,
    layers: saved.layers.map(({ diffId, createdBy, tarBytes, compressedBytes }) => ({
      diffId,
      createdBy,
      tarBytes,
      compressedBytes,
    })),
  };
}
