import type { ErrorInfo } from '../../../shared/api/errors.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import type { TaskEvent, TaskName } from './reader.ts';

/** What a reading thread is started with. */
export interface ThreadData {
  readonly cacheFolder?: string | undefined;
  readonly cacheStore?: boolean | undefined;
  /** Of the answering thread's cache: content hashes of both must compare. */
  readonly hashSeed: HashSeed;
}

/** To a reading thread, which has one task at a time. */
export type ToThread =
  | { readonly type: 'perform'; readonly task: TaskName; readonly input: unknown }
  | { readonly type: 'abort' };

/** From a reading thread; `result` or `error` ends the task. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: TaskEvent<TaskName> }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'error'; readonly error: ErrorInfo }
  | { readonly type: 'warning'; readonly name: string; readonly message: string };
