import type { ChangeTotals, TreeChangePage } from '../../../shared/model/comparison-document.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import { type ChangePage, type ChangeQuery, listChanges } from '../compare/change-rows.ts';
import { mostInDirectory } from '../compare/change-tree.ts';
import { totalChanges } from '../compare/compare-filesystems.ts';
import { type ChangeFilters, filterChanges } from '../compare/filter-changes.ts';
import { listChangeTree, type TreeQuery } from '../compare/list-change-tree.ts';
import type { ComparisonFindings, ExplainRequest } from '../findings/comparison-findings.ts';
import type { OpenedBuild, Reader, TaskOptions, Tasks } from '../reader/reader.ts';
import { sharedWork } from '../reader/shared-work.ts';
import type { Store } from '../store/open-store.ts';
import { ImageRecord } from './image-record.ts';
import type { LoadedImage } from './loaded-image.ts';
import { readTracedHandle } from './trace-record.ts';
import { createTracedImages, notAtHand, type TracedImages } from './traced-images.ts';

export interface ImageRegistry {
  openArchive(
    input: Omit<Tasks['openArchive']['input'], 'loaded'>,
    options: TaskOptions<'openArchive'>,
  ): Promise<Tasks['openArchive']['result']>;
  openImages(
    input: Omit<Tasks['openImages']['input'], 'loaded'>,
    options: TaskOptions<'openImages'>,
  ): Promise<Tasks['openImages']['result']>;
  /** Builds variants and opens what they are. Settles when nothing of it runs any more. */
  build(input: Omit<Tasks['build']['input'], 'loaded'>, options: TaskOptions<'build'>): Promise<OpenedBuild>;
  /** Whether `get` will find the image. */
  has(handle: string): boolean;
  /** What is kept of an image. Throws `not-found`. */
  record(handle: string): ImageRecord;
  /** Rejects with `not-found` for a handle of an image that is neither in memory nor whole in the cache. */
  get(handle: string, signal?: AbortSignal): Promise<LoadedImage>;
  /** Traces a build's images. They get handles of their own, which are the same after a restart. */
  readonly trace: TracedImages['trace'];
  /** Undefined where one of them is not whole. */
  compare(left: LoadedImage, right: LoadedImage, signal?: AbortSignal): Promise<LoadedComparison | undefined>;
}

export interface LoadedComparison {
  readonly totals: ChangeTotals;
  /** A page of rows, largest |right − left| first, then by path. Rejects with `path-not-found`. */
  rows(
    query: ChangeQuery & ChangeFilters,
    signal: AbortSignal,
  ): Promise<ChangePage & { totals: ChangeTotals }>;
  /** A page of a directory. Rejects with `path-not-found`. */
  tree(query: TreeQuery & ChangeFilters, signal: AbortSignal): Promise<TreeChangePage>;
  /** Where its bytes differ, and why. */
  findings(request: Omit<ExplainRequest, 'columns'>, signal?: AbortSignal): Promise<ComparisonFindings>;
}

/** Images kept in memory, however many handles there are on them; any of them is put together again in moments. */
const keptImages = 12;
/** Handles for each of them. */
const keptHandles = 4;
/** Where nothing is on disk, what goes from memory has to be read again. */
const keptWithoutCache = 64;
/** Paths of all of them together, at 150 bytes each; two are always kept, since a comparison needs two. */
const keptPaths = 5_000_000;
const keptComparisons = 4;
/** Rows of a comparison that are chosen from in a few ms: handing them to the reader would take as long. */
const fewRows = 20_000;

/**
 * The images that windows and commands look at, by handle. What takes long is the reader's: opening them, putting
 * them together again from the cache after a restart, and comparing them; building is the builder's, which may take all
 * the time that a RUN takes.
 */
