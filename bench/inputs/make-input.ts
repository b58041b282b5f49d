import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { benchFolder } from './bench-folder.ts';

/** Raise it when the same recipe gives other bytes. */
const version = 4;

export interface Input {
  readonly name: string;
  /** All that its bytes depend on. */
  readonly recipe: unknown;
  /** Writes it to the path. */
  readonly make: (path: string) => Promise<void>;
}

/** The input's path. It is made where it is not there yet; what an older recipe made goes. */
export async function makeInput({ name, recipe, make }: Input, log: (line: string) => void): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify({ version, recipe })).digest('hex').slice(0, 12);
  const path = join(benchFolder, `${name}-${key}.tar`);
  if (existsSync(path)) return path;
  await mkdir(benchFolder, { recursive: true });
  for (const file of await readdir(benchFolder)) {
    if (file.startsWith(`${name}-`)) await rm(join(benchFolder, file));
  }
  log(`Making ${path}`);
  const partial = `${path}.partial`;
  await make(partial);
  await rename(partial, path);
  return path;
}
