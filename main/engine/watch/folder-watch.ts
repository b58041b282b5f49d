import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ParsedInput } from '../../../shared/api/contract.ts';
import { type ErrorInfo, LayerscopeError, toErrorInfo } from '../../../shared/api/errors.ts';
import type { BuildState } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { WatchSnapshot } from '../../../shared/model/watch.ts';
import type { BuildJob } from '../build/build-job.ts';
import { changeBatch } from './change-batch.ts';
import { giveWay } from './give-way.ts';
import { projectWatch } from './project-watch.ts';
import { isEngineGone, worthAnotherTry } from './retry.ts';
import type { WatchedProject } from './watched-paths.ts';

export interface FolderWatchOptions {
  /** Reads the folder. Rejects with what keeps it from being built. */
  readonly open: (input: ParsedInput<'build.start'>) => Promise<WatchedProject>;
  /** Starts a build of what was read; the one that runs in the folder is given up. */
  readonly build: (input: ParsedInput<'build.start'>, opened: WatchedProject) => Promise<BuildJob>;
  /** The build that runs in a folder. */
  readonly running: (folder: string) => BuildJob | undefined;
  /** Rejects while no engine answers. */
  readonly connect: () => Promise<unknown>;
  /** A folder in which building itself writes: what happens there is no change. */
  readonly ownFolder?: string | undefined;
}

export interface FolderWatch {
  readonly id: string;
  readonly folder: string;
  snapshot(): WatchSnapshot;
  /** Starts the first build. Rejects with what keeps it from starting; then nothing is watched. */
  start(): Promise<void>;
  /** Resolves when it watches no more: it was stopped. */
  readonly ended: Promise<void>;
  /** Ends watching and leaves the build that runs alone. */
  stop(): void;
  /** Ends watching and the build that it started. */
  close(): Promise<void>;
}

/** Changed paths that are told. */
const toldPaths = 20;

/**
 * Builds a folder, and again whenever its files change, one build at a time. `opened` is the folder as it was read at
 * `readAt`; `tell` has every new snapshot.
 */
