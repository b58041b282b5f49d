import { untilAborted } from './until-aborted.ts';

interface Work<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Work that several callers may ask for at once is done once, by key; it is cancelled when the last of them has
 * given up.
 */
export function sharedWork<T>(): (
  key: string,
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => Promise<T>,
) => Promise<T> {
  const running = new Map<string, Work<T>>();

  function begin(key: string, start: (signal: AbortSignal) => Promise<T>): Work<T> {
    const controller = new AbortController();
    const work = { result: start(controller.signal), controller, waiting: 0 };
    const forget = () => {
      if (running.get(key) === work) running.delete(key);
    };
    running.set(key, work);
    work.result.then(forget, forget);
    return work;
  }

  return async (key, signal, start) => {
    const work = running.get(key) ?? begin(key, start);
    work.waiting++;
    try {
      return await untilAborted(work.result, signal);
    } finally {
      if (--work.waiting === 0) {
        if (running.get(key) === work) running.delete(key);
        work.controller.abort();
      }
    }
  };
}
