import type { Terminal } from './terminal.ts';

/** What a command runs in. */
export interface Context {
  readonly terminal: Terminal;
  /** Aborted when the person cancels (Ctrl+C). */
  readonly signal: AbortSignal;
  /** Aborted when nobody reads any more what is printed: the other end of the pipe is closed. */
  readonly unread?: AbortSignal;
}
