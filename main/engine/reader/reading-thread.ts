import { parentPort, workerData } from 'node:worker_threads';
import { exitStatus, toErrorInfo } from '../../../shared/api/errors.ts';
import type { Endpoint } from '../docker/endpoint.ts';
import { createEngineConnection, type EngineConnection } from '../docker/engine-connection.ts';
import { openStore, type Store } from '../store/open-store.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { performTask, type TaskContext } from './perform-task.ts';
import type { TaskEvent, TaskName } from './reader.ts';
import { toMessage } from './shared-memory.ts';

// A thread that reads images: one task at a time, with a cache connection and an engine connection of its own.

const data = workerData as ThreadData;
const port = parentPort!;
const send = (message: FromThread) => port.postMessage(message);

// The host says warnings in its own way.
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => send({ type: 'warning', name, message }));

let connected: { readonly key: string; readonly connection: EngineConnection } | undefined;
let store: Store | undefined;
let running: AbortController | undefined;

/** The host's cache; where it has none, or another one than we find, what it hashed with must still be ours. */
function openedStore(): Store {
  if (store) return store;
  const { cacheFolder: folder, cacheStore: enabled, hashSeed } = data;
  store = openStore({ folder, enabled, hashSeed });
  if (store.hashSeed.low !== hashSeed.low || store.hashSeed.high !== hashSeed.high) {
    store.close();
    store = openStore({ enabled: false, hashSeed });
  }
  return store;
}

/** The very engine the host talks to, which of several it may have found first. */
async function docker({ url, context }: Pick<Endpoint, 'url' | 'context'>) {
  const key = `${context ?? ''} ${url}`;
  if (connected?.key !== key) {
    const options = context === undefined ? { dockerHost: url } : { dockerContext: context };
    connected = { key, connection: createEngineConnection(options) };
  }
  return connected.connection.engine();
}

port.on('message', async (message: ToThread) => {
  if (message.type === 'abort') {
    running?.abort();
    return;
  }
  running = new AbortController();
  try {
    const context: TaskContext & { onProgress: (progress: TaskEvent<TaskName>) => void } = {
      store: openedStore(),
      docker,
      signal: running.signal,
      onProgress: (progress) => send({ type: 'progress', progress }),
      forWindows: true,
    };
    const result = await performTask[message.task](message.input as never, context as never);
    send({ type: 'result', result: toMessage(result) });
  } catch (error) {
    const info = toErrorInfo(error);
    // What comes back may be another engine, or the same one set up anew.
    if (exitStatus(info.code) === 3) connected = undefined;
    send({ type: 'error', error: info });
  }
});
