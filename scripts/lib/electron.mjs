import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run, seconds } from './run.mjs';

const folder = join(root, 'node_modules/electron');

/**
 * Gets Electron's binary, which no install script brings since Electron 42. Only where a window could open, and
 * only where its release page answers at once: offline nobody waits for it.
 *
 * @param {string} node a modern Node
 * @param {(line: string) => void} log
 */
export async function fetchElectron(node, log) {
  if (existsSync(join(folder, 'path.txt')) || process.env.ELECTRON_OVERRIDE_DIST_PATH) return;
  if (!couldOpenWindow()) return;
  const page = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/';
  try {
    await fetch(page, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
  } catch {
    log(`Electron is not installed, and ${new URL(page).host}, where it comes from, does not answer`);
    return;
  }
  const started = performance.now();
  log('Downloading Electron (about 110 MB)…');
  try {
    await run(node, [join(folder, 'install.js')], { timeoutMs: 300_000 });
    log(`Electron: done in ${seconds(started)}`);
  } catch (error) {
    log(`Electron could not be downloaded; npx install-electron tries again. ${error.message}`);
  }
}

function couldOpenWindow() {
  if (process.platform !== 'linux') return true;
  const hasDisplay = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return hasDisplay && process.getuid() !== 0; // Chromium's sandbox refuses root.
}
