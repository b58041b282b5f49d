import { performTask, type TaskContext } from './perform-task.ts';
import type { Reader, TaskName, TaskOptions, Tasks } from './reader.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * Does the work in this very thread: for a terminal, where nobody else waits for an answer.
 * @param patient what is cancelled is waited for
 */
export function createDirectReader(
  context: Pick<TaskContext, 'store' | 'docker' | 'stdin'>,
  { patient = false }: { readonly patient?: boolean } = {},
): Reader {
  const closing = new AbortController();

  return {
    perform<T extends TaskName>(
      task: T,
      input: Tasks[T]['input'],
      { signal, onProgress }: TaskOptions<T> = {},
    ): Promise<Tasks[T]['result']> {
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const progress = onProgress ?? (() => {});
      const done = performTask[task](input, { ...context, signal: either, onProgress: progress });
      return patient ? done : untilAborted(done, either);
    },
    async close() {
      closing.abort();
    },
  };
}
