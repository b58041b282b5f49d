import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands between us and a real engine, for what neither does by itself. */
export interface EngineProxy extends AsyncDisposable {
  /** As in DOCKER_HOST. */
  readonly url: string;
  /** Breaks the connections of all sessions, and no others. */
  cutSessions(): void;
}

/**
 * @param dockerHost the engine, at a unix socket
 * @param alter changes what the engine sends in a session, in place
 */
export async function startEngineProxy(
  dockerHost: string,
  alter: (bytes: Buffer) => void = () => undefined,
): Promise<EngineProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-proxy-'));
  const path = join(folder, 'engine.sock');
  const connections = new Set<Socket>();
  const sessions = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect(new URL(dockerHost).pathname);
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      connections.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    client.once('data', (head: Buffer) => {
      if (/^POST \S*\/session /.test(head.toString('latin1'))) {
        sessions.add(client);
        engine.on('data', alter);
      }
      engine.write(head);
      client.pipe(engine);
      engine.pipe(client);
    });
  }).listen(path);
  return {
    url: `unix://${path}`,
    cutSessions: () => {
      for (const session of sessions) session.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
