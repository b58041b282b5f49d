import { type ChildProcess, spawn } from 'node:child_process';
import { layerscope } from './programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** `layerscope serve` in a process of its own, with a cache of its own. */
export interface WebHost extends AsyncDisposable {
  /** What it printed, token included. */
  readonly url: string;
}

export async function startWebHost(): Promise<WebHost> {
  const cache = await temporaryFolder();
  // No engine is asked for: nothing listens there.
  const args = ['serve', '--no-open', '--docker-host', `unix://${cache.path}/no-engine.sock`];
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
