import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const stamp = join(root, 'out', '.built-from');
const sources = [
  'main',
  'renderer',
  'shared',
  'package.json',
  'package-lock.json',
  'rolldown.config.ts',
  'scripts/build.mjs',
  'tsconfig.json',
  'vite.config.ts',
];

/** Hash of everything the bundles are made from: some hundred small files, so contents beat times. */
export function sourcesHash() {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  for (const source of sources) {
    if (/\.\w+$/.test(source)) {
      add(source);
      continue;
    }
    const names = readdirSync(join(root, source), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1));
    for (const name of names.sort()) add(name);
  }
  return hash.digest('hex');
}

/** True when `out/` was built from just these sources. */
export function isBuilt(hash = sourcesHash()) {
  try {
    return readFileSync(stamp, 'utf8') === hash;
  } catch {
    return false;
  }
}

export function markBuilt(hash) {
  writeFileSync(stamp, hash);
}
