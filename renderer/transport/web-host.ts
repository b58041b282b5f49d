import type { Channel } from '../../shared/api/connection.ts';
import type { Host } from './host.ts';
import { Refused, reconnecting } from './reconnecting.ts';

/** The engine behind this page's own origin, by WebSocket. */
export function webHost(token: string, location: Pick<Location, 'protocol' | 'host'>): Host {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const address = `${scheme}://${location.host}/rpc`;
  return { kind: 'web', ...reconnecting(() => dial(address, token)) };
}

async function dial(address: string, token: string): Promise<Channel> {
  // A header would be better, but a page cannot set one on a WebSocket; the subprotocol list is sent as a header.
  const socket = new WebSocket(address, ['layerscope', `token.${token}`]);
  const opened = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('close', () => resolve(false), { once: true });
  });
  if (opened) return socketChannel(socket);
  // A page may not see why a WebSocket failed: if plain HTTP answers, it was the token.
  const answers = await fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    (response) => response.ok,
    () => false,
  );
  throw answers ? new Refused() : new Error(`Nothing answers at ${address}`);
}

function socketChannel(socket: WebSocket): Channel {
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      socket.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'string') listener(JSON.parse(event.data));
      });
    },
    onClose(listener) {
      if (socket.readyState >= WebSocket.CLOSING) listener();
      else socket.addEventListener('close', () => listener(), { once: true });
    },
  };
}
