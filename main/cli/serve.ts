import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LayerscopeError } from '../../shared/api/errors.ts';
import type { AddressDocument } from '../../shared/model/address-document.ts';
import { openableTarget, routeOf, type Target } from '../web/app-route.ts';
import { startWebHost } from '../web/web-host.ts';
import type { Context } from './context.ts';
import { hasDisplay, openInBrowser } from './display.ts';
import type { ServeOptions } from './options.ts';
import { printableJson } from './printable.ts';
import { startEngine } from './with-engine.ts';

/** The built renderer; source and bundles lie equally deep. */
const rendererFolder = fileURLToPath(new URL('../../out/renderer/', import.meta.url));

/** `layerscope serve [TARGET]`. Returns the exit status. */
export async function serveWeb(
  text: string | undefined,
  options: ServeOptions,
  context: Context,
): Promise<number> {
  return serveTarget(text === undefined ? undefined : openableTarget(text), options, context);
}

/** The web host, until it is stopped: that is how it ends, so the exit status is 0. */
export async function serveTarget(
  target: Target | undefined,
  options: ServeOptions,
  { terminal, signal }: Context,
): Promise<number> {
  requireBuilt();
  const engine = await startEngine(options, {
    threads: true,
    ...(target && { open: target.kind === 'image' ? target.reference : target.path }),
  });
  try {
    const host = await startWebHost({
      handlers: engine.handlers,
      rendererFolder,
      port: options.port,
      ...(target && { route: routeOf(target) }),
      strict: terminal.env.LAYERSCOPE_STRICT === '1',
    });
    try {
      const document: AddressDocument = { schema: 'layerscope/address@1', url: host.url };
      terminal.stdout.write(options.json ? printableJson(document) : `${host.url}\n`);
      const opens = options.open && hasDisplay(process.platform, terminal.env);
      if (opens) openInBrowser(host.url, terminal.stderr);
      if (!options.quiet) {
        terminal.stderr.write(
          `${opens ? 'It opens in the browser.' : 'Open it in a browser on this machine.'} Ctrl+C stops it.\n`,
        );
      }
      await aborted(signal);
    } finally {
      await host.close();
    }
  } finally {
    await engine.close();
  }
  return 0;
}

function requireBuilt(): void {
  if (existsSync(join(rendererFolder, 'index.html'))) return;
  throw new LayerscopeError({
    code: 'path-not-found',
    message: `The app's pages are not at ${rendererFolder}`,
    hint: 'Build them with npm run build',
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
