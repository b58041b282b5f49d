import { cancelled } from '../../../shared/api/errors.ts';
import type { ThreadData } from './messages.ts';
import type { Reader } from './reader.ts';
import { startThread, type Thread } from './start-thread.ts';
import { untilAborted } from './until-aborted.ts';

export interface ThreadedReaderOptions extends ThreadData {
  /**
   * What the objects of one thread may take, MB; columns are not among them. Default 2048: far above what the JSON
   * documents that limits.ts lets through can come to, since a thread that goes too far beyond in one step takes the
   * process with it (nodejs/node#47224).
   */
  readonly heapMb?: number;
  /**
   * How long a task that was cancelled may take to end, ms, before it is ended with its thread. Given: `perform` waits for
   * it. Else it has 50 ms that nobody waits for.
   */
  readonly patienceMs?: number;
  /** Whether idle threads are to be kept, since the next task is expected at any moment and should find them warm. */
  readonly keepsIdle?: () => boolean;
}

/** Tasks that run at the same time, a thread each; more wait for their turn. */
const mostThreads = 4;
/** How long a thread without a task is kept, ms: starting one takes a moment, keeping it takes memory. */
const idleMs = 30_000;

/**
 * Does the work in threads, so that this one goes on answering: what they make comes back through shared memory. A
 * thread that crashes takes only its own task with it.
 */
export function createThreadedReader({
  heapMb = 2048,
  patienceMs,
  keepsIdle = () => false,
  ...data
}: ThreadedReaderOptions): Reader {
  const idle: { readonly thread: Thread; readonly timer: NodeJS.Timeout }[] = [];
  const busy = new Set<Thread>();
  const waiting: (() => void)[] = [];
  let closed = false;

  /** A thread for one task, when there is one free. */
  async function borrow(signal: AbortSignal | undefined): Promise<Thread> {
    while (busy.size >= mostThreads && !closed) {
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      try {
        await untilAborted(turn.promise, signal);
      } catch (error) {
        const place = waiting.indexOf(turn.resolve);
        // Called up just before: the turn is the next one's.
        if (place < 0) waiting.shift()?.();
        else waiting.splice(place, 1);
        throw error;
      }
    }
    if (closed || signal?.aborted) throw cancelled();
    const kept = idle.pop();
    clearInterval(kept?.timer);
    const thread = kept && !kept.thread.ended ? kept.thread : startThread(data, { heapMb, patienceMs });
    busy.add(thread);
    return thread;
  }

  function giveBack(thread: Thread): void {
    busy.delete(thread);
    if (!thread.ended && !closed) {
      const timer = setInterval(() => {
        if (keepsIdle()) return;
        clearInterval(timer);
        idle.splice(idle.indexOf(entry), 1);
        void thread.end();
      }, idleMs).unref();
      const entry = { thread, timer };
      idle.push(entry);
    }
    waiting.shift()?.();
  }

  return {
    async perform(task, input, { signal, onProgress } = {}) {
      const thread = await borrow(signal);
      const done = thread.perform(task, input, onProgress);
      const free = () => giveBack(thread);
      done.then(free, free);
      const abort = () => thread.abort();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await (patienceMs === undefined ? untilAborted(done, signal) : done);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    async close() {
      closed = true;
      for (const { timer } of idle) clearInterval(timer);
      for (const turn of waiting.splice(0)) turn();
      await Promise.all([...idle.map(({ thread }) => thread), ...busy].map((thread) => thread.end()));
    },
  };
}
