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
  /** Connections that we have open. */
  open(): number;
}

export interface ProxyOptions {
  /** Changes what the engine sends in a session, in place. */
  readonly alter?: (bytes: Buffer) => void;
  /** Keeps the end of a build's answer back. */
  readonly holdEnds?: boolean;
}

/** @param dockerHost the engine, at a unix socket */
export async function startEngineProxy(
  dockerHost: string,
  { alter = () => undefined, holdEnds = false }: ProxyOptions = {},
): Promise<EngineProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-proxy-'));
  const path = join(folder, 'engine.sock');
  const connections = new Set<Socket>();
  const clients = new Set<Socket>();
  const sessions = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect(new URL(dockerHost).pathname);
    let held = false;
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      connections.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        if (socket === client || !held) other.destroy();
      });
    }
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.once('data', (head: Buffer) => {
      const request = head.toString('latin1');
      if (/^POST \S*\/session /.test(request)) {
        sessions.add(client);
        engine.on('data', alter);
      }
      engine.write(head);
      client.pipe(engine);
      held = holdEnds && /^POST \S*\/build\?/.test(request);
      if (held) engine.on('data', (chunk: Buffer) => client.write(withoutEnd(chunk)));
      else engine.pipe(client);
    });
  }).listen(path);
  return {
    url: `unix://${path}`,
    cutSessions: () => {
      for (const session of sessions) session.destroy();
    },
    open: () => clients.size,
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const lastChunk = Buffer.from('0\r\n\r\n');

function withoutEnd(bytes: Buffer): Buffer {
  const at = bytes.length - lastChunk.length;
  return at >= 0 && bytes.subarray(at).equals(lastChunk) ? bytes.subarray(0, at) : bytes;
}
