import { type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { EngineArguments } from './engine-arguments.ts';

/** An engine that has not closed by then is ended: nobody waits longer for a window to close. */
const closeMs = 2000;

export interface EngineHost {
  /** Hands a port to the engine; starts its process where none is running, so a dead one is replaced. */
  connect(port: MessagePortMain): void;
  /** Lets the engine cancel what is running and close its cache. */
  close(): Promise<void>;
}

/**
 * Keeps the engine's process. When it dies its ports close, the page sees that and asks for a new one, and that
 * starts the next process: a crash costs what was running, and never loops by itself.
 */
export function engineHost(entry: string, args: EngineArguments): EngineHost {
  let running: UtilityProcess | undefined;

  function start(): UtilityProcess {
    const child = utilityProcess.fork(entry, [JSON.stringify(args)], { serviceName: 'Layerscope engine' });
    child.on('exit', (code) => {
      if (running !== child) return;
      running = undefined;
      console.error(`The engine's process ended (exit status ${code}); the next request starts a new one`);
    });
    return child;
  }

  return {
    connect(port) {
      running ??= start();
      running.postMessage('connect', [port]);
    },
    close() {
      const child = running;
      running = undefined;
      if (!child) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => child.kill(), closeMs);
        child.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
        child.postMessage('close');
      });
    },
  };
}
