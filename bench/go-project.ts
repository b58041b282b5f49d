import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { measureProcess } from './measure/measure-process.ts';
import type { Measured } from './measure/measured.ts';
import { layerscope } from './programs.ts';
import { root } from './root.ts';
import type { BenchContext } from './row.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A copy of examples/go-hello, to be edited: no engine has built it before. */
export async function projectFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await cp(join(root, 'examples/go-hello'), folder.path, { recursive: true });
  await edit(folder.path);
  return folder;
}

/** The Dockerfile that does everything in one stage. */
export const single = (folder: string) => join(folder, 'Dockerfile.single');

let edits = 0;

/** Changes the line of main.go that prints, to what was never built; the word it prints has so many letters more. */
export async function edit(folder: string, more = 0): Promise<void> {
  const file = join(folder, 'main.go');
  const source = await readFile(file, 'utf8');
  const word = `Hello${process.pid}n${++edits}${'o'.repeat(more)}`;
  await writeFile(file, source.replace(/Printf\("\w+/, `Printf("${word}`));
}

/** `layerscope build` of a folder, a whole process. */
export function buildFolder(
  context: BenchContext,
  engine: Engine,
  folder: string,
  cache: string,
  ...more: readonly string[]
): Promise<Measured> {
  const args = ['build', folder, '--json', '--network=host', '--docker-host', engine.host, ...more];
  return measureProcess(layerscope(args, { XDG_CACHE_HOME: cache }), context.signal);
}

/** The same three images by the docker command: each Dockerfile beside the other, then the stage below. Their names. */
export async function buildAll(engine: Engine, folder: string): Promise<readonly string[]> {
  const build = async (name: string, ...args: readonly string[]) => {
    await engine.ask('build', '-q', '--network=host', '-t', `layerscope-bench:${name}`, ...args, folder);
    return `layerscope-bench:${name}`;
  };
  const whole = await Promise.all([build('single', '-f', single(folder)), build('final')]);
  return [...whole, await build('builder', '--target=builder')];
}

/** With a cache that is empty at first, and gone at the end. */
export async function withOwnCache<T>(work: (cache: string) => Promise<T>): Promise<T> {
  await using cache = await temporaryFolder();
  return await work(cache.path);
}
