import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode, ErrorInfo } from '../../../shared/api/errors.ts';

/** What an engine that is not there is told by. */
const engineGone: ReadonlySet<ErrorCode> = new Set([
  'engine-not-installed',
  'engine-not-running',
  'engine-permission-denied',
  'engine-unreachable',
  'engine-lost',
]);
/** What is not mended by waiting: what is wrong with a Dockerfile is corrected in it, and that is a change. */
const lasting: ReadonlySet<ErrorCode> = new Set(['dockerfile-invalid', 'internal']);

/** Before the next attempt after an error, ms; twice as long each time, up to `longest`. */
export interface RetryDelays {
  readonly shortest: number;
  readonly longest: number;
  /** Where an engine that answers was lost in a build again and again. */
  readonly longestOfEngine: number;
}

export const retryDelays: RetryDelays = { shortest: 2000, longest: 10_000, longestOfEngine: 60_000 };

export function isEngineGone({ code }: ErrorInfo): boolean {
  return engineGone.has(code);
}

/**
 * Resolves when it is worth trying again after an error that came `failures` times in a row: a moment later, and with the
 * engine gone as soon as one answers, which is asked for every two seconds. Never where only a change can help, and
 * never after `signal` aborts.
 */
export async function worthAnotherTry(
  error: ErrorInfo,
  failures: number,
  connect: () => Promise<unknown>,
  signal: AbortSignal,
  { shortest, longest, longestOfEngine }: RetryDelays = retryDelays,
): Promise<void> {
  if (lasting.has(error.code)) return never();
  const isEngine = isEngineGone(error);
  const delay = Math.min(shortest * 2 ** (failures - 1), isEngine ? longestOfEngine : longest);
  try {
    await sleep(delay, undefined, { signal });
    while (isEngine && !(await succeeds(connect))) await sleep(shortest, undefined, { signal });
  } catch {
    return never();
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}

async function succeeds(connect: () => Promise<unknown>): Promise<boolean> {
  return connect().then(
    () => true,
    () => false,
  );
}
