import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startDisposableEngine } from '../scripts/engine/disposable-engine.ts';
import type { Command } from './measure/measure-process.ts';
import { NotMeasured } from './row.ts';

const run = promisify(execFile);

/** The private engine of the rows, with the bases of examples/go-hello. */
export interface Engine extends AsyncDisposable {
  /** As in DOCKER_HOST. */
  readonly host: string;
  /** A docker command that talks to it. */
  docker(...args: readonly string[]): Command;
  /** Runs one to its end; returns what it printed. */
  ask(...args: readonly string[]): Promise<string>;
}

/** One engine for all rows that ask for it. */
export function sharedEngine(): AsyncDisposable & { get(): Promise<Engine> } {
  let started: Promise<Engine> | undefined;
  return {
    get: () => {
      started ??= startEngine();
      return started;
    },
    [Symbol.asyncDispose]: async () => {
      const engine = await started?.catch(() => undefined);
      await engine?.[Symbol.asyncDispose]();
    },
  };
}

async function startEngine(): Promise<Engine> {
  const engine = await startDisposableEngine({ bases: ['golang:1.22', 'debian:bookworm-slim'] }).catch(
    (error: Error) => {
      throw new NotMeasured(error.message);
    },
  );
  const docker = (...args: readonly string[]): Command => ({
    program: engine.dockerCli,
    args: ['-H', engine.dockerHost, ...args],
    env: { DOCKER_BUILDKIT: '1', DOCKER_CONTEXT: undefined },
  });
  return {
    host: engine.dockerHost,
    docker,
    ask: async (...args) => {
      const command = docker(...args);
      const env = { ...process.env, ...command.env };
      return (await run(command.program, command.args, { env, maxBuffer: 2 ** 26 })).stdout;
    },
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}
