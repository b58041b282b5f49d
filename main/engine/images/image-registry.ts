import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { type Comparison, compareFilesystems } from '../compare/compare-filesystems.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import type { Store } from '../store/open-store.ts';
import { ImageRecord } from './image-record.ts';

export interface LoadedImage {
  readonly handle: string;
  readonly record: ImageRecord;
  readonly filesystem: Filesystem;
}

export interface ImageRegistry {
  add(record: ImageRecord, indexes: readonly (LayerIndex | undefined)[]): LoadedImage;
  /** Throws `not-found` for a handle of an image that is neither in memory nor whole in the cache. */
  get(handle: string): LoadedImage;
  compare(left: LoadedImage, right: LoadedImage): Comparison | undefined;
}

/** Merged filesystems kept in memory: about 80 bytes a path each, and any of them is put together again in moments. */
const keptImages = 12;
const keptComparisons = 4;

/**
 * The images that windows and commands look at, by handle. A handle is the image's id, so it means the same after a
 * restart, when the image is put together again from the cache.
 */
export function createImageRegistry(store: Store): ImageRegistry {
  const loaded = new Map<string, LoadedImage>();
  const comparisons = new Map<string, Comparison>();

  function add(record: ImageRecord, indexes: readonly (LayerIndex | undefined)[]): LoadedImage {
    const missing = indexes.flatMap((index, layer) => (index ? [] : [layer]));
    // The same image with a layer missing is not the same picture.
    const handle = missing.length === 0 ? record.id : `${record.id}~without-${missing.join('-')}`;
    const known = loaded.get(handle);
    const image = { handle, record, filesystem: known?.filesystem ?? mergeLayers(indexes) };
    keep(loaded, handle, image, keptImages);
    if (missing.length === 0) store.images.put(record.id, record);
    return image;
  }

  function get(handle: string): LoadedImage {
    const image = loaded.get(handle) ?? fromStore(handle);
    if (!image) {
      throw new LayerscopeError({
        code: 'not-found',
        message: 'This image is no longer at hand',
        hint: 'Open it again, or build the project again',
      });
    }
    keep(loaded, handle, image, keptImages);
    return image;
  }

  function fromStore(id: string): LoadedImage | undefined {
    const record = ImageRecord.safeParse(store.images.get(id));
    if (!record.success) return undefined;
    const indexes = record.data.layers.map((layer) => store.layers.get(layer.diffId));
    if (!indexes.every((index) => index !== undefined)) return undefined;
    return { handle: id, record: record.data, filesystem: mergeLayers(indexes) };
  }

  function compare(left: LoadedImage, right: LoadedImage): Comparison | undefined {
    if (!left.filesystem.complete || !right.filesystem.complete) return undefined;
    const key = `${left.handle} ${right.handle}`;
    const comparison = comparisons.get(key) ?? compareFilesystems(left.filesystem, right.filesystem);
    keep(comparisons, key, comparison, keptComparisons);
    return comparison;
  }

  return { add, get, compare };
}

/** Puts the entry last and drops the first ones beyond the limit: least recently used goes first. */
function keep<T>(map: Map<string, T>, key: string, value: T, limit: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) break;
    map.delete(oldest);
  }
}
