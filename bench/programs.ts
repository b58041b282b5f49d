import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchFolder } from './inputs/bench-folder.ts';
import type { Command } from './measure/measure-process.ts';
import { root } from './root.ts';

const run = promisify(execFile);

export const diveVersion = '0.13.1';

/** Our program as people run it, under the Node that runs this: that of the dependencies. */
export function layerscope(args: readonly string[], env: Command['env'] = {}): Command {
  return { program: process.execPath, args: [join(root, 'out/cli/layerscope.js'), ...args], env };
}

/** dive's whole analysis without its screens; the document it writes goes nowhere. */
export function diveOn(dive: string, archive: string): Command {
  return { program: dive, args: ['--source', 'docker-archive', '--json', '/dev/null', archive] };
}

let installing: Promise<string | undefined> | undefined;

/** dive's executable, installed from the Go module proxy into the bench's own folder; undefined where Go is not. */
export function findDive(log: (line: string) => void): Promise<string | undefined> {
  installing ??= install(log);
  return installing;
}

async function install(log: (line: string) => void): Promise<string | undefined> {
  const folder = join(benchFolder, `dive-${diveVersion}`);
  const executable = join(folder, process.platform === 'win32' ? 'dive.exe' : 'dive');
  if (existsSync(executable)) return executable;
  if (goVersion() === null) return undefined;
  await mkdir(folder, { recursive: true });
  log(`Installing dive ${diveVersion}`);
  const args = ['install', `github.com/wagoodman/dive@v${diveVersion}`];
  await run('go', args, { env: { ...process.env, GOBIN: folder }, timeout: 600_000 });
  return executable;
}

export function goVersion(): string | null {
  try {
    return /go(\d\S*)/.exec(execFileSync('go', ['version'], { encoding: 'utf8' }))?.[1] ?? null;
  } catch {
    return null;
  }
}
