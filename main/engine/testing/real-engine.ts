import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository's folder. */
export const root = resolve(import.meta.dirname, '../../..');

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: these tests are run by npm test, which starts the engine`);
  return value;
}

/** The private engine that `npm test` starts, its registry on loopback, and a docker command that can talk to it. */
export const realEngine = {
  /** Which of them: see EngineKind in scripts/engine/engine.mjs. */
  kind: () => required('LAYERSCOPE_TEST_ENGINE') as 'debian' | 'newest',
  host: () => required('LAYERSCOPE_TEST_DOCKER_HOST'),
  registry: () => required('LAYERSCOPE_TEST_REGISTRY'),
};

// Old commands build with BuildKit only when they are told to.
const dockerEnv = () => ({ ...process.env, DOCKER_BUILDKIT: '1' });

/** Runs the docker command, which is not our code, against the private engine. */
export async function docker(...args: string[]): Promise<string> {
  const command = required('LAYERSCOPE_TEST_DOCKER_CLI');
  const options = { maxBuffer: 64 * 2 ** 20, env: dockerEnv() };
  const { stdout } = await run(command, ['-H', realEngine.host(), ...args], options);
  return stdout;
}

/** What it prints, as it comes; the stream fails when the command does. */
export function dockerStream(...args: string[]): Readable {
  const command = required('LAYERSCOPE_TEST_DOCKER_CLI');
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(command, ['-H', realEngine.host(), ...args], { env: dockerEnv(), stdio: [...stdio] });
  child.on('error', (error) => child.stdout!.destroy(error));
  child.on('exit', (status) => {
    if (status !== 0) child.stdout!.destroy(new Error(`docker ${args[0]} ended with status ${status}`));
  });
  return child.stdout!;
}

/** Runs a shell script, so that a second reading uses tar and find and nothing of ours. */
export async function shell(script: string, cwd: string): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd, maxBuffer: 64 * 2 ** 20 });
  return stdout;
}

/** An empty folder that is gone when the test ends: `await using folder = await temporaryFolder()`. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'layerscope-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A copy of an example that a test may change. */
export async function copyOfExample(name: string): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await cp(join(root, 'examples', name), folder.path, { recursive: true });
  return folder;
}
