import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A private engine of one test, which may kill it: the shared engine of the others never notices. */
export interface DisposableEngine extends AsyncDisposable {
  /** As in DOCKER_HOST. */
  readonly dockerHost: string;
  /** HOST:PORT of its registry, which holds debian:bookworm; undefined when none was asked for. */
  readonly registry: string | undefined;
  /** A docker command that can talk to it (`-H dockerHost`). */
  readonly dockerCli: string;
  /** Ends it with SIGKILL, as a crash would; its socket stays behind. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, with the same images and address. */
  restart(): Promise<void>;
  /** Stops it and removes everything of it. */
  stop(): Promise<void>;
}

/**
 * Starts one in a few seconds: `await using engine = await startDisposableEngine()`.
 *
 * It lives in a process of its own that ends when this one does, so that nothing is left behind by a test that crashes.
 *
 * @param options.kind default: the kind that the tests run on (LAYERSCOPE_TEST_ENGINE)
 * @param options.bases stand-ins to load, of scripts/engine/bases.mjs; default: alpine:3.20, which is 2 MB
 * @param options.registry whether a registry runs beside it; default: no
 */
export async function startDisposableEngine(
  options: { readonly kind?: string; readonly bases?: readonly string[]; readonly registry?: boolean } = {},
): Promise<DisposableEngine> {
  const { kind = process.env.LAYERSCOPE_TEST_ENGINE ?? 'debian' } = options;
  const { bases = ['alpine:3.20'], registry = false } = options;
  const script = fileURLToPath(new URL('../test-engine.mjs', import.meta.url));
  const choices = [`--engine=${kind}`, `--bases=${bases.join(',')}`];
  const args = ['up', '--control', ...choices, registry ? '--registry' : '--no-registry'];
  // A group of its own: Ctrl+C ends us, which closes its stdin, and it then stops its engine in peace.
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
  child.stdin.on('error', () => {}); // It ended: the next answer says so.
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const answer = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { value, done } = await answers.next();
    if (done) throw new Error('The disposable engine ended; what it said is above');
    const message = JSON.parse(value);
    if (message.failed) throw new Error(message.failed);
    return message;
  };
  const command = async (name: string): Promise<void> => {
    child.stdin.write(`${name}\n`);
    await answer();
  };
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };

  const { ready } = (await answer()) as { readonly ready: Readonly<Record<string, string>> };
  return {
    dockerHost: ready.LAYERSCOPE_TEST_DOCKER_HOST!,
    dockerCli: ready.LAYERSCOPE_TEST_DOCKER_CLI!,
    registry: ready.LAYERSCOPE_TEST_REGISTRY,
    kill: () => command('kill'),
    restart: () => command('restart'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
