import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and returns what it printed on stdout.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] whole environment; default: ours
 * @param {string} [options.cwd]
 * @param {boolean} [options.shell] as in spawn
 * @param {boolean} [options.wholeOutput] an error tells all it said instead of the end
 * @param {number} [options.timeoutMs] killed after that
 * @param {AbortSignal} [options.signal] killed when aborted; the promise rejects with its reason
 * @throws {Error} when it cannot be started or fails, with what it said
 */
export function run(command, args, options = {}) {
  const { env, cwd, shell, wholeOutput, timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      cwd,
      shell,
      signal,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.on('error', (error) =>
      reject(signal?.aborted ? signal.reason : new Error(`${command}: ${error.message}`, { cause: error })),
    );
    child.on('close', (status, killedBy) => {
      if (status === 0) return resolve(printed);
      const how = status === null ? `was ended by ${killedBy}` : `failed with status ${status}`;
      const lines = [printed.trim(), said.trim()].filter(Boolean).join('\n').split('\n');
      const detail = (wholeOutput ? lines : lines.slice(-25)).join('\n  ');
      reject(new Error(`${[command, ...args].join(' ')} ${how}${detail && `:\n  ${detail}`}`));
    });
  });
}

/** Resolves after some milliseconds. */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Seconds since `started` (of performance.now()), for people. */
export const seconds = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;
