import type { ContextEntry } from './context-entries.ts';
import { contextReader } from './context-reader.ts';
import { padding, TAR_END, tarHeader } from './tar-header.ts';

/** Files read ahead at once; each takes at most one small file's bytes of memory. */
const READ_AHEAD = 32;

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
  const reader = contextReader(contextDir, signal);
  for (let at = 0; at < entries.length; at += READ_AHEAD) {
    signal?.throwIfAborted();
    const batch = entries.slice(at, at + READ_AHEAD);
    const small = await Promise.all(
      batch.map((entry) => (entry.type === 'file' ? reader.small(entry) : undefined)),
    );
    let waiting: Buffer[] = [];
    for (const [index, entry] of batch.entries()) {
      const content = small[index]?.content;
      if (content) {
        waiting.push(tarHeader(entry, content.length), content, padding(content.length));
      } else if (entry.type === 'file') {
        if (waiting.length > 0) yield Buffer.concat(waiting);
        waiting = [];
        yield* large(entry);
      } else {
        waiting.push(tarHeader(entry, 0));
      }
    }
    if (waiting.length > 0) yield Buffer.concat(waiting);
  }
  yield TAR_END;

  async function* large(entry: ContextEntry): AsyncGenerator<Buffer, void, undefined> {
    let size = 0;
    let header: Buffer | undefined;
    const pieces = reader.large(entry, (file) => {
      size = file.size;
      header = tarHeader(entry, size);
    });
    for await (const piece of pieces) {
      if (header) yield header;
      header = undefined;
      yield piece;
    }
    // Of a file that was large when it was listed, and is empty by now.
    if (header) yield header;
    const rest = padding(size);
    if (rest.length > 0) yield rest;
  }
}
