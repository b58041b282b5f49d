import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { docker, temporaryFolder } from './real-engine.ts';

export const username = 'layerscope';
export const password = 'open sesame';
/** For whoever has no password, but a token from an earlier login. */
export const identityToken = 'an identity token';
/** `htpasswd -B` of the two. */
const htpasswd = `${username}:$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy\n`;

/** A registry on loopback that shows nothing without credentials: Debian's docker-registry, as beside the test engine. */
export interface PrivateRegistry extends AsyncDisposable {
  /** HOST:PORT; asks for the password itself. */
  readonly address: string;
  /** HOST:PORT of the same images; sends clients to a server that gives tokens for the password. */
  readonly withTokens: string;
  /** How the token server was asked, in order: `basic`, `refresh token`, `nothing`. */
  readonly tokenRequests: readonly string[];
  /** Puts an image of the engine into it, under this name; the engine does not have it by that name. */
  push(image: string, name: string): Promise<void>;
  /** A folder for DOCKER_CONFIG. */
  configFolder(config: object): Promise<string>;
}

/** Whether one can run where the engine sees it: on the machine of the engine. */
export const canStartRegistry = process.env.LAYERSCOPE_TEST_ENGINE_PID !== undefined;

export const basicAuth = Buffer.from(`${username}:${password}`).toString('base64');

export async function startPrivateRegistry(): Promise<PrivateRegistry> {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(await temporaryFolder()).path;
  await writeFile(join(folder, 'htpasswd'), htpasswd);
  const tokenRequests: string[] = [];
  const tokens = cleanup.use(await startTokenServer(tokenRequests));
  const serve = async (name: string, auth: object) => {
    const registry = await startRegistry(join(folder, name), join(folder, 'storage'), auth);
    return cleanup.use(registry).address;
  };
  const address = await serve('basic.json', {
    htpasswd: { realm: 'test', path: join(folder, 'htpasswd') },
  });
  // It believes every token: what is tested is how one is got.
  const withTokens = await serve('tokens.json', { silly: { realm: tokens.url, service: 'test' } });
  let configs = 0;
  const configFolder = async (config: object) => {
    const path = join(folder, `config-${configs++}`);
    await mkdir(path);
    await writeFile(join(path, 'config.json'), JSON.stringify(config));
    return path;
  };
  const login = await configFolder({ auths: { [address]: { auth: basicAuth } } });
  const owned = cleanup.move();
  return {
    address,
    withTokens,
    tokenRequests,
    configFolder,
    async push(image, name) {
      const reference = `${address}/${name}`;
      await docker('tag', image, reference);
      try {
        await docker('--config', login, 'push', '-q', reference);
      } finally {
        await docker('rmi', reference);
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startRegistry(
  config: string,
  storage: string,
  auth: object,
): Promise<{ readonly address: string } & AsyncDisposable> {
  const address = `127.0.0.1:${await freePort()}`;
  const filesystem = { rootdirectory: storage };
  const settings = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem },
    http: { addr: address },
    auth,
  };
  await writeFile(config, JSON.stringify(settings));
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const words = text(child.stderr);
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await ended;
  };
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer) return { address, [Symbol.asyncDispose]: stop };
    await setTimeout(100);
  }
  await stop();
  throw new Error(`docker-registry does not start: ${await words}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Gives tokens as Docker Hub does: by GET for a name and a password, by POST for an identity token. */
async function startTokenServer(asked: string[]): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    const { authorization } = request.headers;
    const form = new URLSearchParams(await text(request));
    asked.push(form.has('refresh_token') ? 'refresh token' : authorization ? 'basic' : 'nothing');
    const isKnown = authorization === `Basic ${basicAuth}` || form.get('refresh_token') === identityToken;
    const token = 'a token';
    response.writeHead(isKnown ? 200 : 401, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(isKnown ? { token, access_token: token, expires_in: 300 } : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
