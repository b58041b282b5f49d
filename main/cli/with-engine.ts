import { localApi } from '../../shared/api/connection.ts';
import type { Api } from '../../shared/api/contract.ts';
import { cancelled } from '../../shared/api/errors.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import type { Context } from './context.ts';
import type { SharedOptions } from './options.ts';
import { version } from './version.ts';

/** The engine of this process, as the options say. */
export async function startEngine(
  options: SharedOptions,
  more: Pick<EngineOptions, 'open' | 'stdin' | 'threads'> = {},
): Promise<Engine> {
  const { createEngine } = await import('../engine/engine.ts');
  return createEngine({
    version,
    cacheStore: options.cacheStore,
    ...(options.dockerHost !== undefined && { dockerHost: options.dockerHost }),
    ...(options.dockerContext !== undefined && { dockerContext: options.dockerContext }),
    ...more,
  });
}

/** Uses an engine that is closed again whatever happens; every call ends at once when the person cancels. */
export async function withEngine<T>(
  options: SharedOptions,
  { signal, terminal }: Context,
  use: (api: Api) => Promise<T>,
): Promise<T> {
  const engine = await startEngine(options, { stdin: terminal.stdin });
  const api = localApi(engine.handlers, { strict: terminal.env.LAYERSCOPE_STRICT === '1' });
  try {
    return await use(cancellable(api, signal));
  } finally {
    await engine.close();
  }
}

/** Calls that carry the signal, and fail with `cancelled` without waiting for the engine to notice it. */
function cancellable(api: Api, signal: AbortSignal): Api {
  return {
    call(method, input, options) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(cancelled());
        const abort = () => reject(cancelled());
        signal.addEventListener('abort', abort, { once: true });
        api
          .call(method, input, { signal, ...options })
          .then(resolve, reject)
          .finally(() => signal.removeEventListener('abort', abort));
      });
    },
  };
}
