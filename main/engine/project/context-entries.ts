import { isUtf8 } from 'node:buffer';
import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { compareBytes } from './compare-bytes.ts';
import { contextVanished, isMissing, isRefused, unreadable } from './context-errors.ts';
import { createFileLooks } from './file-looks.ts';
import type { FolderMatches, IgnoreMatcher } from './ignore-matcher.ts';
import { quote } from './quote.ts';
import { createSlots } from './slots.ts';

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
  /** ms since the epoch, to a quarter of a microsecond. */
  readonly mtimeMs: number;
  /** When anything of it was last changed, ms since the epoch: no program can set it. */
  readonly ctimeMs: number;
  /** Its inode; 0 of what is in no folder. */
  readonly ino: number;
  /** Bytes of a file when it was listed; it is measured again when it is read. */
  readonly size: number;
  /** Where a symbolic link points, as written in it. */
  readonly target?: string;
  readonly device?: number;
  /** Sent instead of what the file holds; `size` is its length. */
  readonly content?: Buffer;
}

/** A file that is in no folder. */
export function fileInMemory(path: string, content: Buffer): ContextEntry {
  const stamp = { mtime: 0, mtimeMs: 0, ctimeMs: 0, ino: 0 };
  return { path, type: 'file', mode: 0o644, size: content.length, content, ...stamp };
}

/** Folders of a slow file system that are listed at the same time. */
const parallelFolders = 16;

const none: readonly never[] = [];

interface Listed {
  readonly entry: ContextEntry;
  readonly below: readonly Listed[];
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
  const inFolder = createSlots(parallelFolders);
  const files = createFileLooks();
  const stop = new AbortController();
  try {
    return flatten(await listFolder('', undefined));
  } finally {
    stop.abort();
  }

  async function listFolder(folder: string, folderMatches: FolderMatches | undefined): Promise<Listed[]> {
    const children = await inFolder(() => sentOf(folder, folderMatches));
    const listed = await Promise.all(
      children.map(async ({ entry, ignored, matches }) => {
        const below = entry.type === 'directory' ? await listFolder(entry.path, matches) : none;
        // An ignored folder is sent only to hold something that is not.
        return ignored && below.length === 0 ? undefined : { entry, below };
      }),
    );
    return listed.filter((child) => child !== undefined);
  }

  async function sentOf(folder: string, folderMatches: FolderMatches | undefined) {
    signal?.throwIfAborted();
    stop.signal.throwIfAborted();
    const children = (await childrenOf(folder)).map((dirent) => {
      const path = folder === '' ? dirent.name : `${folder}/${dirent.name}`;
      return { dirent, path, ...matcher.test(path, folderMatches) };
    });
    return files.each(children, async ({ path, ignored, matches, dirent }) => {
      const wanted = !ignored || (dirent.isDirectory() && matcher.mayContainIncluded(path));
      const entry = wanted ? await entryOf(path) : undefined;
      return entry && { entry, ignored, matches };
    });
  }

  async function childrenOf(folder: string): Promise<Dirent[]> {
    try {
      const children = await files.list(join(contextDir, folder));
      return children.sort((a, b) => compareBytes(a.name, b.name));
    } catch (error) {
      if (isMissing(error)) throw contextVanished(contextDir, folder, error);
      throw isRefused(error) ? unreadable(folder || '.', error) : error;
    }
  }

  async function targetOf(path: string): Promise<string> {
    const raw = await files.target(join(contextDir, path));
    if (!isUtf8(raw)) throw notUtf8(`What ${quote(path)} points to`);
    return raw.toString();
  }

  async function entryOf(path: string): Promise<ContextEntry | undefined> {
    try {
      const stats = await files.stats(join(contextDir, path));
      const type = typeOf(stats);
      if (!type) return undefined;
      return {
        path,
        type,
        mode: stats.mode & 0o7777,
        mtime: Math.floor(stats.mtimeMs / 1000),
        mtimeMs: stats.mtimeMs,
        ctimeMs: stats.ctimeMs,
        ino: stats.ino,
        size: type === 'file' ? stats.size : 0,
        ...(type === 'symlink' && { target: await targetOf(path) }),
        ...(type.endsWith('-device') && { device: stats.rdev }),
      };
    } catch (error) {
      if (isRefused(error)) throw unreadable(path, error);
      if (!isMissing(error)) throw error;
      if (path.includes('\ufffd')) throw notUtf8(`The name of ${quote(path)}`);
      return undefined; // Gone since the folder was listed, as if it had been so before.
    }
  }
}

/** The entries in order; no recursion, as a hostile folder may be deep. */
function flatten(top: readonly Listed[]): ContextEntry[] {
  const entries: ContextEntry[] = [];
  const pending = top.toReversed();
  for (let next = pending.pop(); next; next = pending.pop()) {
    entries.push(next.entry);
    for (let at = next.below.length - 1; at >= 0; at--) pending.push(next.below[at]!);
  }
  return entries;
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

/** Node gives such text with replacement characters, under which nothing is found. */
function notUtf8(what: string): LayerscopeError {
  return new LayerscopeError({
    code: 'context-invalid',
    message: `${what} in the build context is not UTF-8`,
    hint: 'Rename it, or leave it out with a line in .dockerignore',
  });
}
