import { constants, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compression, createExpander } from './expander.ts';
import { changeLimits } from './limits.ts';

const subject = { name: 'It', invalid: 'archive-damaged', truncated: 'archive-truncated' } as const;

async function expand(compression: Compression, bytes: Uint8Array, chunkSize = bytes.length) {
  const output: Uint8Array[] = [];
  const expander = createExpander(compression, (chunk) => void output.push(chunk), subject);
  for (let at = 0; at < bytes.length; at += chunkSize)
    await expander.write(bytes.subarray(at, at + chunkSize));
  await expander.end();
  return Buffer.concat(output);
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error) => error.code,
  );

const text = (length: number) => Buffer.from('layer '.repeat(length)).subarray(0, length);
const compress = { gzip: gzipSync, zstd: zstdCompressSync };
const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
/** RFC 8878, 3.1.2. */
const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

describe.each(['gzip', 'zstd'] as const)('%s', (compression) => {
  const make = compress[compression];

  it('expands several members or frames one after another, in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 400 }),
        async (parts, chunkSize) => {
          const bytes = Buffer.concat(parts.map((part) => make(part)));
          expect(await expand(compression, bytes, chunkSize)).toEqual(Buffer.concat(parts));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('tells data that is cut off or damaged', async () => {
    const bytes = make(text(100_000));
    expect(await code(expand(compression, bytes.subarray(0, bytes.length - 3)))).toBe('archive-truncated');
    const damaged = Buffer.from(bytes);
    damaged[0]! ^= 1;
    expect(await code(expand(compression, damaged))).toBe('archive-damaged');
  });

  it('stops at the limit of what may come out', async () => {
    const bytes = make(Buffer.alloc(5_000_000));
    using _ = changeLimits('expandedLayer=5000000');
    expect((await expand(compression, bytes, 100)).length).toBe(5_000_000);
    using __ = changeLimits('expandedLayer=4999999');
    expect(await code(expand(compression, bytes, 100))).toBe('limit-exceeded');
  });

  it('passes on what the sink throws, and takes nothing more', async () => {
    const expander = createExpander(
      compression,
      () => {
        throw new Error('full');
      },
      subject,
    );
    const bytes = make(Buffer.from(Array.from({ length: 9_000_000 }, (_, i) => (i * i) >> 5)));
    const writing = async () => {
      for (let at = 0; at < bytes.length; at += 65_536) await expander.write(bytes.subarray(at, at + 65_536));
      await expander.end();
    };
    await expect(writing()).rejects.toThrow('full');
  });

  it('waits for a sink that is slow', async () => {
    let busy = 0;
    let most = 0;
    let total = 0;
    const expander = createExpander(
      compression,
      async (chunk) => {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise((resolve) => setTimeout(resolve, 1));
        total += chunk.length;
        busy -= 1;
      },
      subject,
    );
    await expander.write(make(Buffer.alloc(8_000_000)));
    await expander.end();
    expect({ most, total }).toEqual({ most: 1, total: 8_000_000 });
  });
});

describe('zstd frames', () => {
  it('may be skippable, empty, checked, raw, or of one byte again and again', async () => {
    const random = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 3));
    const frames = [
      skippable,
      zstdCompressSync(text(1000), withChecksum),
      skippable,
      skippable,
      zstdCompressSync(Buffer.alloc(0)),
      zstdCompressSync(random),
      zstdCompressSync(Buffer.alloc(300_000, 'a'), withChecksum),
      zstdCompressSync(text(70_000)),
    ];
    const expected = Buffer.concat([text(1000), random, Buffer.alloc(300_000, 'a'), text(70_000)]);
    for (const chunkSize of [1_000_000, 1000, 7, 1]) {
      expect((await expand('zstd', Buffer.concat(frames), chunkSize)).equals(expected)).toBe(true);
    }
  });

  it('may not ask for a window of gigabytes', async () => {
    const params = {
      [constants.ZSTD_c_windowLog]: 30,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    };
    const stream = createZstdCompress({ params });
    const output: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => output.push(chunk));
    const ended = new Promise((resolve) => stream.on('end', resolve));
    for (let part = 0; part < 4; part += 1) stream.write(Buffer.alloc(1_000_000, part));
    stream.end();
    await ended;
    expect(await code(expand('zstd', Buffer.concat(output)))).toBe('limit-exceeded');
  });
});
