import type { ImageProgress } from '../../../shared/api/contract.ts';
import {
  ImageConfigDocument,
  type ImageOutline,
  type Warning,
} from '../../../shared/model/image-document.ts';
import type { ArchiveImage } from '../archive/archive.ts';
import { platformMatches } from '../archive/choose-images.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { digestOfPath, platformName } from '../archive/oci.ts';
import { readArchive } from '../archive/read-archive.ts';
import type { DockerEngine, InspectedImage } from '../docker/docker-engine.ts';
import type { Store } from '../store/open-store.ts';
import type { ImageRecord } from './image-record.ts';
import type { Known } from './loaded-image.ts';

export interface ReadImage {
  readonly record: ImageRecord;
  /** Bottom first; undefined where the layer is not available. */
  readonly indexes: readonly (LayerIndex | undefined)[];
  /** Whether every layer that is there was held against its diff_id, or came from an engine. */
  readonly trusted: boolean;
  /** Bytes of layers that were read for this image; a layer several share counts for the first. */
  readonly bytesRead: number;
}

export interface ReadRequest {
  readonly docker: DockerEngine;
  readonly store: Store;
  readonly known: Known;
  /** Names or ids, as the engine knows them. */
  readonly references: readonly string[];
  readonly platform?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ImageProgress) => void;
}

/** Sizes of an image's layers as the engine's history has them, bottom first. */
type LayerSizes = readonly number[] | undefined;

/**
 * Reads images of the engine. Layers that are known are never asked for again: an image whose layers are all known
 * is not saved, and the others come in one request, so that what they share travels once. What an engine streams
 * is trusted, so it enters the cache without being verified.
 */
export async function readEngineImages(
  request: ReadRequest,
): Promise<{ readonly images: ReadonlyMap<string, ReadImage>; readonly warnings: readonly Warning[] }> {
  const { docker, store, known, references, platform, signal } = request;
  const inspected = new Map<string, InspectedImage>();
  const sizes = new Map<string, LayerSizes>();
  const asked = references.map((reference) =>
    Promise.all([
      docker.inspect(reference, { signal, platform }),
      docker.layerSizes(reference, { signal, platform }),
    ]),
  );
  for (const [at, [image, layers]] of (await Promise.all(asked)).entries()) {
    const reference = references[at]!;
    inspected.set(reference, image);
    sizes.set(reference, layers?.length === image.diffIds.length ? layers : undefined);
    request.onProgress?.({ bytes: 0, image: outlineOf(reference, image, sizes.get(reference)) });
  }

  const images = new Map<string, ReadImage>();
  const unread: string[] = [];
  for (const [reference, image] of inspected) {
    const atHand =
      image.diffIds.length > 0 ? knownImage(known, reference, image) : layerless(reference, image);
    if (atHand) images.set(reference, atHand);
    else unread.push(reference);
  }
  if (unread.length === 0) return { images, warnings: [] };

  const total = expectedBytes(unread, inspected, sizes);
  const platforms = new Set(unread.map((reference) => platformName(inspected.get(reference)!)));
  // Without a word the engine saves all platforms that it has.
  const only = platform !== undefined && platforms.size === 1 ? [...platforms][0] : undefined;
  const archive = await readArchive(await docker.save(unread, { signal, platform: only }), {
    verify: false,
    hashSeed: store.hashSeed,
    platform,
    known: known.layer,
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
      const blob = digestOfPath(layer.path);
      if (blob && layer.compressedBytes !== undefined) store.layers.putBlob(blob, layer.diffId);
      bytesRead += layer.tarBytes ?? 0;
    }
    const indexes = saved.layers.map((layer) => layer.index);
    images.set(reference, { record: recordOf(reference, image, saved), indexes, trusted: true, bytesRead });
  }
  return { images, warnings: archive.warnings };
}

function outlineOf(reference: string, image: InspectedImage, sizes: LayerSizes): ImageOutline {
  return {
    names: [reference],
    platform: platformName(image),
    layers: image.diffIds.map((diffId, layer) => ({ diffId, blobBytes: sizes?.[layer] })),
  };
}

function knownImage(known: Known, reference: string, image: InspectedImage): ReadImage | undefined {
  const record = known.record(image.id);
  if (!record || !image.diffIds.every(known.hasLayer)) return undefined;
  const indexes = image.diffIds.map(known.layer);
  if (!indexes.every((index) => index !== undefined)) return undefined;
  return {
    record: { ...record, name: reference, engineSize: image.size },
    indexes,
    trusted: true,
    bytesRead: 0,
  };
}

/** An image without layers is all in its config: engine 20.10 refuses to save it ("empty export"). */
function layerless(reference: string, image: InspectedImage): ReadImage {
  const { id, created, size: engineSize } = image;
  const config = ImageConfigDocument.parse(image.config);
  const facts = { id, name: reference, platform: platformName(image), created, config, engineSize };
  return {
    record: { ...facts, source: { kind: 'engine' }, layers: [] },
    indexes: [],
    trusted: true,
    bytesRead: 0,
  };
}

/** The layers' content sizes, each layer once: what the archive will be, nearly. */
function expectedBytes(
  references: readonly string[],
  inspected: ReadonlyMap<string, InspectedImage>,
  sizes: ReadonlyMap<string, LayerSizes>,
): number | undefined {
  const byLayer = new Map<string, number>();
  for (const reference of references) {
    const layers = sizes.get(reference);
    if (!layers) return undefined;
    inspected.get(reference)!.diffIds.forEach((diffId, index) => {
      byLayer.set(diffId, layers[index]!);
    });
  }
  let sum = 0;
  for (const size of byLayer.values()) sum += size;
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
  const sameNames = sameLayers.filter(({ names }) => names.includes(reference));
  const image =
    sameLayers.find(({ id, manifestDigest }) => id === wanted.id || manifestDigest === wanted.id) ??
    sameNames.find(({ platform }) => platformMatches(platform, platformName(wanted))) ??
    sameNames[0] ??
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
    source: { kind: 'engine' },
    engineSize: image.size,
    layers: saved.layers.map(({ diffId, path, createdBy, tarBytes, compressedBytes }) => ({
      diffId,
      path,
      createdBy,
      tarBytes,
      compressedBytes,
    })),
  };
}
