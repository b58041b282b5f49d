import { randomUUID } from 'node:crypto';
import { cancelled, LayerscopeError, toErrorInfo } from '../../../shared/api/errors.ts';
import { applyBuildEvent } from '../../../shared/model/apply-build-event.ts';
import type { BuildEvent, BuildSnapshot, BuildState } from '../../../shared/model/build.ts';

/** One press of *Build and compare*, from start to end, whoever looks at it meanwhile. */
export interface BuildJob {
  readonly id: string;
  readonly folder: string;
  snapshot(): BuildSnapshot;
  cancel(): void;
  /** Sends the snapshot and every change after it; resolves when the build has ended, rejects when `signal` aborts. */
  follow(emit: (event: BuildEvent) => void, signal: AbortSignal): Promise<BuildState>;
  /** Resolves when nothing of the build runs any more. */
  readonly ended: Promise<void>;
}

export interface BuildJobs {
  start(
    folder: string,
    variants: readonly string[],
    run: (emit: (event: BuildEvent) => void, signal: AbortSignal) => Promise<void>,
  ): BuildJob;
  get(id: string): BuildJob;
  running(folder: string): BuildJob | undefined;
  close(): Promise<void>;
}

/** Ended builds whose steps and logs can still be looked at. */
const keptJobs = 20;

export function createBuildJobs(): BuildJobs {
  const jobs = new Map<string, { readonly job: BuildJob; done: boolean }>();

  return {
    start(folder, variants, run) {
      const job = startJob(folder, variants, run);
      const entry = { job, done: false };
      jobs.set(job.id, entry);
      void job.ended.then(() => {
        entry.done = true;
      });
      for (const [id, { done }] of jobs) {
        if (jobs.size <= keptJobs) break;
        if (done) jobs.delete(id);
      }
      return job;
    },
    get(id) {
      const entry = jobs.get(id);
      if (entry) return entry.job;
      throw new LayerscopeError({
        code: 'not-found',
        message: 'This build is no longer known: Layerscope was started again since',
        hint: 'Open the project and build it again: what is cached is not built twice',
      });
    },
    running(folder) {
      return [...jobs.values()].find(({ job, done }) => !done && job.folder === folder)?.job;
    },
    async close() {
      for (const { job } of jobs.values()) job.cancel();
      await Promise.all([...jobs.values()].map(({ job }) => job.ended));
    },
  };
}

function startJob(
  folder: string,
  variants: readonly string[],
  run: (emit: (event: BuildEvent) => void, signal: AbortSignal) => Promise<void>,
): BuildJob {
  const controller = new AbortController();
  const followers = new Set<(event: BuildEvent) => void>();
  let snapshot: BuildSnapshot = {
    id: randomUUID(),
    folder,
    state: 'building',
    startedAt: Date.now(),
    variants: variants.map((name) => ({ name, status: 'waiting', steps: [], logs: {} })),
  };

  const emit = (event: BuildEvent) => {
    snapshot = applyBuildEvent(snapshot, event);
    for (const follower of followers) follower(event);
  };

  async function runToEnd(): Promise<void> {
    try {
      await run(emit, controller.signal);
      emit({ type: 'state', state: 'done' });
    } catch (error) {
      const info = toErrorInfo(error);
      const stopped = controller.signal.aborted || info.code === 'cancelled';
      endVariants(stopped ? 'cancelled' : 'failed');
      emit(stopped ? { type: 'state', state: 'cancelled' } : { type: 'state', state: 'failed', error: info });
    }
  }

  /** What was still under way when the build ended early did not end well either. */
  function endVariants(status: 'cancelled' | 'failed'): void {
    for (const variant of snapshot.variants) {
      if (['waiting', 'building', 'reading'].includes(variant.status)) {
        emit({ type: 'variant', variant: variant.name, status, at: Date.now() });
      }
    }
  }

  const ended = runToEnd();

  return {
    id: snapshot.id,
    folder,
    snapshot: () => snapshot,
    cancel: () => controller.abort(),
    ended,
    async follow(send, signal) {
      send({ type: 'snapshot', snapshot });
      followers.add(send);
      const gone = Promise.withResolvers<never>();
      const leave = () => gone.reject(cancelled());
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      try {
        await Promise.race([ended, gone.promise]);
        return snapshot.state;
      } finally {
        followers.delete(send);
        signal.removeEventListener('abort', leave);
      }
    },
  };
}
