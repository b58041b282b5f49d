import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and returns what it printed on stdout.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] whole environment; default: ours
 * @param {string} [options.cwd]
 * @param {import('node:stream').Readable} [options.input] becomes its stdin; default: none
 * @param {import('node:stream').Writable} [options.output] takes its stdout, which is then not returned
 * @param {boolean} [options.show] pass its output through to ours instead
 * @param {number} [options.timeoutMs] killed after that
 * @param {AbortSignal} [options.signal] killed when aborted
 * @throws {Error} when it cannot be started or fails, with the end of what it said
 */
export function run(command, args, options = {}) {
  const { env, cwd, input, output, show, timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      cwd,
      signal,
      timeout: timeoutMs,
      stdio: [input ? 'pipe' : 'ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let printed = '';
    let said = '';
    if (input) {
      input.pipe(child.stdin);
      // A program that ends early closes its stdin; its exit status tells why.
      child.stdin.on('error', () => input.destroy());
    }
    if (output) child.stdout?.pipe(output);
    else child.stdout?.setEncoding('utf8').on('data', (text) => (printed += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-4000);
    });
    child.on('error', (error) =>
      reject(signal?.aborted ? signal.reason : new Error(`${command}: ${error.message}`, { cause: error })),
    );
    child.on('close', (status, killedBy) => {
      if (status === 0) return resolve(printed);
      const how = status === null ? `was ended by ${killedBy}` : `failed with status ${status}`;
      const detail = (said.trim() || printed.trim()).split('\n').slice(-15).join('\n  ');
      reject(new Error(`${[command, ...args].join(' ')} ${how}${detail && `:\n  ${detail}`}`));
    });
  });
}

/** Resolves after some milliseconds. */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Seconds since `started` (of performance.now()), for people. */
export const seconds = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;
