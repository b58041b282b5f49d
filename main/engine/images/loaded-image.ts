import type { ImageFacts } from '../../../shared/model/image-document.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { Store } from '../store/open-store.ts';
import { ImageRecord } from './image-record.ts';

/** An image in memory: what the `files` and `compare` methods look at. */
export interface ImageInMemory {
  /** Names it among loaded images and after a restart: see handleOf. */
  readonly handle: string;
  readonly record: ImageRecord;
  readonly filesystem: Filesystem;
  /** Whether every layer that is there was held against its diff_id, or came from an engine. */
  readonly trusted: boolean;
}

export interface LoadedImage extends ImageInMemory {
  /** Bounded lists as long as they were last asked for. */
  readonly facts: ImageFacts;
}

/**
 * The image's id, so that a handle means the same after a restart. The same image with a layer missing, or with
 * layers nobody verified, is not the same picture.
 */
export function handleOf(id: string, indexes: readonly (LayerIndex | undefined)[], trusted: boolean): string {
  const missing = indexes.flatMap((index, layer) => (index ? [] : [layer]));
  const gaps = missing.length === 0 ? '' : `~without-${missing.join('-')}`;
  return `${id}${gaps}${trusted ? '' : '~unverified'}`;
}

/** What need not be read again: what is in memory, then what is in the cache. */
export interface Known {
  hasLayer(diffId: string): boolean;
  layer(diffId: string): LayerIndex | undefined;
  /** The layer that travels as a blob of this digest: its diff_id where it is plain. */
  layerOfBlob(digest: string): LayerIndex | undefined;
  record(id: string): ImageRecord | undefined;
}

export function known(loaded: readonly ImageInMemory[], store: Store): Known {
  const layers = new Map<string, LayerIndex>();
  const records = new Map<string, ImageRecord>();
  for (const { handle, trusted, filesystem, record } of loaded) {
    // What a file claims of itself holds for nothing else.
    if (!trusted) continue;
    for (const layer of filesystem.layers) if (layer) layers.set(layer.diffId, layer);
    if (handle === record.id) records.set(handle, record);
  }
  const layer = (diffId: string) => layers.get(diffId) ?? store.layers.get(diffId);
  return {
    hasLayer: (diffId) => layers.has(diffId) || store.layers.has(diffId),
    layer,
    layerOfBlob: (digest) => layer(store.layers.ofBlob(digest) ?? digest),
    record: (id) => records.get(id) ?? ImageRecord.safeParse(store.images.get(id)).data,
  };
}
