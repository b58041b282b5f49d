import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { engineHost } from './host.ts';

const run = promisify(execFile);
const program = resolve(import.meta.dirname, '../../out/cli/layerscope.js');

/** The document that the command line prints, on the same engine and with a cache of its own. */
export async function printed<T>(cacheFolder: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = await run(
    process.execPath,
    [program, ...args, '--json', '--quiet', '--docker-host', engineHost()],
    { env: { ...process.env, XDG_CACHE_HOME: cacheFolder }, maxBuffer: 64 << 20 },
  );
  return JSON.parse(stdout) as T;
}
