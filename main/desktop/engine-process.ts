import type { MessagePortMain } from 'electron';
import { type Channel, serve } from '../../shared/api/connection.ts';
import { createEngine } from '../engine/engine.ts';
import { EngineArguments } from './engine-arguments.ts';

// The utility process: the engine, and one connection for every port the main process sends.
const engine = createEngine({
  ...EngineArguments.parse(JSON.parse(process.argv[2] ?? '')),
  threads: true,
});
const strict = process.env.LAYERSCOPE_STRICT === '1';

process.parentPort.on('message', ({ data, ports }) => {
  if (data === 'close') {
    engine.close().finally(() => process.exit());
    return;
  }
  for (const port of ports) serve(portChannel(port), engine.handlers, { strict });
});

function portChannel(port: MessagePortMain): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => port.on('close', () => listener()),
  };
}
