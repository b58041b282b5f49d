import { randomUUID } from 'node:crypto';
import type { Connection } from '../connection.ts';
import { HttpError } from '../connection.ts';
import { type GrpcMethods, serveGrpc, unary } from './grpc-server.ts';

/** The line back to us on which BuildKit asks for what it needs, for as long as a build runs. */
export interface Session {
  /** The build's `session` parameter; undefined where the engine has no sessions (Podman). */
  readonly id: string | undefined;
  close(): void;
}

export interface SessionOptions {
  readonly signal?: AbortSignal | undefined;
  /** What it may ask for. */
  readonly methods: GrpcMethods;
  /** Builds with one key share what the engine keeps of their context. */
  readonly sharedKey?: string | undefined;
  /** Called once where the session ends before it is closed here. */
  readonly onLost?: (() => void) | undefined;
}

/** Without an answer every few seconds the engine takes the session for dead. */
const health: GrpcMethods = {
  // HealthCheckResponse { status: SERVING }
  '/grpc.health.v1.Health/Check': unary(() => Buffer.from([0x08, 0x01])),
};

/**
 * Opens a BuildKit session (`POST /session`): the engine is the HTTP/2 client on this connection and we answer its gRPC
 * calls. One for each build that runs at the same time. dockerode's own session answers no health checks, so the engine
 * drops it after seconds and a pull that comes later in the build fails.
 */
export async function openSession(connection: Connection, options: SessionOptions): Promise<Session> {
  const methods = { ...health, ...options.methods };
  const id = randomUUID();
  try {
    const socket = await connection.upgrade(
      {
        method: 'POST',
        path: '/session',
        headers: {
          'X-Docker-Expose-Session-Uuid': id,
          'X-Docker-Expose-Session-Name': 'layerscope',
          'X-Docker-Expose-Session-Sharedkey': options.sharedKey ?? '',
          'X-Docker-Expose-Session-Grpc-Method': Object.keys(methods),
        },
        signal: options.signal,
      },
      'h2c',
    );
    return { id, close: serveGrpc(socket, methods, options.onLost).close };
  } catch (error) {
    if (error instanceof HttpError) return { id: undefined, close: () => undefined };
    throw error;
  }
}