export function createImageRegistry(store: Store, reader: Reader, builder: Reader): ImageRegistry {
  const images = new Map<string, LoadedImage>();
  const comparisons = new Map<string, LoadedComparison>();
  const loading = sharedWork<LoadedImage>();
  const comparing = sharedWork<LoadedComparison>();
  const traced = createTracedImages(store, reader, {
    inMemory: (handle) => images.get(handle),
    get: imageOf,
    keep: keepImage,
  });
  const kept = store.layers.info().path === undefined ? keptWithoutCache : keptImages;

  const inMemory = () => [...images.values()].map(({ facts: _, ...image }) => image);

  function keepImage(image: LoadedImage): void {
    keep(images, image.handle, image, kept * keptHandles);
    for (const oldest of images.keys()) {
      const trees = new Set([...images.values()].map(({ filesystem }) => filesystem.tree));
      let paths = 0;
      for (const { count } of trees) paths += count;
      if (trees.size <= 2 || (trees.size <= kept && paths <= keptPaths)) break;
      images.delete(oldest);
    }
  }

  /** The image as it was just opened, with the filesystem there is: what was computed of it is kept by it. */
  function add<T extends LoadedImage>(opened: T): T {
    const filesystem = images.get(opened.handle)?.filesystem ?? opened.filesystem;
    const image = { ...opened, filesystem };
    keepImage(image);
    return image;
  }

  function imageOf(handle: string, signal: AbortSignal | undefined): Promise<LoadedImage> {
    const image = images.get(handle);
    return image ? Promise.resolve(image) : loading(handle, signal, (whileAsked) => load(handle, whileAsked));
  }

  async function load(handle: string, signal: AbortSignal): Promise<LoadedImage> {
    if (traced.isTraced(handle)) return traced.load(handle, signal);
    const image = await reader.perform('loadImage', { id: handle, loaded: inMemory(), top: 0 }, { signal });
    if (image) return add(image);
    throw notAtHand();
  }

  function has(handle: string): boolean {
    if (images.has(handle)) return true;
    if (traced.isTraced(handle)) return traced.has(handle, has);
    const record = ImageRecord.safeParse(store.images.get(handle));
    return record.success && record.data.layers.every(({ diffId }) => store.layers.has(diffId));
  }

  async function compared(
    left: LoadedImage,
    right: LoadedImage,
    signal: AbortSignal,
  ): Promise<LoadedComparison> {
    const sides = { left: left.filesystem, right: right.filesystem };
    const result = await reader.perform('compare', sides, { signal });
    const all = { ...result.columns, ...sides };
    return {
      totals: result.totals,
      async rows({ leftFilter, rightFilter, ...query }, signal) {
        const columns = await filterChanges(all, { leftFilter, rightFilter }, signal);
        const page = await (columns.count <= fewRows
          ? listChanges(columns, query)
          : reader.perform('listChanges', { columns, query }, { signal }));
        return { ...page, totals: totalChanges(columns) };
      },
      async tree({ leftFilter, rightFilter, ...query }, signal) {
        const columns = await filterChanges(all, { leftFilter, rightFilter }, signal);
        return mostInDirectory(columns.tree) <= fewRows
          ? listChangeTree(columns, query)
          : reader.perform('listChangeTree', { columns, query }, { signal });
      },
      findings: (request, signal) => reader.perform('explain', { ...request, columns: all }, { signal }),
    };
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

    async build(input, options) {
      const built = await builder.perform('build', { ...input, loaded: inMemory() }, options);
      return {
        ...built,
        images: new Map([...built.images].map(([tag, image]) => [tag, add(image)])),
        // A thread has Dockerfiles of its own.
        dockerfiles: built.dockerfiles.map(({ dockerfile, ...builds }) => ({
          ...builds,
          dockerfile: dockerfileOf(input.project, {
            dockerfile: dockerfile.path,
            readFor: dockerfile.readFor,
          }),
        })),
      };
    },

    trace: traced.trace,
    has,

    record(handle) {
      const inMemory = images.get(handle)?.record;
      const kept = store.images.get(readTracedHandle(handle)?.image ?? handle);
      const record = inMemory ?? ImageRecord.safeParse(kept).data;
      if (record) return record;
      throw notAtHand();
    },

    async get(handle, signal) {
      const image = await imageOf(handle, signal);
      keepImage(image);
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
