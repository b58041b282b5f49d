import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run, seconds } from '../lib/run.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { register, removeEngineFolder, unregister } from './leftovers.mjs';

/** Engine 29, whose fresh installs keep images in containerd; in an order that builds the small ones first. */
const commands = [
  'github.com/containerd/containerd/v2/cmd/containerd@v2.4.2',
  'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2@v2.4.2',
  'github.com/moby/moby/v2/cmd/dockerd@v2.0.0-beta.24',
];

/**
 * Goes before Debian's runc, which is too old for the time namespace that this engine gives every container. A newer one
 * would take a C compiler and libseccomp.
 */
const runc = `#!/bin/sh
for argument; do
  [ "$previous" = --bundle ] && sed -i 's/,{"type":"time"}//' "$argument/config.json"
  previous=$argument
done
exec /usr/sbin/runc "$@"
`;

/**
 * The newest engine's programs. No distribution has them packaged, so Go builds them from their modules: once, in
 * about three minutes, then they come from the cache.
 *
 * @param {{ log: (line: string) => void, signal: AbortSignal }} options
 * @returns {Promise<string>} the folder that they are in
 * @throws {Error} where there is no Go, saying what to install
 */
export async function newestPrograms({ log, signal }) {
  const key = createHash('sha256').update(`${process.arch} ${commands} ${runc}`).digest('hex').slice(0, 16);
  const folder = join(cacheFolder, `newest-engine-${key}`);
  if (existsSync(folder)) return folder;
  await expectGo();

  const started = performance.now();
  log('Building the newest engine with Go: about three minutes, once');
  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = mkdtempSync(join(cacheFolder, 'building-'));
  register(unfinished, basename(unfinished));
  // Go's own folders too, so that they go with it, and what works in them, when this is interrupted.
  const [programs, temporary] = ['programs', 'tmp'].map((name) => join(unfinished, name));
  try {
    for (const path of [programs, temporary]) mkdirSync(path);
    for (const command of commands) {
      await run('go', ['install', '-buildvcs=false', '-ldflags=-s -w', command], {
        env: { ...process.env, GOBIN: programs, GOTMPDIR: temporary, CGO_ENABLED: '0' },
        signal,
      });
    }
    writeFileSync(join(programs, 'runc'), runc, { mode: 0o755 });
    // Another run may have been faster.
    if (!existsSync(folder)) renameSync(programs, folder);
  } finally {
    await removeEngineFolder(unfinished);
    unregister(basename(unfinished));
  }
  log(`Built the newest engine in ${seconds(started)}`);
  return folder;
}

async function expectGo() {
  try {
    await run('go', ['version'], { timeoutMs: 10_000 });
  } catch (error) {
    throw new Error(
      'The newest Docker engine is built from its Go modules, so its tests need Go and a network: install Go ' +
        `1.26 or newer (https://go.dev/dl), see that \`go\` is on the PATH, and run this again. (${error.message})`,
    );
  }
}
