import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { performServerHandshake } from 'node:http2';
import type { Connection } from './connection.ts';
import { HttpError } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { encodeStrings, fieldsOf, textOf } from './protobuf.ts';

/** The line back to us that BuildKit asks for registry credentials on, for as long as a build runs. */
export interface Session {
  /** The build's `session` parameter; undefined where the engine has no sessions (Podman). */
  readonly id: string | undefined;
  close(): void;
}

export interface SessionOptions {
  readonly signal?: AbortSignal;
  /** The credentials for a registry's host, where there are any. */
  readonly credentials: (host: string) => Promise<Credentials | undefined>;
}

type Method = (request: Uint8Array) => Buffer | Promise<Buffer>;

/**
 * Opens a BuildKit session (`POST /session`): the engine is the HTTP/2 client on this connection and we answer its
 * gRPC calls. dockerode's own session answers no health checks, so the engine drops it after seconds and a pull that
 * comes later in the build fails.
 */
export async function openSession(connection: Connection, options: SessionOptions): Promise<Session> {
  const methods: Readonly<Record<string, Method>> = {
    // HealthCheckResponse { status: SERVING }
    '/grpc.health.v1.Health/Check': () => Buffer.from([0x08, 0x01]),
    '/moby.filesync.v1.Auth/Credentials': async (request) => {
      const [host] = [...fieldsOf(request)].filter((field) => field.number === 1).map(textOf);
      const found = host === undefined ? undefined : await options.credentials(host);
      if (!found) return Buffer.alloc(0);
      // An identity token goes without a user name, as the docker command sends it.
      return found.identityToken
        ? encodeStrings({ 2: found.identityToken })
        : encodeStrings({ 1: found.username, 2: found.password });
    },
  };
  const id = randomUUID();
  let http2: ServerHttp2Session;
  try {
    const socket = await connection.upgrade(
      {
        method: 'POST',
        path: '/session',
        headers: { 'X-Docker-Expose-Session-Uuid': id, 'X-Docker-Expose-Session-Name': 'layerscope' },
        signal: options.signal,
      },
      'h2c',
    );
    http2 = performServerHandshake(socket);
  } catch (error) {
    if (error instanceof HttpError) return { id: undefined, close: () => undefined };
    throw error;
  }
  // The build itself reports what goes wrong with the engine; a broken session has nothing to add.
  http2.on('error', () => undefined);
  http2.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    answer(stream, headers, methods).catch((error: Error) => respond(stream, error));
  });
  return { id, close: () => http2.destroy() };
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  methods: Readonly<Record<string, Method>>,
): Promise<void> {
  const path = headers[':path'] as string;
  if (!Object.hasOwn(methods, path)) {
    stream.resume();
    // 12 UNIMPLEMENTED: BuildKit then does without.
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' },
      { endStream: true },
    );
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > 65_536) throw new RangeError('The request is too long');
  }
  // A gRPC message has a five-byte prefix: compressed or not, and its length.
  respond(stream, await methods[path]!(Buffer.concat(chunks).subarray(5)));
}

function respond(stream: ServerHttp2Stream, reply: Buffer | Error): void {
  if (stream.destroyed || stream.headersSent) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  if (reply instanceof Error) {
    // 13 INTERNAL
    const message = encodeURIComponent(reply.message);
    stream.respond({ ...headers, 'grpc-status': '13', 'grpc-message': message }, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(reply.length, 1);
  stream.end(Buffer.concat([prefix, reply]));
}
