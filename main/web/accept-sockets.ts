import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ConnectionOptions, serve } from '../../shared/api/connection.ts';
import type { Handlers } from '../../shared/api/contract.ts';
import { isToken } from './access-token.ts';
import { isOwnOrigin } from './own-host.ts';
import { webSocketChannel } from './web-socket-channel.ts';

// As in web-host.ts: an `import` would load all of it.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** Inputs are small; what is larger is not from our page. */
const maxPayload = 1 << 20;
/** A peer that has not answered the last ping by the next one is gone. */
const pingEveryMs = 30_000;

const protocol = 'layerscope';
const tokenPrefix = 'token.';

/** Sockets of the host; `close` cuts them all off. */
export interface Sockets {
  close(): void;
}

/**
 * Takes WebSockets on `/rpc` from pages this host served that know the token. Browsers let a page of any origin open
 * a WebSocket here, and cannot set a header on it: so the Origin is checked, and the token comes as a subprotocol.
 */
export function acceptSockets(
  server: Server,
  handlers: Handlers,
  { token, port, ...connection }: ConnectionOptions & { readonly token: string; readonly port: number },
): Sockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    handleProtocols: () => protocol,
  });

  server.on('upgrade', (request, socket, head) => {
    const refused = refusal(request, token, port);
    if (refused) return refuse(socket, refused);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      keepAlive(webSocket);
      // A broken frame or a message too large: `close` follows and ends the calls.
      webSocket.on('error', () => webSocket.terminate());
      serve(webSocketChannel(webSocket), handlers, connection);
    });
  });

  return {
    close() {
      for (const webSocket of sockets.clients) webSocket.terminate();
      sockets.close();
    },
  };
}

/** The status a request is refused with; undefined when it may come in. */
function refusal({ url, headers }: IncomingMessage, token: string, port: number): number | undefined {
  if (!isOwnOrigin(headers.origin, headers.host, port)) return 403;
  if (url !== '/rpc') return 404;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  if (!offered.includes(protocol)) return 400;
  const given = offered.find((each) => each.startsWith(tokenPrefix))?.slice(tokenPrefix.length);
  return given !== undefined && isToken(given, token) ? undefined : 401;
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingEveryMs);
  socket.on('close', () => clearInterval(timer));
}
