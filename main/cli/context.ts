import type { Terminal } from './terminal.ts';

/** What a command runs in. */
export interface Context {
  readonly terminal: Terminal;
  /** Aborted when the person cancels (Ctrl+C). */
  readonly signal: AbortSignal;
  /** Aborted when nobody reads any more what is printed: the other end of the pipe is closed. */
  readonly unread?: AbortSignal;
  /** Says how the command ends, before it cleans up: what has not stopped a second after Ctrl+C is not waited for. */
  readonly ending?: (status: number) => void;
}
