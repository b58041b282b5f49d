import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContextEntry } from './context-entries.ts';
import { contextChanged, contextVanished, isMissing, isRefused, unreadable } from './context-errors.ts';
import { padding, TAR_END, tarHeader } from './tar-header.ts';

/** Files read ahead at once; each takes at most one small file's bytes of memory. */
const READ_AHEAD = 32;
const SMALL = 64 << 10;
const CHUNK = 256 << 10;

/**
 * The archive of the entries, a chunk at a time as it is asked for: small files are read some ahead, large ones in
 * pieces. A file that grew is cut at the size its header gives; one that shrank, or is something else by now, ends it
 * with `context-vanished`.
 */
export async function* contextTar(
  contextDir: string,
  entries: readonly ContextEntry[],
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < entries.length; at += READ_AHEAD) {
    signal?.throwIfAborted();
    const batch = entries.slice(at, at + READ_AHEAD);
    const small = await Promise.all(batch.map((entry) => readSmall(entry)));
    let waiting: Buffer[] = [];
    for (const [index, entry] of batch.entries()) {
      const content = small[index];
      if (content === 'large') {
        if (waiting.length > 0) yield Buffer.concat(waiting);
        waiting = [];
        yield* readLarge(entry);
      } else if (content) {
        waiting.push(tarHeader(entry, content.length), content, padding(content.length));
      } else {
        waiting.push(tarHeader(entry, 0));
      }
    }
    if (waiting.length > 0) yield Buffer.concat(waiting);
  }
  yield TAR_END;

  async function readSmall(entry: ContextEntry): Promise<Buffer | 'large' | undefined> {
    if (entry.type !== 'file' || entry.content) return entry.content;
    if (entry.size > SMALL) return 'large';
    const { file, size } = await openFile(entry);
    try {
      if (size > SMALL) return 'large';
      const content = Buffer.alloc(size);
      if ((await fill(file, content)) < size) throw contextChanged(entry.path);
      return content;
    } finally {
      await file.close();
    }
  }

  async function* readLarge(entry: ContextEntry): AsyncGenerator<Buffer, void, undefined> {
    const { file, size } = await openFile(entry);
    try {
      yield tarHeader(entry, size);
      for (let left = size; left > 0; ) {
        signal?.throwIfAborted();
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK, left));
        if ((await fill(file, chunk)) < chunk.length) throw contextChanged(entry.path);
        left -= chunk.length;
        yield chunk;
      }
      const rest = padding(size);
      if (rest.length > 0) yield rest;
    } finally {
      await file.close();
    }
  }

  async function openFile(
    entry: ContextEntry,
  ): Promise<{ readonly file: FileHandle; readonly size: number }> {
    let file: FileHandle;
    try {
      // What was a file when it was listed may be a link or a FIFO by now: neither is followed nor waited for.
      const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
      file = await open(join(contextDir, entry.path), flags);
    } catch (error) {
      if (isMissing(error)) throw contextVanished(contextDir, entry.path, error);
      if (isRefused(error)) throw unreadable(entry.path, error);
      throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? contextChanged(entry.path) : error;
    }
    const stats = await file.stat();
    if (stats.isFile()) return { file, size: stats.size };
    await file.close();
    throw contextChanged(entry.path);
  }
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
