import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { base256, endMarker, paxEntry, rawEntry, rawHeader } from '../archive/testing/tar-blocks.ts';
import { fixChecksum } from './tar-headers.ts';

/** A compressed layer, which may be far larger than it could be held. */
export interface BigLayer {
  readonly blob: Buffer;
  /** `sha256:…` of the tar. */
  readonly diffId: string;
}

const piece = 64 * 2 ** 20;

/** A file of zeros, each `piece` of them a gzip member or zstd frame of its own. The diff_id is none. */
export function zeroBomb(compression: 'gzip' | 'zstd', pieces: number): BigLayer {
  const compress = compression === 'gzip' ? gzipSync : zstdCompressSync;
  const header = rawHeader({ name: 'zeros', patch: [[124, base256(BigInt(pieces) * BigInt(piece), 12)]] });
  const zeros = compress(Buffer.alloc(piece));
  const all = [compress(header), ...Array.from({ length: pieces }, () => zeros), compress(endMarker)];
  return { blob: Buffer.concat(all), diffId: `sha256:${'0'.repeat(64)}` };
}

export const zeroBombBytes = (pieces: number): number => pieces * piece;

/** A layer of what is generated, compressed as it comes. */
export async function bigLayer(blocks: Iterable<Buffer>): Promise<BigLayer> {
  const hash = createHash('sha256');
  const compress = createZstdCompress();
  const tar = function* () {
    for (const block of blocks) {
      hash.update(block);
      yield block;
    }
    hash.update(endMarker);
    yield endMarker;
  };
  const blob = buffer(compress);
  await pipeline(Readable.from(tar()), compress);
  return { blob: await blob, diffId: `sha256:${hash.digest('hex')}` };
}

const digits = 10;

/** That many entries of no content, their names the numbers from 0: 10 million take seconds to make. */
export function* emptyEntries(
  count: number,
  header: Parameters<typeof rawHeader>[0] = {},
): Generator<Buffer> {
  const name = `${header.name ?? ''}${'0'.repeat(digits)}`;
  const block = rawHeader({ ...header, name });
  const batch = 1000;
  for (let done = 0; done < count; done += batch) {
    const blocks = Buffer.alloc(512 * Math.min(batch, count - done));
    for (let entry = 0; entry * 512 < blocks.length; entry += 1) {
      const at = entry * 512;
      blocks.set(block, at);
      blocks.write(String(done + entry).padStart(digits, '0'), at + name.length - digits, 'latin1');
      fixChecksum(blocks, at);
    }
    yield blocks;
  }
}

/** Entries with a PAX record whose value begins with a number: as long as wanted, and no two the same. */
export function* longRecords(
  count: number,
  key: string,
  length: number,
  header: Parameters<typeof rawHeader>[0] = {},
): Generator<Buffer> {
  for (let number = 0; number < count; number += 1) {
    const value = String(number).padEnd(length, 'x');
    yield Buffer.concat([paxEntry([[key, value]]), rawEntry({ name: `f${number}`, ...header })]);
  }
}
