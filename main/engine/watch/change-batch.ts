import { setTimeout as sleep } from 'node:timers/promises';

/** What changed, until nothing did for a moment. */
export interface Change {
  /** When it began, ms since the epoch. */
  readonly at: number;
  /** Distinct names. */
  readonly names: ReadonlySet<string>;
}

export interface ChangeBatch {
  add(name: string): void;
  /** Resolves as soon as there is a change that was not taken. */
  begun(): Promise<void>;
  /** Waits for a change, and until it is over, and takes it. Rejects when `signal` aborts. */
  take(signal: AbortSignal): Promise<Change>;
}

export interface Settling {
  /** How long nothing may change before a change counts as over, ms. */
  readonly quietMs: number;
  /** How long it may go on at most, ms. */
  readonly longestMs: number;
}

/**
 * The longest pause within one save, measured on a busy machine: none with `sed -i`, git and a write by node, 9 ms where a
 * file is written, synced and renamed, up to 28 ms with vim. So 40 ms keep a save together, and nobody sees them. A checkout
 * goes on for longer: after a second the first build begins, and gives way to the rest.
 */
export const settling: Settling = { quietMs: 40, longestMs: 1000 };

export function changeBatch({ quietMs, longestMs }: Settling = settling): ChangeBatch {
  let names = new Set<string>();
  let at = 0;
  let first = 0;
  let last = 0;
  let begin = Promise.withResolvers<void>();

  return {
    add(name) {
      last = performance.now();
      if (names.size === 0) {
        at = Date.now();
        first = last;
        begin.resolve();
      }
      names.add(name);
    },
    begun: () => begin.promise,
    async take(signal) {
      signal.throwIfAborted();
      const aborted = Promise.withResolvers<never>();
      const abort = () => aborted.reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        await Promise.race([begin.promise, aborted.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
      for (;;) {
        const wait = Math.min(last + quietMs, first + longestMs) - performance.now();
        if (wait <= 0) break;
        await sleep(wait, undefined, { signal });
      }
      const change = { at, names };
      names = new Set();
      begin = Promise.withResolvers();
      return change;
    },
  };
}
