import type { WebSocket } from 'ws';
import type { Channel } from '../../shared/api/connection.ts';

/** RFC 6455, 7.4.1: the message is not of a kind this end takes. */
const unsupportedData = 1003;

/** JSON messages over a WebSocket. Whoever sends anything else is cut off. */
export function webSocketChannel(socket: WebSocket): Channel {
  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        const message = isBinary ? undefined : parse(String(data));
        if (message === undefined) socket.close(unsupportedData, 'JSON text only');
        else listener(message);
      });
    },
    onClose(listener) {
      socket.on('close', () => listener());
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
