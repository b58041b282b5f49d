import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:http2';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type GrpcMethods, serveGrpc } from '../grpc-server.ts';

/** The engine's side of a session: the HTTP/2 client of a real connection whose other end answers calls. */
export interface GrpcCaller extends AsyncDisposable {
  readonly http2: ClientHttp2Session;
  /** The connection's end that answers. */
  readonly socket: Socket;
  /** Whether the answering side was told that the connection is lost. */
  readonly lost: () => boolean;
  /** As the answering side closes it. */
  close(): void;
  call(path: string): Call;
}

/** @param wrap what answers gets this in place of the socket */
export async function startGrpcCaller(
  methods: GrpcMethods,
  wrap: (socket: Socket) => Duplex = (socket) => socket,
): Promise<GrpcCaller> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const ours = connectSocket(port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  let lost = false;
  const served = serveGrpc(wrap(socket), methods, () => {
    lost = true;
  });
  const http2 = connect('http://localhost', { createConnection: () => ours });
  http2.on('error', () => undefined);
  return {
    http2,
    socket,
    lost: () => lost,
    close: served.close,
    call: (path) => new Call(http2, path),
    [Symbol.asyncDispose]: async () => {
      served.close();
      http2.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A message with its prefix. */
export function framed(message: Uint8Array, compressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed ? 1 : 0;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** One call, as the engine makes it. */
export class Call {
  readonly stream: ClientHttp2Stream;
  /** `0`, `13 what went wrong`, or `reset 8` where the call ended without a status. */
  readonly status: Promise<string>;
  #bytes = Buffer.alloc(0);
  #over = false;
  #wake: (() => void) | undefined;

  constructor(http2: ClientHttp2Session, path: string) {
    this.stream = http2.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    this.status = new Promise((resolve) => {
      const tell = (headers: IncomingHttpHeaders) => {
        const { 'grpc-status': code, 'grpc-message': message = '' } = headers;
        if (code !== undefined) resolve(`${code} ${decodeURIComponent(String(message))}`.trim());
      };
      this.stream.on('response', tell);
      this.stream.on('trailers', tell);
      this.stream.on('close', () => resolve(`reset ${this.stream.rstCode}`));
    });
    this.stream.on('error', () => undefined);
    this.stream.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake?.();
    });
    for (const event of ['end', 'close']) {
      this.stream.on(event, () => {
        this.#over = true;
        this.#wake?.();
      });
    }
  }

  /** Bytes as they are; resolves when they are sent, which the windows may delay. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.stream.write(bytes, () => resolve());
    });
  }

  say(message: Uint8Array): Promise<void> {
    return this.write(framed(message));
  }

  end(): void {
    this.stream.end();
  }

  /** At once: Node's `close` would say before that there is no more to come. */
  reset(reason?: Error): void {
    this.stream.destroy(reason);
  }

  /** The next message of the answer; undefined when the call is over. */
  async receive(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#bytes.length >= 5) {
        const end = 5 + this.#bytes.readUInt32BE(1);
        if (this.#bytes.length >= end) {
          const message = this.#bytes.subarray(5, end);
          this.#bytes = this.#bytes.subarray(end);
          return message;
        }
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
