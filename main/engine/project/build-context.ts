import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { cancelled, LayerscopeError } from '../../../shared/api/errors.ts';
import { type ContextEntry, listContext } from './context-entries.ts';
import { contextVanished, isRefused, unreadable } from './context-errors.ts';
import { contextTar } from './context-tar.ts';
import { ignoreMatcher } from './ignore-matcher.ts';
import { quote } from './quote.ts';
import { readIgnoreFile } from './read-ignore-file.ts';

export interface BuildContextOptions {
  /** Absolute. */
  readonly contextDir: string;
  /** Absolute; in the context or not. */
  readonly dockerfilePath: string;
  /** The text to build instead of what the Dockerfile holds, see `stageTargets`. */
  readonly dockerfileSource?: string;
  readonly signal?: AbortSignal;
}

export interface BuildContext {
  /** An uncompressed tar. Fails with a LayerscopeError; destroying it closes every file. */
  readonly stream: Readable;
  /** The Dockerfile's name in the tar. */
  readonly dockerfile: string;
  /** Entries of the tar, folders and links included. */
  readonly files: number;
  /** Bytes of the files' content as they were listed. */
  readonly bytes: number;
}

/**
 * The build context as `docker build` would send it: without what `<Dockerfile>.dockerignore` (else `.dockerignore`)
 * leaves out, owner 0:0, in byte order. The engine applies no ignore file to a context that comes as a tar. A
 * Dockerfile that is ignored, outside the context or reached by a link is added under a name of its own, since the
 * engine takes it from the tar; `COPY . .` sees that file, which it does not in `docker build`.
 *
 * Throws LayerscopeError: `context-vanished`, `context-invalid`, `dockerfile-not-found`, `cancelled`.
 */
export async function openBuildContext(options: BuildContextOptions): Promise<BuildContext> {
  const { signal } = options;
  const contextDir = resolve(options.contextDir);
  const dockerfilePath = resolve(options.dockerfilePath);
  try {
    await requireFolder(contextDir);
    const content =
      options.dockerfileSource === undefined
        ? await readDockerfile(dockerfilePath)
        : Buffer.from(options.dockerfileSource);
    const { patterns } = await readIgnoreFile(contextDir, dockerfilePath);
    const listed = await listContext(contextDir, ignoreMatcher(patterns), signal);

    const inContext = relative(contextDir, dockerfilePath).replaceAll(sep, '/');
    const own = listed.findIndex((entry) => entry.path === inContext && entry.type === 'file');
    const size = content.length;
    let entries: readonly ContextEntry[] = listed;
    let dockerfile = inContext;
    if (own === -1) {
      dockerfile = freeName(content, listed);
      entries = [{ path: dockerfile, type: 'file', mode: 0o644, mtime: 0, size, content }, ...listed];
    } else if (options.dockerfileSource !== undefined) {
      entries = listed.with(own, { ...listed[own]!, size, content });
    }
    return {
      stream: cancellable(contextTar(contextDir, entries, signal), signal),
      dockerfile,
      files: entries.length,
      bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
    };
  } catch (error) {
    throw signal?.aborted ? cancelled() : error;
  }
}

function cancellable(chunks: AsyncIterable<Buffer>, signal: AbortSignal | undefined): Readable {
  const stream = Readable.from(chunks, { objectMode: false, highWaterMark: 256 << 10 });
  const cancel = () => stream.destroy(cancelled());
  signal?.addEventListener('abort', cancel, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', cancel));
  return stream;
}

async function requireFolder(contextDir: string): Promise<void> {
  const stats = await stat(contextDir).catch((error: unknown) => {
    if (isRefused(error)) throw unreadable('.', error);
    throw contextVanished(contextDir, '', error);
  });
  if (stats.isDirectory()) return;
  throw new LayerscopeError({
    code: 'context-invalid',
    message: `The build context ${quote(contextDir)} is not a folder`,
    hint: 'Give a folder as the context',
  });
}

async function readDockerfile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new LayerscopeError(
      {
        code: 'dockerfile-not-found',
        message: `The Dockerfile ${quote(path)} cannot be read`,
        hint: 'Check that it is still there and that you may read it',
      },
      { cause: error },
    );
  }
}

/** A name that depends on the text only, so that the builder's cache holds. */
function freeName(content: Buffer, listed: readonly ContextEntry[]): string {
  let name = `.dockerfile.${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  while (listed.some((entry) => entry.path === name)) name += '_';
  return name;
}
