import { open, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { type AgentKey, connectKeyAgent, readKey } from './ssh/key-agent.ts';

/** An ssh agent of a build. */
export interface SshSource {
  /** What a mount names it by; `default` where it names none. */
  readonly id: string;
  /** Absolute: one socket of an agent, or files of private keys. None: the agent that SSH_AUTH_SOCK names. */
  readonly paths: readonly string[];
}

/** Connects to the agent; the caller destroys the connection. */
export type ConnectAgent = () => Promise<Duplex>;

/** Bytes; keys are some 3 KB. */
const largestKey = 100 * 1024;
/** ms: an agent answers at once, or does not run. */
const patience = 2000;
/** Where OpenSSH for Windows has its agent, which sets no variable. */
const windowsAgent = '\\\\.\\pipe\\openssh-ssh-agent';

/**
 * Sees that every agent answers and every key can be read, and returns what connects to each, by id. Throws
 * `ssh-unavailable`.
 */
export async function openAgents(
  sources: readonly SshSource[],
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Promise<ReadonlyMap<string, ConnectAgent>> {
  const agents = new Map<string, ConnectAgent>();
  for (const source of sources) agents.set(source.id, await openAgent(source, env, platform));
  return agents;
}

async function openAgent(
  source: SshSource,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): Promise<ConnectAgent> {
  const paths = source.paths.length > 0 ? source.paths : [ownAgent(source, env, platform)];
  const sockets: string[] = [];
  const keys: AgentKey[] = [];
  for (const path of paths) {
    if (await isSocket(source, path, platform)) sockets.push(path);
    else keys.push(await keyOf(source, path));
  }
  const [socket] = sockets;
  if (socket === undefined) return async () => connectKeyAgent(keys);
  if (paths.length > 1) {
    throw unavailable(
      source,
      `${JSON.stringify(socket)} is the socket of an agent, and there is more beside it`,
      'Give one socket or any number of keys',
    );
  }
  const connectAgent = () => connectSocket(source, socket);
  (await connectAgent()).destroy();
  return connectAgent;
}

function ownAgent(source: SshSource, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const path = env.SSH_AUTH_SOCK || (platform === 'win32' ? windowsAgent : undefined);
  if (path) return path;
  throw unavailable(
    source,
    'no agent runs here, as the environment variable SSH_AUTH_SOCK is not set',
    'Start one with ssh-agent and ssh-add in the session that Layerscope is started from, or name a private key',
  );
}

async function isSocket(source: SshSource, path: string, platform: NodeJS.Platform): Promise<boolean> {
  // A named pipe cannot be looked at without being opened.
  if (platform === 'win32' && /^[\\/]{2}[^\\/]+[\\/]+pipe[\\/]/.test(path)) return true;
  try {
    return (await stat(path)).isSocket();
  } catch (error) {
    throw unreadable(source, path, error);
  }
}

async function keyOf(source: SshSource, path: string): Promise<AgentKey> {
  const key = await readKey(await readStart(source, path));
  if (key === 'passphrase') {
    throw unavailable(
      source,
      `the key ${JSON.stringify(path)} has a passphrase, and nobody is asked for it`,
      'Add the key to your ssh agent with ssh-add, and give the build the agent',
    );
  }
  if (key !== 'no-key') return key;
  throw unavailable(
    source,
    `${JSON.stringify(path)} is neither the socket of an agent nor a private key that can be used`,
    'Give an RSA, ECDSA or Ed25519 key as ssh-keygen writes it',
  );
}

async function readStart(source: SshSource, path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(largestKey), 0, largestKey, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(source, path, error);
  }
}

function connectSocket(source: SshSource, path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, timeout: patience });
    const fail = (error: Error) => {
      socket.destroy();
      const reason = `the agent at ${JSON.stringify(path)} does not answer: ${error.message}`;
      reject(unavailable(source, reason, 'See that it runs, and that `ssh-add -l` lists its keys', error));
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error(`nothing within ${patience / 1000} s`)));
    socket.once('connect', () => {
      socket.removeAllListeners('error').removeAllListeners('timeout').setTimeout(0);
      // Whoever reads it notices.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function unavailable({ id }: SshSource, reason: string, hint: string, cause?: unknown): LayerscopeError {
  const message = `The ssh agent ${JSON.stringify(id)} cannot be given to the build: ${reason}`;
  return new LayerscopeError({ code: 'ssh-unavailable', message, hint }, { cause });
}

function unreadable(source: SshSource, path: string, error: unknown): LayerscopeError {
  const { code, message } = error as NodeJS.ErrnoException;
  const place = JSON.stringify(path);
  const reason =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? `there is no ${place}`
      : `${place} cannot be read: ${code === 'EACCES' || code === 'EPERM' ? 'you have no permission' : message}`;
  return unavailable(source, reason, 'Name the socket of an agent, or a private key', error);
}
