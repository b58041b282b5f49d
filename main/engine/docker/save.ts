import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { cancelled } from '../../../shared/api/errors.ts';
import type { Connection } from './connection.ts';
import { connectionError, engineError } from './connection.ts';
import { platformQuery } from './image-platform.ts';
import { checkImageName, imageError, type PlatformOptions } from './images.ts';

/**
 * One archive of several images (`GET /images/get?names=a&names=b`). Aborting closes the connection at once, so the
 * engine stops; so does destroying the stream.
 */
export async function save(
  connection: Connection,
  references: readonly string[],
  { signal, platform }: PlatformOptions = {},
): Promise<Readable> {
  for (const reference of references) checkImageName(reference);
  // Not handed to the request: its abort would reach the reader as a broken connection.
  const stopping = new AbortController();
  const abortEarly = () => stopping.abort();
  signal?.addEventListener('abort', abortEarly, { once: true });
  let answer: Readable;
  try {
    if (signal?.aborted) throw cancelled();
    answer = await connection.stream({
      method: 'GET',
      path: '/images/get',
      query: { names: references, ...platformQuery(platform) },
      signal: stopping.signal,
    });
  } catch (error) {
    throw imageError(error, references.join(', '), connection.endpoint, signal);
  } finally {
    signal?.removeEventListener('abort', abortEarly);
  }
  return checkedArchive(answer, connection, signal);
}

/** The archive, with failures as errors for people. */
function checkedArchive(answer: Readable, connection: Connection, signal: AbortSignal | undefined): Readable {
  const archive = new PassThrough({ highWaterMark: 1024 * 1024, final: checkEnd });
  let last: Buffer = Buffer.alloc(0);

  // An engine that fails in the middle appends its error as JSON and ends the answer as if all were well; a tar ends
  // with zeros.
  function checkEnd(done: (error?: Error) => void): void {
    done(last.at(-1) === 0 ? undefined : engineError(appendedError(last.toString('utf8'))));
  }

  const abort = () => archive.destroy(cancelled());
  signal?.addEventListener('abort', abort, { once: true });
  answer.on('data', (chunk: Buffer) => {
    last = chunk.length >= 4096 || last.length === 0 ? chunk : Buffer.concat([last, chunk]).subarray(-4096);
  });
  answer.on('error', (error) => archive.destroy(connectionError(error, connection.endpoint, signal)));
  archive.on('close', () => {
    signal?.removeEventListener('abort', abort);
    answer.destroy();
  });
  answer.pipe(archive);
  if (signal?.aborted) abort();
  return archive;
}

function appendedError(end: string): string {
  const message = /"errorDetail"\s*:\s*\{[^}]*"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(end)?.[1];
  return message ? String(JSON.parse(message)) : 'it broke the archive of the image off';
}
