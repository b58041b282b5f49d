import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startDisposableEngine } from '../scripts/engine/disposable-engine.ts';
import type { Command } from './measure/measure-process.ts';
import { NotMeasured } from './row.ts';

const run = promisify(execFile);

/** What keeps images: Debian's engine 20.10 the old way, the newest engine in containerd. */
export type EngineKind = 'debian' | 'newest';

/** A private engine of the rows, with the bases of examples/go-hello. */
export interface Engine extends AsyncDisposable {
  /** As in DOCKER_HOST. */
  readonly host: string;
  /** A docker command that talks to it. */
  docker(...args: readonly string[]): Command;
  /** Runs one to its end; returns what it printed. */
  ask(...args: readonly string[]): Promise<string>;
}

/** One engine of a kind for all rows that ask for it. */
export function sharedEngines(): AsyncDisposable & { get(kind: EngineKind): Promise<Engine> } {
  const started = new Map<EngineKind, Promise<Engine>>();
  return {
    get: (kind) => {
      const engine = started.get(kind) ?? startEngine(kind);
      started.set(kind, engine);
      return engine;
    },
    [Symbol.asyncDispose]: async () => {
      for (const starting of started.values()) {
        const engine = await starting.catch(() => undefined);
        await engine?.[Symbol.asyncDispose]();
      }
    },
  };
}

async function startEngine(kind: EngineKind): Promise<Engine> {
  const bases = ['golang:1.22', 'debian:bookworm-slim'];
  const engine = await startDisposableEngine({ kind, bases }).catch((error: Error) => {
    throw new NotMeasured(error.message);
  });
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
