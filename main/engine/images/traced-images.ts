import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { Reader } from '../reader/reader.ts';
import { sharedWork } from '../reader/shared-work.ts';
import { withOwners } from '../report/image-facts.ts';
import type { Store } from '../store/open-store.ts';
import type { LoadedImage } from './loaded-image.ts';
import type { BuildTrace, FindingsRequest, TraceBuildRequest } from './trace-build.ts';
import { readTracedHandle, TraceRecord, tracedHandle, traceId } from './trace-record.ts';

/** A variant by the index of its stage, with the handles of the images of the stages that were traced. */
export interface TracedVariant extends BuildTrace {
  readonly handles: ReadonlyMap<number, string>;
}

export interface TracedImages {
  /** Traces a build's images. They get handles of their own, which are the same after a restart. */
  trace(request: TraceRequest, signal: AbortSignal): Promise<ReadonlyMap<number, TracedVariant>>;
  /** Whether the handle is one of these. */
  isTraced(handle: string): boolean;
  /** Whether `load` will find the image, given what tells that of others. */
  has(handle: string, hasImage: (handle: string) => boolean): boolean;
  /** Traces it again from what is kept. Rejects with `not-found` where something of that is gone. */
  load(handle: string, signal: AbortSignal): Promise<LoadedImage>;
}

export type TraceRequest = Omit<TraceBuildRequest, 'images'>;

/** The images of the registry that all others are, too. */
export interface OtherImages {
  inMemory(handle: string): LoadedImage | undefined;
  get(handle: string, signal: AbortSignal): Promise<LoadedImage>;
  keep(image: LoadedImage): void;
}

interface Traced {
  readonly findings: FindingsRequest | undefined;
  readonly variants: ReadonlyMap<number, TracedVariant>;
  readonly images: ReadonlyMap<string, LoadedImage>;
}

/** Builds of Dockerfiles whose traces are kept while their images are in memory. */
const keptTraces = 16;

/**
 * The images of builds with where everything in them is from. A traced image has all in common with the one it is traced
 * from, but for the origins beside.
 */
export function createTracedImages(store: Store, reader: Reader, others: OtherImages): TracedImages {
  const tracing = sharedWork<Traced>();
  const traced = new Map<string, Omit<Traced, 'images'>>();

  /** What the trace of that id is of, and whether the context is still there: without it, it would be another one. */
  function kept(id: string): { readonly record: TraceRecord; readonly hasContext: boolean } | undefined {
    const record = TraceRecord.safeParse(store.traces.get(id)).data;
    return record && { record, hasContext: record.context === null || store.layers.has(record.context) };
  }

  async function trace({ record, ...request }: TraceRequest, signal: AbortSignal): Promise<Traced> {
    const id = traceId(record);
    const handles = [...new Set(record.stages.map(({ image }) => image))];
    const loaded = new Map(
      await Promise.all(handles.map(async (handle) => [handle, await others.get(handle, signal)] as const)),
    );
    const filesystems = new Map([...loaded].map(([handle, { filesystem }]) => [handle, filesystem]));
    const traces = await reader.perform('trace', { ...request, record, images: filesystems }, { signal });
    const images = new Map<string, LoadedImage>();
    const result = new Map<number, TracedVariant>();
    for (const [target, variant] of traces) {
      const own = new Map<number, string>();
      for (const { index, origins } of variant.stages) {
        const image = loaded.get(record.stages.find((stage) => stage.index === index)!.image)!;
        const handle = tracedHandle(image.handle, id, target, index);
        const filesystem = { ...image.filesystem, origins };
        images.set(handle, { ...image, handle, filesystem, facts: withOwners(image.facts, origins.owners) });
        own.set(index, handle);
      }
      result.set(target, { ...variant, handles: own });
    }
    for (const image of images.values()) others.keep(image);
    const { findings } = request;
    traced.delete(id);
    traced.set(id, { variants: result, findings });
    if (traced.size > keptTraces) traced.delete(traced.keys().next().value!);
    return { variants: result, findings, images };
  }

  return {
    async trace(request, signal) {
      const { record, context, findings } = request;
      const id = traceId(record);
      store.traces.put(id, record);
      if (context && !store.layers.has(context.diffId)) store.layers.put(context);
      const known = traced.get(id);
      const variants = [...(known?.variants.values() ?? [])];
      const inMemory = variants.every(({ handles }) => [...handles.values()].every(others.inMemory));
      if (known && inMemory && known.findings?.top === findings?.top) return known.variants;
      const key = `${id} ${findings?.top}`;
      return (await tracing(key, signal, (whileAsked) => trace(request, whileAsked))).variants;
    },

    isTraced: (handle) => readTracedHandle(handle) !== undefined,

    has(handle, hasImage) {
      const known = kept(readTracedHandle(handle)?.id ?? '');
      return known?.hasContext === true && known.record.stages.every(({ image }) => hasImage(image));
    },

    async load(handle, signal) {
      const id = readTracedHandle(handle)?.id ?? '';
      const record = kept(id)?.record;
      const context = record?.context ? store.layers.get(record.context) : undefined;
      if (!record || (record.context !== null && !context)) throw notAtHand();
      const { images } = await tracing(id, signal, (whileAsked) => trace({ record, context }, whileAsked));
      const image = images.get(handle);
      if (image) return image;
      throw notAtHand();
    },
  };
}

export function notAtHand(): LayerscopeError {
  return new LayerscopeError({
    code: 'not-found',
    message: 'This image is no longer at hand',
    hint: 'Open it again, or build the project again',
  });
}
