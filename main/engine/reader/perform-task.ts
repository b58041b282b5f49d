import type { ImageProgress } from '../../../shared/api/contract.ts';
import { listChanges } from '../compare/change-rows.ts';
import { changeColumns, totalChanges } from '../compare/compare-filesystems.ts';
import { listChangeTree } from '../compare/list-change-tree.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { handleOf, known } from '../images/loaded-image.ts';
import { openArchiveImage } from '../images/open-archive-image.ts';
import { type ReadImage, readEngineImages } from '../images/read-engine-images.ts';
import { withPackages } from '../packages/packages-of.ts';
import { imageFacts } from '../report/image-facts.ts';
import type { Store } from '../store/open-store.ts';
import { progressMeter } from './read-progress.ts';
import type { OpenedImage, TaskEvent, TaskName, Tasks } from './reader.ts';

/** What tasks work with, whichever thread they run in. */
export interface TaskContext {
  readonly store: Store;
  readonly docker: (endpoint: Tasks['openImages']['input']['endpoint']) => Promise<DockerEngine>;
  /** What the archive path `-` reads; only the terminal has one. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly signal: AbortSignal;
  /** Whether somebody will look through images at once: what the first question would wait for is then done here. */
  readonly forWindows?: boolean;
}

type ContextOf<T extends TaskName> = TaskContext & {
  readonly onProgress: (progress: TaskEvent<T>) => void;
};

type Perform = {
  readonly [T in TaskName]: (input: Tasks[T]['input'], context: ContextOf<T>) => Promise<Tasks[T]['result']>;
};

/** The tasks themselves. */
export const performTask: Perform = {
  async openArchive(input, context) {
    const { image, warnings } = await openArchiveImage({
      ...requestOf(input, context),
      source: input.source,
    });
    return { image: opened(image, input, context), warnings };
  },

  async openImages(input, context) {
    const docker = await context.docker(input.endpoint);
    const { references } = input;
    const { images, warnings } = await readEngineImages({ ...requestOf(input, context), docker, references });
    return {
      images: new Map([...images].map(([reference, image]) => [reference, opened(image, input, context)])),
      warnings,
    };
  },

  async build({ project, variants, settings, ...input }, context) {
    // Loaded when it is needed: what builds is nothing to an image that is there.
    const { buildImages, fingerprintOf } = await import('../build/build-images.ts');
    const { store, signal, onProgress } = context;
    const meter = progressMeter((progress) => onProgress({ type: 'reading', progress }));
    const built = await buildImages({
      docker: await context.docker(input.endpoint),
      store,
      known: known(input.loaded, store),
      project,
      variants,
      settings,
      signal,
      emit: (event) => (event.type === 'reading' ? meter(event.progress) : onProgress(event)),
    });
    const fingerprint = fingerprintOf({ project, variants, top: input.top }, built);
    const isKnown = fingerprint !== undefined && fingerprint === input.known;
    const images = isKnown ? [] : [...built.images];
    const openedImages = images.map(([tag, image]) => [tag, opened(image, input, context)] as const);
    return { ...built, images: new Map(openedImages), fingerprint };
  },

  async loadImage(input, context) {
    const { record, layer } = known(input.loaded, context.store);
    const image = record(input.id);
    const indexes = image?.layers.map(({ diffId }) => layer(diffId));
    if (!image || !indexes?.every((index) => index !== undefined)) return undefined;
    return opened({ record: image, indexes, trusted: true, bytesRead: 0 }, input, context);
  },

  async trace(input) {
    // Loaded when it is needed: an image that is only looked at has nothing to trace.
    const { traceBuild } = await import('../images/trace-build.ts');
    return traceBuild(input);
  },

  async compare({ left, right }) {
    const compared = changeColumns(left, right);
    const { left: _, right: __, ...columns } = compared;
    return { columns, totals: totalChanges(compared) };
  },

  async listChanges({ columns, query }) {
    return listChanges(columns, query);
  },

  async listChangeTree({ columns, query }) {
    return listChangeTree(columns, query);
  },

  async explain(input) {
    // Loaded when it is needed, as above.
    const { comparisonFindings } = await import('../findings/comparison-findings.ts');
    return comparisonFindings(input);
  },
};

function requestOf(input: Tasks['openArchive' | 'openImages']['input'], context: ContextOf<'openImages'>) {
  const { store, stdin, signal } = context;
  const meter = progressMeter(context.onProgress);
  return {
    store,
    stdin,
    signal,
    known: known(input.loaded, store),
    platform: input.platform,
    onProgress: (progress: ImageProgress) =>
      progress.image ? context.onProgress(progress) : meter(progress),
  };
}

/** Merges and measures what was read; remembers it where it is whole and can be trusted. */
function opened(
  { record, indexes, trusted, bytesRead }: ReadImage,
  { loaded, top }: Pick<Tasks['loadImage']['input'], 'loaded' | 'top'>,
  { store, forWindows = false }: TaskContext,
): OpenedImage {
  const handle = handleOf(record.id, indexes, trusted);
  const atHand = loaded.find((image) => image.handle === handle);
  const merged = () => (forWindows ? withPackages(mergeLayers(indexes)) : mergeLayers(indexes));
  const filesystem = atHand?.filesystem ?? merged();
  if (handle === record.id) store.images.put(record.id, record);
  return { handle, record, filesystem, facts: imageFacts(record, filesystem, top), trusted, bytesRead };
}
