import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';

const root = resolve(import.meta.dirname, '../..');

/** The web host as a person starts it, in a process of its own with an empty cache. */
export interface Host {
  /** The printed address, token included. */
  readonly url: string;
  /** The address of a view, token included. */
  at(route: string): string;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

export interface HostOptions {
  readonly dockerHost?: string;
  readonly cacheFolder?: string;
  readonly open?: string;
}

/** Starts `layerscope serve`; results and events are held against the contract as well as inputs. */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const cacheFolder = options.cacheFolder ?? (await mkdtemp(join(tmpdir(), 'layerscope-e2e-cache-')));
  const args = [join(root, 'out/cli/layerscope.js'), 'serve', '--no-open'];
  args.push('--docker-host', options.dockerHost ?? engineHost());
  if (options.open) args.push(options.open);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, XDG_CACHE_HOME: cacheFolder, LAYERSCOPE_STRICT: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const address = await new Promise<string>((found, failed) => {
    const collect = (chunk: Buffer) => {
      printed += chunk.toString();
      const match = /http:\/\/127\.0\.0\.1:\d+\/\S*#token=\S+/.exec(printed);
      if (match) found(match[0]);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`The web host ended with ${code}: ${printed}`)));
  });
  const { origin, hash } = new URL(address);
  return {
    url: address,
    at: (route) => `${origin}${route}${hash}`,
    output: () => printed,
    stop: async () => {
      await ended(child);
      if (!options.cacheFolder) await rm(cacheFolder, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  await exited;
}

/** The private engine that `npm test` starts; there is nothing to test without it. */
export function engineHost(): string {
  const host = process.env.LAYERSCOPE_TEST_DOCKER_HOST;
  if (!host) throw new Error('LAYERSCOPE_TEST_DOCKER_HOST is not set: run these by npm test');
  return host;
}

/** One host for each spec file, and a check that no page logged an error or asked for anything elsewhere. */
export const test = base.extend<{ page: Page }, { host: Host }>({
  host: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
    async ({}, use) => {
      const host = await startHost();
      await use(host);
      await host.stop();
    },
    { scope: 'worker' },
  ],
  page: async ({ page, host }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.hostname !== '127.0.0.1') problems.push(`foreign request: ${url}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION/.test(message.text())) {
        problems.push(`console: ${message.text()}`);
      }
    });
    void host;
    await use(page);
    expect(problems).toEqual([]);
  },
});

export { expect };
