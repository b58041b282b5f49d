import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { cancelled, LayerscopeError } from '../../../shared/api/errors.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import type { TaskName, TaskOptions, Tasks } from './reader.ts';
import { toMessage } from './shared-memory.ts';

/** The thread's program: as source beside this file, or bundled by rolldown.config.ts one folder beside. */
const entry = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('./reading-thread.ts', import.meta.url)
    : new URL('../engine/reading-thread.js', import.meta.url),
);

/** As `ThreadedReaderOptions.patienceMs`: it may be in the middle of a long loop. */
const defaultPatienceMs = 50;

export interface Thread {
  /** One at a time. Settles when nothing of the task runs any more. */
  perform<T extends TaskName>(
    task: T,
    input: Tasks[T]['input'],
    onProgress: TaskOptions<T>['onProgress'],
  ): Promise<Tasks[T]['result']>;
  /** Ends the task that is running; where it does not listen, with the thread. */
  abort(): void;
  /** Ended, or about to: it takes no more tasks. */
  readonly ended: boolean;
  /** Ends the thread, whatever it does. */
  end(): Promise<void>;
}

interface Running {
  readonly settle: PromiseWithResolvers<never>;
  readonly onProgress: ((progress: never) => void) | undefined;
  aborted?: NodeJS.Timeout;
}

export interface ThreadOptions {
  /** What its objects may take, MB; columns are not among them. */
  readonly heapMb: number;
  readonly patienceMs?: number | undefined;
}

export function startThread(
  data: ThreadData,
  { heapMb, patienceMs = defaultPatienceMs }: ThreadOptions,
): Thread {
  const worker = new Worker(entry, {
    name: 'layerscope reader',
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  let running: Running | undefined;
  let ended = false;
  let stopping = false;
  // An idle thread keeps no process alive.
  worker.unref();

  function settle(outcome: 'resolve' | 'reject', value: unknown): void {
    if (!running) return;
    clearTimeout(running.aborted);
    running.settle[outcome](value as never);
    running = undefined;
    worker.unref();
  }

  async function stop(): Promise<void> {
    stopping = true;
    await worker.terminate();
  }

  worker.on('message', (message: FromThread) => {
    switch (message.type) {
      case 'progress':
        running?.onProgress?.(message.progress as never);
        break;
      case 'result':
        settle('resolve', message.result);
        break;
      case 'error':
        settle('reject', new LayerscopeError(message.error));
        break;
      case 'warning':
        process.emitWarning(message.message, message.name);
        break;
    }
  });
  worker.on('error', (error) => {
    ended = true;
    settle('reject', crashed(error));
  });
  worker.on('exit', (status) => {
    ended = true;
    settle('reject', stopping ? cancelled() : crashed(new Error(`exit status ${status}`)));
  });

  return {
    perform(task, input, onProgress) {
      running = { settle: Promise.withResolvers(), onProgress };
      worker.ref();
      worker.postMessage({ type: 'perform', task, input: toMessage(input) } satisfies ToThread);
      return running.settle.promise;
    },
    abort() {
      if (!running || running.aborted) return;
      worker.postMessage({ type: 'abort' } satisfies ToThread);
      running.aborted = setTimeout(stop, patienceMs);
    },
    get ended() {
      return ended || stopping;
    },
    end: stop,
  };
}

function crashed(error: Error): LayerscopeError {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new LayerscopeError(
      {
        code: 'limit-exceeded',
        message: 'Reading this image takes more memory than there is for it',
        hint: 'Look at a smaller image, or at this one in a terminal with layerscope analyze',
      },
      { cause: error },
    );
  }
  return new LayerscopeError(
    {
      code: 'internal',
      message: `Reading ended in the middle (${error.message})`,
      hint: 'Try it again, and please report it if it happens again',
    },
    { cause: error },
  );
}
