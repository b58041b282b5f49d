import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { compareBytes } from './compare-bytes.ts';

const DOCKERFILE = /^(?:Dockerfile(?:[.-].*)?|.+\.Dockerfile|Containerfile.*)$/s;
const NOT_DOCKERFILE = /\.(?:dockerignore|containerignore)$/;
const LEFT_OUT = new Set(['node_modules', '.git']);

/** How far the search goes: folders below the project folder, folders looked into, Dockerfiles taken. */
export const searchLimits = { depth: 12, folders: 20_000, dockerfiles: 500 } as const;

/** Whether a file of this name is taken for a Dockerfile without being named. */
export function isDockerfileName(name: string): boolean {
  return DOCKERFILE.test(name) && !NOT_DOCKERFILE.test(name);
}

/**
 * The Dockerfiles in a folder and below, relative with `/`, in byte order. Links to folders are not followed, links to
 * files only inside the folder; folders that cannot be read are passed over. The nearest come first within `limits`.
 */
export async function findDockerfiles(
  folder: string,
  limits: { readonly depth: number; readonly folders: number; readonly dockerfiles: number } = searchLimits,
): Promise<string[]> {
  const root = await realpath(folder);
  const found: string[] = [];
  let level = [folder];
  let seen = 0;
  for (let depth = 0; level.length > 0 && depth <= limits.depth; depth++) {
    const next: string[] = [];
    for (const current of level.sort(compareBytes)) {
      if (seen++ >= limits.folders || found.length >= limits.dockerfiles) break;
      for (const entry of await entriesOf(current)) {
        const path = join(current, entry.name);
        if (entry.isDirectory()) {
          if (!LEFT_OUT.has(entry.name)) next.push(path);
        } else if (isDockerfileName(entry.name) && (await isFileWithin(root, path, entry))) {
          found.push(path);
        }
      }
    }
    level = next;
  }
  return found
    .map((path) => relative(folder, path).replaceAll(sep, '/'))
    .sort(compareBytes)
    .slice(0, limits.dockerfiles);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // Unreadable, or gone since it was listed: whatever it holds cannot be built either.
  }
}

async function isFileWithin(root: string, path: string, entry: Dirent): Promise<boolean> {
  if (entry.isFile()) return true;
  if (!entry.isSymbolicLink()) return false;
  try {
    const target = await realpath(path);
    return target.startsWith(root.endsWith(sep) ? root : root + sep) && (await stat(target)).isFile();
  } catch {
    return false; // A link to nothing.
  }
}
