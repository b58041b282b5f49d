import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContextEntry } from './context-entries.ts';
import { contextChanged, contextVanished, isMissing, isRefused, unreadable } from './context-errors.ts';
import { createFileLooks } from './file-looks.ts';

/** Files of at most so many bytes are read whole. */
const smallBytes = 64 << 10;
const pieceBytes = 256 << 10;

/** A file as it was opened. */
export interface OpenedFile {
  /** It is read no further than this, and no less. */
  readonly size: number;
  /** Whether it is the file that was listed, unchanged. */
  readonly isAsListed: boolean;
}

/**
 * Reads files of a context. Throws `context-vanished` where one is gone, shrinks while it is read or is no file any more,
 * `context-invalid` where it cannot be read, and what `signal` was aborted with.
 */
export interface ContextReader {
  /** A small file whole; undefined of a large one. */
  small(entry: ContextEntry): Promise<SmallFile | undefined>;
  /** A file in pieces of their own; `onOpen` is called before the first. */
  large(entry: ContextEntry, onOpen: (file: OpenedFile) => void): AsyncGenerator<Buffer, void, undefined>;
  /** As `FileLooks.each`, for what takes reading a file. */
  each<T>(items: readonly T[], read: (item: T) => Promise<void>): Promise<void>;
}

export interface SmallFile extends OpenedFile {
  readonly content: Buffer;
}

export function contextReader(contextDir: string, signal?: AbortSignal): ContextReader {
  const files = createFileLooks();
  return {
    async small(entry) {
      const { content } = entry;
      if (content) return { content, size: content.length, isAsListed: true };
      if (entry.size > smallBytes) return undefined;
      return files.look(
        () => readSmallSync(contextDir, entry),
        () => readSmall(contextDir, entry),
      );
    },
    async *large(entry, onOpen) {
      const { file, ...opened } = await openFile(contextDir, entry);
      try {
        onOpen(opened);
        for (let left = opened.size; left > 0; ) {
          signal?.throwIfAborted();
          const piece = Buffer.allocUnsafe(Math.min(pieceBytes, left));
          if ((await fill(file, piece)) < piece.length) throw contextChanged(entry.path);
          left -= piece.length;
          yield piece;
        }
      } finally {
        await file.close();
      }
    },
    async each(items, read) {
      await files.each(items, read);
    },
  };
}

async function readSmall(contextDir: string, entry: ContextEntry): Promise<SmallFile | undefined> {
  const { file, ...opened } = await openFile(contextDir, entry);
  try {
    if (opened.size > smallBytes) return undefined;
    const content = Buffer.allocUnsafe(opened.size);
    if ((await fill(file, content)) < opened.size) throw contextChanged(entry.path);
    return { ...opened, content };
  } finally {
    await file.close();
  }
}

function readSmallSync(contextDir: string, entry: ContextEntry): SmallFile | undefined {
  const file = openSyncForReading(contextDir, entry.path);
  try {
    const opened = openedAs(entry, fstatSync(file));
    if (opened.size > smallBytes) return undefined;
    const content = Buffer.allocUnsafe(opened.size);
    let filled = 0;
    while (filled < content.length) {
      const read = readSync(file, content, filled, content.length - filled, null);
      if (read === 0) throw contextChanged(entry.path);
      filled += read;
    }
    return { ...opened, content };
  } finally {
    closeSync(file);
  }
}

async function openFile(
  contextDir: string,
  entry: ContextEntry,
): Promise<OpenedFile & { readonly file: FileHandle }> {
  const file = await openForReading(contextDir, entry.path);
  try {
    return { file, ...openedAs(entry, await file.stat()) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function openedAs(entry: ContextEntry, stats: Stats): OpenedFile {
  if (!stats.isFile()) throw contextChanged(entry.path);
  const { size, ino, mtimeMs, ctimeMs } = stats;
  const isAsListed =
    size === entry.size && ino === entry.ino && mtimeMs === entry.mtimeMs && ctimeMs === entry.ctimeMs;
  return { size, isAsListed };
}

/** What was a file when it was listed may be a link or a FIFO by now: neither is followed nor waited for. */
const reading = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function openForReading(contextDir: string, path: string): Promise<FileHandle> {
  try {
    return await open(join(contextDir, path), reading);
  } catch (error) {
    throw openError(contextDir, path, error);
  }
}

function openSyncForReading(contextDir: string, path: string): number {
  try {
    return openSync(join(contextDir, path), reading);
  } catch (error) {
    throw openError(contextDir, path, error);
  }
}

function openError(contextDir: string, path: string, error: unknown): unknown {
  if (isMissing(error)) return contextVanished(contextDir, path, error);
  if (isRefused(error)) return unreadable(path, error);
  return (error as NodeJS.ErrnoException).code === 'ELOOP' ? contextChanged(path) : error;
}

/** Reads until the buffer is full or the file ends; returns how many bytes were read. */
async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
