import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { freeBuffers } from './free-buffers.ts';
import { limits } from './limits.ts';
import { invalidTar, limitExceeded, type TarSubject, truncatedTar } from './tar-error.ts';
import { ZstdFrames } from './zstd-frames.ts';

export type Compression = 'gzip' | 'zstd';

/** Decompresses what is written to it, piece by piece. */
export interface Expander {
  /** Resolves when the bytes have been taken: then they may be overwritten. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the last output has been passed on. */
  end(): Promise<void>;
  /** Stops without an end. */
  destroy(): void;
}

/** zlib's default of 16 KiB halves its speed; more than this only takes memory. */
const chunkSize = 256 * 1024;
/** Bytes of output after which the buffers they came in are freed. */
const freeEvery = 8 * 1024 * 1024;

/**
 * Errors of write and end: the subject's codes where the data is damaged or cut off, `limit-exceeded` beyond
 * the limit of output or a window of more than 128 MiB, and whatever the sink throws.
 */
export function createExpander(
  compression: Compression,
  sink: (chunk: Uint8Array) => void | Promise<void>,
  subject: TarSubject,
  limit: 'expandedLayer' | 'expandedArchive' = 'expandedLayer',
): Expander {
  const maxBytes = limits[limit];
  const stream = createStream(compression);
  // Errors reach the loop below; one that comes after it left has nobody to tell.
  stream.on('error', () => {});
  const frames = compression === 'zstd' ? new ZstdFrames() : undefined;
  let done = false;

  const output = (async () => {
    let total = 0;
    let freedAt = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        total += chunk.length;
        if (total > maxBytes) throw limitExceeded(subject, `expands to more than ${maxBytes} bytes`, limit);
        await sink(chunk);
        if (total - freedAt < freeEvery) continue;
        freedAt = total;
        freeBuffers();
      }
    } catch (error) {
      throw expandError(error, compression, subject);
    } finally {
      done = true;
    }
  })();
  output.catch(() => {}); // Thrown again by write and end.

  async function writeFrame(bytes: Uint8Array): Promise<void> {
    if (done) return output;
    await taken(stream, bytes);
  }

  return {
    async write(bytes) {
      try {
        if (!frames) return await writeFrame(bytes);
        for (let at = 0; at < bytes.length; ) {
          const end = frames.next(bytes, at);
          await writeFrame(bytes.subarray(at, end));
          at = end;
        }
      } catch (error) {
        throw expandError(error, compression, subject);
      }
    },
    async end() {
      if (!done) stream.end();
      await output;
    },
    destroy: () => {
      stream.destroy();
    },
  };
}

/** Resolves when the stream has read the bytes, or never will: then the next write finds it done. */
function taken(stream: Transform, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      stream.off('end', wake);
      stream.off('close', wake);
      resolve();
    };
    stream.on('end', wake);
    stream.on('close', wake);
    if (stream.destroyed) wake();
    else stream.write(bytes, wake);
  });
}

function createStream(compression: Compression): Transform {
  const buffering = { highWaterMark: chunkSize, chunkSize };
  if (compression === 'gzip') return createGunzip(buffering);
  const params = { [constants.ZSTD_d_windowLogMax]: limits.zstdWindowLog };
  return createZstdDecompress({ ...buffering, params });
}

function expandError(error: unknown, compression: Compression, subject: TarSubject): unknown {
  const code = String((error as NodeJS.ErrnoException).code);
  if (code === 'Z_BUF_ERROR') return truncatedTar(subject, `inside its ${compression} data`);
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return limitExceeded(
      subject,
      `asks for a ${compression} window of more than 2^${limits.zstdWindowLog} bytes`,
      'zstdWindowLog',
    );
  }
  if (/^(Z_|ZSTD_)/.test(code)) {
    return invalidTar(subject, `its ${compression} data is damaged (${(error as Error).message})`);
  }
  return error;
}