export function folderWatch(
  input: ParsedInput<'watch.start'>,
  { opened, readAt }: { readonly opened: WatchedProject; readonly readAt: number },
  options: FolderWatchOptions,
  tell: (snapshot: WatchSnapshot) => void,
): FolderWatch {
  const { folder } = opened.project;
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = new Promise<'stopped'>((resolve) => {
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const changes = changeBatch();
  const mayGiveWay = giveWay();
  const files = projectWatch({
    settings: input.settings,
    ownFolder: options.ownFolder,
    onChange: changes.add,
    onWarning: (warning) => update({ warning }),
    onError: (error) => update({ error }),
  });
  /** What changed since the last build that came to its end, and when the last of it did. */
  let unseen = new Set<string>();
  let changedAt = readAt;
  /** When what is built now was begun: with the change, or with another attempt. */
  let begunAt = readAt;
  let job: BuildJob | undefined;
  /** To do without the cache is for once. */
  let wish = input;
  /** In a row. */
  let failures = 0;
  let snapshot: WatchSnapshot = {
    id: randomUUID(),
    folder,
    variants: input.variants,
    state: 'building',
  };

  function update(news: Partial<WatchSnapshot>): void {
    if (snapshot.state === 'stopped') return;
    snapshot = { ...snapshot, ...news };
    tell(snapshot);
  }

  async function build(project: WatchedProject): Promise<void> {
    job = await options.build(wish, project);
    // Nobody wants it any more.
    if (signal.aborted) job.cancel();
    const changed = { at: changedAt, total: unseen.size, paths: [...unseen].slice(0, toldPaths) };
    update({ state: 'building', build: job.id, changed: unseen.size > 0 ? changed : undefined });
  }

  /** Reads the folder again and starts a build; where that cannot be, the error is told. */
  async function buildAgain(): Promise<void> {
    try {
      // A build that cannot be would only come and go.
      if (snapshot.error && isEngineGone(snapshot.error)) await options.connect();
      const readAt = Date.now();
      const project = await options.open(input);
      await files.watch(project, readAt);
      requireReadable(project);
      if (!signal.aborted) await build(project);
    } catch (error) {
      failures++;
      update({ state: 'watching', error: toErrorInfo(error) });
    }
  }

  /** Waits for the end of the build, or ends it for a newer change. */
  async function finish(): Promise<void> {
    for (let current = job; current; current = job) {
      const end = current.ended.then(() => 'ended' as const);
      const change = changes.begun().then(() => 'changed' as const);
      const first = await Promise.race([end, change, stopped]);
      if (first === 'changed' && mayGiveWay()) current.cancel();
      if ((await Promise.race([end, stopped])) === 'stopped') return;
      job = undefined;
      const { state, error } = current.snapshot();
      if (state !== 'cancelled') conclude(state, error);
      else if (first === 'changed') return;
      else await takenOver(current);
    }
  }

  /** Goes on with the build that somebody started by hand, for which this one was given up: it has the newest files too. */
  async function takenOver(given: BuildJob): Promise<void> {
    // It starts as soon as this one has ended, which was just now.
    await setImmediate();
    const running = options.running(folder);
    if (running && running !== given) {
      job = running;
      update({ build: running.id });
    } else {
      conclude('cancelled', undefined);
    }
  }

  function conclude(state: BuildState, error: ErrorInfo | undefined): void {
    const at = Date.now();
    unseen = new Set();
    failures = state === 'failed' ? failures + 1 : 0;
    wish = { ...input, settings: { ...input.settings, noCache: false } };
    update({
      state: 'watching',
      ended: { state, at, durationMs: at - begunAt },
      ...(state !== 'cancelled' && { error }),
    });
  }

  /** Until there is something to build: a change, or after an error a moment later. */
  async function somethingToBuild(): Promise<void> {
    const found = new AbortController();
    const change = changes.begun().then(() => 'changed' as const);
    const again =
      snapshot.error &&
      // Whoever cancelled it wants it no more.
      snapshot.ended?.state !== 'cancelled' &&
      worthAnotherTry(snapshot.error, failures, options.connect, AbortSignal.any([signal, found.signal]));
    const first = await Promise.race([change, stopped, ...(again ? [again] : [])]);
    found.abort();
    begunAt = Date.now();
    if (first !== 'changed') return;
    const { at, names } = await changes.take(signal);
    changedAt = begunAt = at;
    unseen = unseen.union(names);
  }

  async function run(): Promise<void> {
    try {
      await files.watch(opened, readAt);
      while (!signal.aborted) {
        await finish();
        await somethingToBuild();
        if (!signal.aborted) await buildAgain();
      }
    } catch (error) {
      if (!signal.aborted) update({ state: 'stopped', error: toErrorInfo(error) });
    } finally {
      await files.close().catch(() => {});
      ended.resolve();
    }
  }

  const ended = Promise.withResolvers<void>();
  const stop = () => {
    update({ state: 'stopped' });
    stopping.abort();
  };
  return {
    id: snapshot.id,
    folder,
    snapshot: () => snapshot,
    async start() {
      try {
        await build(opened);
      } catch (error) {
        ended.resolve();
        throw error;
      }
      void run();
    },
    ended: ended.promise,
    stop,
    async close() {
      stop();
      job?.cancel();
      await ended.promise;
      job?.cancel();
      await job?.ended;
    },
  };
}

/** Throws why a Dockerfile cannot be built: its build would say it too, and take the place of the last good result. */
function requireReadable({ project, variants }: WatchedProject): void {
  const problem = variants.map((variant) => dockerfileOf(project, variant).problem).find(Boolean);
  if (problem) throw new LayerscopeError(problem);
}
