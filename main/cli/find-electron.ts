import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { hasDisplay } from './display.ts';
import type { Terminal } from './terminal.ts';

/** Electron's executable, or why the desktop window cannot be opened here. */
export type FoundElectron = { readonly executable: string } | { readonly reason: string };

/** Where the executable lies in a copy of Electron. */
export function electronExecutable(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Looks where the electron package keeps its binary, or at the copy ELECTRON_OVERRIDE_DIST_PATH names; downloads nothing. */
export function findElectron(
  from: string,
  env: Terminal['env'],
  platform: NodeJS.Platform = process.platform,
): FoundElectron {
  if (!hasDisplay(platform, env)) return { reason: 'there is no display here' };
  if (platform === 'linux' && process.getuid?.() === 0) {
    return { reason: 'Electron does not run as root' };
  }
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH ?? packagedElectron(from);
  const executable = folder && join(folder, electronExecutable(platform));
  return executable && existsSync(executable)
    ? { executable }
    : { reason: "Electron's program is not installed (npx install-electron fetches it)" };
}

function packagedElectron(from: string): string | undefined {
  try {
    return join(dirname(createRequire(from).resolve('electron/package.json')), 'dist');
  } catch {
    return undefined; // A development dependency: an installed command may come without.
  }
}
