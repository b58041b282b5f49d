import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { performServerHandshake } from 'node:http2';
import type { Duplex } from 'node:stream';

/** How a call ended, where it did not end well (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
export const GrpcStatus = {
  notFound: 5,
  alreadyExists: 6,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** Thrown by a method: the caller gets this status and message. */
export class GrpcError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'GrpcError';
    this.status = status;
  }
}

/** One call, as the method that answers it sees it. */
export interface GrpcCall {
  /** Metadata of the caller, lower case. */
  readonly metadata: IncomingHttpHeaders;
  /**
   * The next message; undefined when the caller has no more. It lies in a buffer that the next call of `next` writes
   * over. Rejects when the call broke off.
   */
  next(): Promise<Uint8Array | undefined>;
  /** Sends messages, several in one write. Resolves when there is room for more. */
  send(...messages: readonly Uint8Array[]): Promise<void>;
}

export interface GrpcMethod {
  /** The largest message that it takes, bytes. Default: 64 KiB. */
  readonly maxMessage?: number;
  /** What is returned is sent as the last message; a thrown GrpcError, or any other error as `internal`, is its status. */
  answer(call: GrpcCall): Promise<Uint8Array | undefined>;
}

/** By path: `/grpc.health.v1.Health/Check`. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>;

/** A method with one message each way. */
export function unary(reply: (request: Uint8Array) => Uint8Array | Promise<Uint8Array>): GrpcMethod {
  return {
    async answer(call) {
      return reply((await call.next()) ?? new Uint8Array());
    },
  };
}

/**
 * What the other side may send before we have read it, bytes: of one call and of all together. With the defaults of
 * 64 KB a layer arrives at 200 MB/s, with these at 280.
 */
const callWindow = 4 * 2 ** 20;
const sessionWindow = 16 * 2 ** 20;
const defaultMaxMessage = 65_536;
/** A message's prefix: whether it is compressed, which nobody asked for, and its length. */
const prefixBytes = 5;

/**
 * Answers gRPC calls on a connection whose other end is the HTTP/2 client. @grpc/grpc-js takes no connection that is
 * there already, and is slower. Closing it ends the connection.
 */
export function serveGrpc(socket: Duplex, methods: GrpcMethods): { close(): void } {
  const http2: ServerHttp2Session = performServerHandshake(socket, {
    settings: { initialWindowSize: callWindow },
  });
  http2.setLocalWindowSize(sessionWindow);
  // Whoever uses the connection notices what goes wrong with it; there is nothing to add.
  http2.on('error', () => undefined);
  http2.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    answer(stream, headers, methods).catch(() => stream.destroy());
  });
  return { close: () => http2.destroy() };
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  methods: GrpcMethods,
): Promise<void> {
  const path = headers[':path'] as string;
  const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
  if (!method) {
    stream.resume();
    end(stream, new GrpcError(GrpcStatus.unimplemented, `${path} is not served here`));
    return;
  }
  const messages = readMessages(stream, method.maxMessage ?? defaultMaxMessage);
  const call: GrpcCall = {
    metadata: headers,
    next: async () => (await messages.next()).value,
    send: (...messages) => send(stream, messages),
  };
  try {
    const last = await method.answer(call);
    if (last) await send(stream, [last]);
    end(stream);
  } catch (error) {
    end(stream, error instanceof GrpcError ? error : new GrpcError(GrpcStatus.internal, String(error)));
  } finally {
    stream.resume();
  }
}

async function* readMessages(
  stream: ServerHttp2Stream,
  maxMessage: number,
): AsyncGenerator<Uint8Array, undefined> {
  let buffer = Buffer.alloc(0);
  const prefix = Buffer.alloc(prefixBytes);
  let prefixed = 0;
  let length = 0;
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length || (prefixed === prefixBytes && filled === length); ) {
      if (prefixed < prefixBytes) {
        const taken = chunk.copy(prefix, prefixed, at);
        prefixed += taken;
        at += taken;
        if (prefixed < prefixBytes) break;
        length = prefix.readUInt32BE(1);
        filled = 0;
        if (prefix[0] !== 0)
          throw new GrpcError(GrpcStatus.unimplemented, 'Compressed messages are not read');
        if (length > maxMessage) throw new GrpcError(GrpcStatus.internal, 'The message is too long');
        // Messages of a stream are about as long as one another.
        if (length > buffer.length) buffer = Buffer.allocUnsafeSlow(length);
        continue;
      }
      const taken = chunk.copy(buffer, filled, at, Math.min(chunk.length, at + length - filled));
      filled += taken;
      at += taken;
      if (filled < length) break;
      prefixed = 0;
      yield buffer.subarray(0, length);
    }
  }
  return undefined;
}

const answerHeaders = { ':status': 200, 'content-type': 'application/grpc' };

function begin(stream: ServerHttp2Stream): void {
  if (!stream.headersSent) stream.respond(answerHeaders, { waitForTrailers: true });
}

function send(stream: ServerHttp2Stream, messages: readonly Uint8Array[]): Promise<void> {
  if (stream.destroyed || stream.writableEnded) {
    return Promise.reject(new GrpcError(GrpcStatus.unavailable, 'The call is over'));
  }
  begin(stream);
  const framed = frame(messages);
  return new Promise((resolve, reject) => {
    const gone = () => reject(new GrpcError(GrpcStatus.unavailable, 'The call is over'));
    stream.once('close', gone);
    stream.write(framed, (error) => {
      stream.off('close', gone);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Each with its prefix, in one piece. */
function frame(messages: readonly Uint8Array[]): Buffer {
  const framed = Buffer.allocUnsafe(messages.reduce((sum, message) => sum + prefixBytes + message.length, 0));
  let at = 0;
  for (const message of messages) {
    framed[at] = 0;
    framed.writeUInt32BE(message.length, at + 1);
    framed.set(message, at + prefixBytes);
    at += prefixBytes + message.length;
  }
  return framed;
}

/** The status goes at the end; of a call that sent nothing, with the headers. */
function end(stream: ServerHttp2Stream, error?: GrpcError): void {
  if (stream.destroyed || stream.writableEnded) return;
  const trailers = error
    ? { 'grpc-status': String(error.status), 'grpc-message': encodeURIComponent(error.message) }
    : { 'grpc-status': '0' };
  if (error && !stream.headersSent) {
    stream.respond({ ...answerHeaders, ...trailers }, { endStream: true });
    return;
  }
  begin(stream);
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end();
}
