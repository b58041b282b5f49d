import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a script of this folder in a process of its own; it prints what it measured itself as JSON: mostly a list of ms. */
export async function measuredInside<Measured = readonly number[]>(
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Measured> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, script), ...args], { signal });
  return JSON.parse(stdout);
}
