import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../layerscope.ts', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Run {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  readonly output: Readonly<Omit<Ended, 'status'>>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Piped in; the pipe is left open for the caller where it is undefined. */
  readonly input?: Uint8Array;
}

/** The terminal program as people run it: a process of its own, nothing of it a terminal. */
export function startCli(args: readonly string[], { env = {}, input }: RunOptions = {}): Run {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', LAYERSCOPE_STRICT: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (input) child.stdin.end(input);
  const output = { out: '', err: '' };
  for (const [stream, name] of [
    [child.stdout, 'out'],
    [child.stderr, 'err'],
  ] as const) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...output }));
  });
  return { child, ended, output };
}

export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startCli(args, { input: new Uint8Array(), ...options }).ended;
}
