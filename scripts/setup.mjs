// What npm start and npm test begin with, on a machine with nothing but Node 20 or newer: the dependencies, the
// build and a Node that runs them. Each step is done only where it is needed, and says how long it took.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modernNode, root } from './lib/paths.mjs';
import { run, seconds } from './lib/run.mjs';
import { isBuilt } from './lib/stale.mjs';

/**
 * @param {{ log?: (line: string) => void, signal?: AbortSignal }} [options]
 * @returns {Promise<string>} the Node to run everything else with (24, from the dependencies)
 * @throws {Error} saying what to do
 */
export async function setUp({ log = (line) => console.error(line), signal } = {}) {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new Error(`Layerscope needs Node 20 or newer; this is ${process.versions.node}. Install Node 24.`);
  }
  if (!areDependenciesInstalled()) {
    const hint = 'npm could not install the dependencies: see above, check the network, and run this again.';
    await step('npm ci', log, hint, () => {
      // npm tells its scripts where it is; node alone finds it on the PATH, on Windows as a command file.
      const npm = process.env.npm_execpath;
      const args = ['ci', '--ignore-scripts', '--no-progress', '--loglevel=error'];
      if (npm) return run(process.execPath, [npm, ...args], { cwd: root, signal });
      return run('npm', args, { cwd: root, signal, shell: process.platform === 'win32' });
    });
  }
  const node = modernNode();
  if (!isBuilt()) {
    await step('npm run build', log, 'The build failed: see above.', () =>
      run(node, [join(root, 'scripts/build.mjs')], { cwd: root, signal }),
    );
  }
  return node;
}

async function step(name, log, hint, work) {
  const started = performance.now();
  try {
    await work();
  } catch (error) {
    throw new Error(`${error.message}\n${hint}`, { cause: error });
  }
  log(`${name}: done in ${seconds(started)}`);
}

/** Whether node_modules holds what the lockfile says, by npm's own note of what it installed. */
function areDependenciesInstalled() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined) throw new Error('package-lock.json is missing: get it back with git checkout.');
  return (
    installed !== undefined &&
    // Optional ones are there or not, by platform.
    Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === '' || installed[path]?.version === version || (optional && !installed[path]),
    )
  );
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(join(root, lockfile), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
