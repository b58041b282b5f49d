import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** What the main process tells the engine's process, as one argument. */
export const EngineArguments = z.object({
  version: z.string(),
  dockerHost: z.string().optional(),
  dockerContext: z.string().optional(),
  cacheStore: z.boolean(),
  open: z.string().optional(),
});
export type EngineArguments = z.infer<typeof EngineArguments>;

/**
 * What of the command line is the app's: all of a packaged one, else what follows the app's folder, before which
 * Electron's own options stand.
 */
export function ownArguments(
  argv: readonly string[],
  { isPackaged, appPath }: { readonly isPackaged: boolean; readonly appPath: string },
): readonly string[] {
  if (isPackaged) return argv.slice(1);
  const app = argv.findIndex((each, index) => index > 0 && resolve(each) === resolve(appPath));
  return argv.slice(app < 0 ? 2 : app + 1);
}

/**
 * The app's own arguments: `[--docker-host=H] [--docker-context=C] [--no-cache-store] [TARGET]`. What Chromium or a
 * debugger adds is passed over.
 */
export function engineArguments(args: readonly string[], version: string): EngineArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      'docker-host': { type: 'string' },
      'docker-context': { type: 'string' },
      'no-cache-store': { type: 'boolean' },
    },
    allowPositionals: true,
    strict: false,
  });
  const text = (value: string | boolean | undefined) => (typeof value === 'string' ? value : undefined);
  const dockerHost = text(values['docker-host']);
  const dockerContext = text(values['docker-context']);
  const [open] = positionals;
  return {
    version,
    cacheStore: values['no-cache-store'] !== true,
    ...(dockerHost !== undefined && { dockerHost }),
    ...(dockerContext !== undefined && { dockerContext }),
    ...(open !== undefined && { open }),
  };
}
