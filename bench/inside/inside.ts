import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a script of this folder in a process of its own; it prints what it measured itself, ms, as a JSON list. */
export async function measuredInside(
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, script), ...args], { signal });
  return JSON.parse(stdout);
}
