import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { cancelled, LayerscopeError } from '../../../shared/api/errors.ts';
import { type ContextEntry, fileInMemory, listContext } from './context-entries.ts';
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

/** What a build context was when it was listed. */
export interface ListedContext {
  /** Absolute. */
  readonly contextDir: string;
  /** What is sent of it, in byte order, each folder before what it holds. */
  readonly entries: readonly ContextEntry[];
  /** What says which files are left out. */
  readonly ignoreText: string;
  /** Path of the Dockerfile from the context, with `/`; it may lead out of it. */
  readonly dockerfile: string;
  /** What is built, whatever the Dockerfile holds by now. */
  readonly dockerfileContent: Buffer;
  /** Whether that is another text than the Dockerfile's own. */
  readonly isReplaced: boolean;
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
  return packContext(await listBuildContext(options), options.signal);
}

/** Lists what `openBuildContext` would send; throws what it throws. */
export async function listBuildContext(options: BuildContextOptions): Promise<ListedContext> {
  const { signal, dockerfileSource } = options;
  const contextDir = resolve(options.contextDir);
  const dockerfilePath = resolve(options.dockerfilePath);
  try {
    await requireFolder(contextDir);
    const isReplaced = dockerfileSource !== undefined;
    const dockerfileContent = isReplaced
      ? Buffer.from(dockerfileSource)
      : await readDockerfile(dockerfilePath);
    const { text, patterns } = await readIgnoreFile(contextDir, dockerfilePath);
    return {
      contextDir,
      entries: await listContext(contextDir, ignoreMatcher(patterns), signal),
      ignoreText: text,
      dockerfile: relative(contextDir, dockerfilePath).replaceAll(sep, '/'),
      dockerfileContent,
      isReplaced,
    };
  } catch (error) {
    throw signal?.aborted ? cancelled() : error;
  }
}

/** A context as a tar, its Dockerfile in it. */
export function packContext(context: ListedContext, signal?: AbortSignal): BuildContext {
  const { contextDir, entries: listed, dockerfileContent: content } = context;
  const own = listed.findIndex((entry) => entry.path === context.dockerfile && entry.type === 'file');
  const size = content.length;
  let entries = listed;
  let { dockerfile } = context;
  if (own === -1) {
    dockerfile = freeName(content, listed);
    entries = [fileInMemory(dockerfile, content), ...listed];
  } else if (context.isReplaced) {
    entries = listed.with(own, { ...listed[own]!, size, content });
  }
  return {
    stream: cancellable(contextTar(contextDir, entries, signal), signal),
    dockerfile,
    files: entries.length,
    bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
  };
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
