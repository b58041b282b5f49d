import { randomUUID } from 'node:crypto';
import type { ParsedInput } from '../../../shared/api/contract.ts';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { WatchSnapshot } from '../../../shared/model/watch.ts';
import type { BuildJob } from '../build/build-job.ts';

/** Folders that are built again whenever they change. */
export interface Watches {
  /** Returns its id. Throws what starting the first build throws. */
  start(input: ParsedInput<'watch.start'>): Promise<string>;
  /** Sends the snapshot and every one after it; resolves when the watch is stopped, rejects when `signal` aborts. */
  follow(id: string, emit: (snapshot: WatchSnapshot) => void, signal: AbortSignal): Promise<void>;
  stop(id: string): void;
  current(folder: string): string | undefined;
  close(): Promise<void>;
}

export interface WatchesOptions {
  /** Starts a build; the one that runs in the folder is given up. */
  readonly build: (input: ParsedInput<'build.start'>) => Promise<BuildJob>;
}

export function createWatches({ build }: WatchesOptions): Watches {
  const watches = new Map<
    string,
    { readonly folder: string; snapshot: WatchSnapshot; readonly end: PromiseWithResolvers<void> }
  >();
  const get = (id: string) => {
    const watch = watches.get(id);
    if (watch) return watch;
    throw new LayerscopeError({
      code: 'not-found',
      message: 'This folder is no longer watched',
      hint: 'Start comparing it again',
    });
  };

  return {
    async start(input) {
      const job = await build(input);
      const id = randomUUID();
      const { folder } = job;
      const snapshot: WatchSnapshot = {
        id,
        folder,
        variants: input.variants,
        state: 'building',
        build: job.id,
      };
      watches.set(id, { folder, snapshot, end: Promise.withResolvers() });
      return id;
    },
    async follow(id, emit) {
      const watch = get(id);
      emit(watch.snapshot);
      await watch.end.promise;
    },
    stop(id) {
      get(id).end.resolve();
      watches.delete(id);
    },
    current: (folder) => [...watches].find(([, watch]) => watch.folder === folder)?.[0],
    async close() {
      for (const { end } of watches.values()) end.resolve();
    },
  };
}
