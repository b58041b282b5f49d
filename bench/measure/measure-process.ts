import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchHighWater } from './high-water.ts';
import type { Measured } from './measured.ts';

/** A program to run to its end; its output is thrown away. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside our own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const timeProgram = '/usr/bin/time';

/**
 * Runs a whole process, from its start to its end, with nothing on its stdin. Peak memory is the system's own count of
 * it, `ru_maxrss`, by GNU time or that of BSD; where there is none, what /proc tells.
 *
 * @throws Error when it cannot be started or fails, with what it said
 */
export async function measureProcess(command: Command, signal: AbortSignal): Promise<Measured> {
  if (!existsSync(timeProgram)) return run(command, signal, watchHighWater);
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-bench-'));
  try {
    const report = join(folder, 'time');
    const args = [...timeOptions(report), command.program, ...command.args];
    const { ms } = await run({ ...command, program: timeProgram, args }, signal);
    return { ms, peakBytes: peakBytesOf(await readFile(report, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** GNU's prints kilobytes; that of BSD and macOS, bytes among others. */
const timeOptions = (report: string): string[] =>
  process.platform === 'linux' ? ['-o', report, '-v'] : ['-l', '-o', report];

/** The peak in what `time` reports, in bytes. */
export function peakBytesOf(report: string): number | null {
  const gnu = /Maximum resident set size \(kbytes\): (\d+)/.exec(report);
  if (gnu) return Number(gnu[1]) * 1024;
  const bsd = /(\d+)\s+maximum resident set size/.exec(report);
  return bsd ? Number(bsd[1]) : null;
}

function run(
  { program, args, env }: Command,
  signal: AbortSignal,
  watch?: typeof watchHighWater,
): Promise<Measured> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const started = performance.now();
    // A group of its own: time does not hand on the signal that ends it.
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    child.once('error', reject);
    if (child.pid === undefined) return;
    const group = -child.pid;
    const memory = watch?.(child.pid);
    const stop = () => process.kill(group, 'SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    let measured: Measured;
    child.once('exit', () => {
      measured = { ms: performance.now() - started, peakBytes: memory?.stop() ?? null };
      signal.removeEventListener('abort', stop);
    });
    child.once('close', (status, killedBy) => {
      if (signal.aborted) reject(signal.reason);
      else if (status === 0) resolve(measured);
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${status ?? killedBy}:\n${said}`));
    });
  });
}
