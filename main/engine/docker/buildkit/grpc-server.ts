import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { performServerHandshake } from 'node:http2';
import type { Duplex } from 'node:stream';
import { GrpcError, GrpcStatus } from './grpc-status.ts';
import { type ArrivingMessage, MessageReader, prefixBytes } from './message-reader.ts';

export { GrpcError, GrpcStatus } from './grpc-status.ts';

/** One call, as the method that answers it sees it. */
export interface GrpcCall {
  /** Metadata of the caller, lower case. */
  readonly metadata: IncomingHttpHeaders;
  /** The next message; undefined when the caller has no more. Rejects when the call broke off. */
  next(): Promise<Uint8Array | undefined>;
  /**
   * The same as soon as its first bytes have come.
   *
   * @param spare memory to put it into if it is large enough: where messages are long, new memory for each costs time
   */
  nextArriving(spare?: Uint8Array): Promise<ArrivingMessage | undefined>;
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
/** Characters of an error. */
const maxErrorText = 1000;

/**
 * Answers gRPC calls on a connection whose other end is the HTTP/2 client. @grpc/grpc-js takes no connection that is
 * there already, and is slower.
 *
 * @param onLost called once where the connection ends before it is closed here
 */
export function serveGrpc(
  socket: Duplex,
  methods: GrpcMethods,
  onLost?: () => void,
): {
  /** Ends the connection, and with it the calls. */
  close(): void;
} {
  const http2: ServerHttp2Session = performServerHandshake(socket, {
    settings: { initialWindowSize: callWindow },
  });
  http2.setLocalWindowSize(sessionWindow);
  // 'close' follows.
  http2.on('error', () => undefined);
  let closed = false;
  http2.on('close', () => {
    if (!closed) onLost?.();
  });
  http2.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    answer(stream, headers, methods).catch(() => stream.destroy());
  });
  return {
    close() {
      closed = true;
      http2.destroy();
    },
  };
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
  const messages = new MessageReader(stream, method.maxMessage ?? defaultMaxMessage);
  const call: GrpcCall = {
    metadata: headers,
    next: async () => (await messages.next())?.whole(),
    nextArriving: (spare) => messages.next(spare),
    send: (...messages) => send(stream, messages),
  };
  try {
    const last = await method.answer(call);
    if (last) await send(stream, [last]);
    end(stream);
  } catch (error) {
    end(stream, error instanceof GrpcError ? error : new GrpcError(GrpcStatus.internal, String(error)));
  } finally {
    messages.discard();
  }
}

const answerHeaders = { ':status': 200, 'content-type': 'application/grpc' };

/** Nothing can be sent any more; http2 throws where somebody tries. */
function isOver(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed || stream.writableEnded;
}

function begin(stream: ServerHttp2Stream): void {
  if (!stream.headersSent) stream.respond(answerHeaders, { waitForTrailers: true });
}

function send(stream: ServerHttp2Stream, messages: readonly Uint8Array[]): Promise<void> {
  if (isOver(stream)) {
    return Promise.reject(new GrpcError(GrpcStatus.unavailable, 'The call is over'));
  }
  begin(stream);
  const framed = frame(messages);
  return new Promise((resolve, reject) => {
    // A write that is under way when the call is reset is never called back.
    const gone = () => settle(new GrpcError(GrpcStatus.unavailable, 'The call is over'));
    const settle = (error: Error | null | undefined) => {
      stream.off('aborted', gone).off('close', gone);
      if (error) reject(error);
      else resolve();
    };
    stream.once('aborted', gone).once('close', gone);
    stream.write(framed, settle);
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
  if (isOver(stream)) return;
  const trailers = error
    ? { 'grpc-status': String(error.status), 'grpc-message': encodeMessage(error.message) }
    : { 'grpc-status': '0' };
  if (error && !stream.headersSent) {
    stream.respond({ ...answerHeaders, ...trailers }, { endStream: true });
    return;
  }
  begin(stream);
  stream.once('wantTrailers', () => {
    if (!stream.closed) stream.sendTrailers(trailers);
  });
  stream.end();
}

/** In a header, so it is percent-encoded and has a bound. */
function encodeMessage(message: string): string {
  return encodeURIComponent(message.slice(0, maxErrorText).toWellFormed());
}
