import { LayerscopeError } from '../../../shared/api/errors.ts';
import { type Comparison, comparisonOf } from '../compare/compare-filesystems.ts';
import type { Reader, TaskOptions, Tasks } from '../reader/reader.ts';
import { sharedWork } from '../reader/shared-work.ts';
import type { Store } from '../store/open-store.ts';
import { ImageRecord } from './image-record.ts';
import type { LoadedImage } from './loaded-image.ts';

export interface ImageRegistry {
  openArchive(
    input: Omit<Tasks['openArchive']['input'], 'loaded'>,
    options: TaskOptions,
  ): Promise<Tasks['openArchive']['result']>;
  openImages(
    input: Omit<Tasks['openImages']['input'], 'loaded'>,
    options: TaskOptions,
  ): Promise<Tasks['openImages']['result']>;
  /** Whether `get` will find the image. */
  has(handle: string): boolean;
  /** Rejects with `not-found` for a handle of an image that is neither in memory nor whole in the cache. */
  get(handle: string, signal?: AbortSignal): Promise<LoadedImage>;
  /** Undefined where one of them is not whole. */
  compare(left: LoadedImage, right: LoadedImage, signal?: AbortSignal): Promise<Comparison | undefined>;
}

/** Merged filesystems kept in memory: about 80 bytes a path each, and any of them is put together again in moments. */
const keptImages = 12;
/** Where nothing is on disk, what goes from memory has to be read again. */
const keptWithoutCache = 64;
const keptComparisons = 4;

/**
 * The images that windows and commands look at, by handle. What takes long is the reader's: opening them, putting
 * them together again from the cache after a restart, and comparing them.
 */
export function createImageRegistry(store: Store, reader: Reader): ImageRegistry {
  const images = new Map<string, LoadedImage>();
  const comparisons = new Map<string, Comparison>();
  const loading = sharedWork<LoadedImage>();
  const comparing = sharedWork<Comparison>();
  const kept = store.layers.info().path === undefined ? keptWithoutCache : keptImages;

  const inMemory = () => [...images.values()].map(({ facts: _, ...image }) => image);

  /** The image as it was just opened, with the filesystem there is: what was computed of it is kept by it. */
  function add<T extends LoadedImage>(opened: T): T {
    const filesystem = images.get(opened.handle)?.filesystem ?? opened.filesystem;
    const image = { ...opened, filesystem };
    keep(images, image.handle, image, kept);
    return image;
  }

  async function load(handle: string, signal: AbortSignal): Promise<LoadedImage> {
    const image = await reader.perform('loadImage', { id: handle, loaded: inMemory(), top: 0 }, { signal });
    if (image) return add(image);
    throw new LayerscopeError({
      code: 'not-found',
      message: 'This image is no longer at hand',
      hint: 'Open it again, or build the project again',
    });
  }

  async function compared(left: LoadedImage, right: LoadedImage, signal: AbortSignal): Promise<Comparison> {
    const sides = { left: left.filesystem, right: right.filesystem };
    const { columns, totals } = await reader.perform('compare', sides, { signal });
    return comparisonOf({ ...columns, ...sides }, totals);
  }

  return {
    async openArchive(input, options) {
      const { image, warnings } = await reader.perform(
        'openArchive',
        { ...input, loaded: inMemory() },
        options,
      );
      return { image: add(image), warnings };
    },

    async openImages(input, options) {
      const opened = await reader.perform('openImages', { ...input, loaded: inMemory() }, options);
      return {
        images: new Map([...opened.images].map(([reference, image]) => [reference, add(image)])),
        warnings: opened.warnings,
      };
    },

    has(handle) {
      if (images.has(handle)) return true;
      const record = ImageRecord.safeParse(store.images.get(handle));
      return record.success && record.data.layers.every(({ diffId }) => store.layers.has(diffId));
    },

    async get(handle, signal) {
      const image =
        images.get(handle) ?? (await loading(handle, signal, (whileAsked) => load(handle, whileAsked)));
      keep(images, handle, image, kept);
      return image;
    },

    async compare(left, right, signal) {
      if (!left.filesystem.complete || !right.filesystem.complete) return undefined;
      const key = `${left.handle} ${right.handle}`;
      const comparison =
        comparisons.get(key) ??
        (await comparing(key, signal, (whileAsked) => compared(left, right, whileAsked)));
      keep(comparisons, key, comparison, keptComparisons);
      return comparison;
    },
  };
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
