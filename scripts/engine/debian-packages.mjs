import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { run } from '../lib/run.mjs';

/** True where apt may install what the tests need. */
export function isDebianRoot() {
  if (process.platform !== 'linux' || process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
}

async function isInstalled(name) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholder
  const asked = run('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]);
  return (await asked.catch(() => 'unknown')) === 'installed';
}

/**
 * Installs Debian packages that are missing, without starting the services some of them bring.
 *
 * @param {readonly string[]} names
 * @param {(line: string) => void} log
 */
export async function installMissing(names, log) {
  const wanted = [];
  for (const name of names) if (!(await isInstalled(name))) wanted.push(name);
  if (wanted.length === 0) return;
  log(`apt-get install ${wanted.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Debian asks this file before it starts a service (policy-rc.d, Debian policy 9.3.3.1).
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...wanted], { env });
  } finally {
    if (ours) rmSync(policy);
  }
}
