import { type Channel, connect } from '../../shared/api/connection.ts';
import type { Api } from '../../shared/api/contract.ts';
import { LayerscopeError } from '../../shared/api/errors.ts';
import type { ConnectionState, ConnectionStatus } from './host.ts';

/** ms before each further try; the last one repeats. */
const delays = [200, 500, 1000, 2000, 4000];

/** One try to reach the engine; rejects, with `refused` where it makes no sense to try again. */
export type Dial = () => Promise<Channel>;

export class Refused extends Error {}

export interface Reconnecting {
  readonly api: Api;
  status(): ConnectionStatus;
  onStatus(listener: () => void): () => void;
}

/** An api that survives its connections: dials at once, and again with growing pauses whenever it is lost. */
export function reconnecting(
  dial: Dial,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): Reconnecting {
  let current: Api | undefined;
  let status: ConnectionStatus = { state: 'connecting', generation: 0 };
  const listeners = new Set<() => void>();

  const change = (state: ConnectionState, generation = status.generation) => {
    status = { state, generation };
    for (const listener of listeners) listener();
  };

  async function keepConnected(): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        const channel = await dial();
        const lost = new Promise<void>((resolve) => channel.onClose(resolve));
        current = connect(channel);
        failures = 0;
        change('connected', status.generation + 1);
        await lost;
      } catch (error) {
        if (error instanceof Refused) return change('refused');
      }
      current = undefined;
      change(status.generation === 0 && failures < 2 ? 'connecting' : 'lost');
      await wait(delays[Math.min(failures, delays.length - 1)]!);
      failures += 1;
    }
  }
  void keepConnected();

  return {
    api: {
      call: (method, input, options) => {
        if (current) return current.call(method, input, options);
        return Promise.reject(
          new LayerscopeError({
            code: 'connection-lost',
            message: 'There is no connection to the Layerscope engine',
            hint: 'It reconnects by itself when the engine is back; if it does not, start Layerscope again',
          }),
        );
      },
    },
    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
