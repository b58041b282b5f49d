import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { compareBytes } from './compare-bytes.ts';
import { contextVanished, isMissing, isRefused, unreadable } from './context-errors.ts';
import type { FolderMatches, IgnoreMatcher } from './ignore-matcher.ts';
import { quote } from './quote.ts';

export type EntryType = 'file' | 'directory' | 'symlink' | 'fifo' | 'character-device' | 'block-device';

/** Something of the build context that is sent. */
export interface ContextEntry {
  /** Relative to the context, with `/`. */
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Bytes of a file when it was listed; it is measured again when it is read. */
  readonly size: number;
  /** Where a symbolic link points, as written in it. */
  readonly target?: string;
  readonly device?: number;
  /** Sent instead of what the file holds; `size` is its length. */
  readonly content?: Buffer;
}

/**
 * Lists what of a context is sent, folders before what they hold, names in byte order. Links are listed as links;
 * sockets are left out; an ignored folder is looked into only where an exception could match below it.
 * Throws `context-vanished`, `context-invalid`, or whatever `signal` was aborted with.
 */
export async function listContext(
  contextDir: string,
  matcher: IgnoreMatcher,
  signal?: AbortSignal,
): Promise<ContextEntry[]> {
  const entries: ContextEntry[] = [];
  await addFolder('', undefined);
  return entries;

  async function addFolder(folder: string, folderMatches: FolderMatches | undefined): Promise<void> {
    signal?.throwIfAborted();
    const children = (await childrenOf(folder)).map((dirent) => {
      const path = folder === '' ? dirent.name : `${folder}/${dirent.name}`;
      return { dirent, path, ...matcher.test(path, folderMatches) };
    });
    const sent = await Promise.all(
      children.map(({ path, ignored, dirent }) => {
        const wanted = !ignored || (dirent.isDirectory() && matcher.mayContainIncluded(path));
        return wanted ? entryOf(path) : undefined;
      }),
    );
    for (const [index, { path, ignored, matches }] of children.entries()) {
      const entry = sent[index];
      if (!entry) continue;
      const before = entries.length;
      entries.push(entry);
      if (entry.type === 'directory') await addFolder(path, matches);
      // An ignored folder is sent only to hold something that is not.
      if (ignored && entries.length === before + 1) entries.pop();
    }
  }

  async function childrenOf(folder: string): Promise<Dirent[]> {
    try {
      const children = await readdir(join(contextDir, folder), { withFileTypes: true });
      return children.sort((a, b) => compareBytes(a.name, b.name));
    } catch (error) {
      if (isMissing(error)) throw contextVanished(contextDir, folder, error);
      throw isRefused(error) ? unreadable(folder || '.', error) : error;
    }
  }

  async function entryOf(path: string): Promise<ContextEntry | undefined> {
    try {
      const stats = await lstat(join(contextDir, path));
      const type = typeOf(stats);
      if (!type) return undefined;
      return {
        path,
        type,
        mode: stats.mode & 0o7777,
        mtime: Math.floor(stats.mtimeMs / 1000),
        size: type === 'file' ? stats.size : 0,
        ...(type === 'symlink' && { target: await readlink(join(contextDir, path)) }),
        ...(type.endsWith('-device') && { device: stats.rdev }),
      };
    } catch (error) {
      if (isRefused(error)) throw unreadable(path, error);
      if (!isMissing(error)) throw error;
      if (path.includes('\ufffd')) throw notUtf8(path);
      return undefined; // Gone since the folder was listed, as if it had been so before.
    }
  }
}

function typeOf(stats: Stats): EntryType | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isCharacterDevice()) return 'character-device';
  if (stats.isBlockDevice()) return 'block-device';
  return undefined; // A socket: no archive can hold it.
}

/** Node gives such a name with replacement characters, under which the file cannot be opened. */
function notUtf8(path: string): LayerscopeError {
  return new LayerscopeError({
    code: 'context-invalid',
    message: `The name of ${quote(path)} in the build context is not UTF-8`,
    hint: 'Rename it, or leave it out with a line in .dockerignore',
  });
}
