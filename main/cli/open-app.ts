import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openableTarget, type Target } from '../web/app-route.ts';
import type { Context } from './context.ts';
import { findElectron } from './find-electron.ts';
import type { ServeOptions } from './options.ts';
import { serveTarget } from './serve.ts';

/** The folder with package.json, which is what Electron is told to run; source and bundles lie equally deep. */
const appFolder = fileURLToPath(new URL('../../', import.meta.url));

/** A window that was not even up by then has not been closed by a person. */
const startMs = 5000;

/** `layerscope [TARGET]`: the desktop window, else the web host. Returns the exit status. */
export async function openApp(
  text: string | undefined,
  options: ServeOptions,
  context: Context,
): Promise<number> {
  const target = text === undefined ? undefined : openableTarget(text);
  const found = findElectron(import.meta.url, context.terminal.env);
  let reason: string;
  if ('executable' in found) {
    const startedAt = performance.now();
    const status = await runElectron(found.executable, target, options, context);
    if (status === 0 || context.signal.aborted) return 0;
    if (performance.now() - startedAt > startMs) return status;
    reason = `Electron did not start (exit status ${status})`;
  } else {
    reason = found.reason;
  }
  if (!options.quiet) context.terminal.stderr.write(`Layerscope is served to a browser: ${reason}.\n`);
  return serveTarget(target, options, context);
}

function runElectron(
  executable: string,
  target: Target | undefined,
  options: ServeOptions,
  { signal, terminal }: Context,
): Promise<number> {
  const args = [
    appFolder,
    ...(options.dockerHost === undefined ? [] : [`--docker-host=${options.dockerHost}`]),
    ...(options.dockerContext === undefined ? [] : [`--docker-context=${options.dockerContext}`]),
    ...(options.cacheStore ? [] : ['--no-cache-store']),
    // Absolute, and after `--`: no name of a folder is ever taken for an option.
    ...(target ? ['--', target.kind === 'image' ? target.reference : target.path] : []),
  ];
  const { ELECTRON_RUN_AS_NODE: _, ...env } = terminal.env;
  const child = spawn(executable, args, { stdio: 'inherit', env });
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (status) => resolve(status ?? 1));
  });
}
