import { type ChildProcess, spawn } from 'node:child_process';
import WebSocket from 'ws';
import { webSocketChannel } from '../main/web/web-socket-channel.ts';
import { connect } from '../shared/api/connection.ts';
import type { Api } from '../shared/api/contract.ts';
import { layerscope } from './programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** `layerscope serve` in a process of its own, with a cache of its own. */
export interface WebHost extends AsyncDisposable {
  /** What it printed, token included. */
  readonly url: string;
}

/** @param engine as in DOCKER_HOST; none unless one is given */
export async function startWebHost(engine?: string): Promise<WebHost> {
  const cache = await temporaryFolder();
  // Nothing listens there.
  const noEngine = `unix://${cache.path}/no-engine.sock`;
  const args = ['serve', '--no-open', '--docker-host', engine ?? noEngine];
  const command = layerscope(args, { XDG_CACHE_HOME: cache.path });
  const child = spawn(command.program, command.args, {
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await printedAddress(child);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill()) await ended;
      await cache[Symbol.asyncDispose]();
    },
  };
}

function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const address = /http:\S+#token=\S+/.exec(printed)?.[0];
      if (address) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`The web host ended with ${status}: ${printed}`)));
  });
}

/** Talks to a host as its page does. */
export async function connectTo({ url }: WebHost): Promise<{ readonly api: Api } & Disposable> {
  const { host, hash, origin } = new URL(url);
  const token = hash.slice('#token='.length);
  const socket = new WebSocket(`ws://${host}/rpc`, ['layerscope', `token.${token}`], { origin });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { api: connect(webSocketChannel(socket)), [Symbol.dispose]: () => socket.terminate() };
}
