import fc from 'fast-check';
import { createXXHash128 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { type ContentHash, createContentHash, defaultHashSeed, type HashSeed } from './content-hash.ts';

/** As hash-wasm has it, a port of the original in C. */
async function expectedHash(seed: HashSeed): Promise<(bytes: Uint8Array) => string> {
  const hasher = await createXXHash128(seed.low, seed.high);
  return (bytes) => hasher.init().update(bytes).digest('hex');
}

function streamed(hash: ContentHash, parts: readonly (Uint8Array | number)[]): string {
  const words = new Uint32Array(6).fill(7);
  hash.begin();
  for (const part of parts) {
    if (typeof part === 'number') hash.zeros(part);
    else hash.update(part, 0, part.length);
  }
  hash.end(words, 1);
  return hex(words);
}

function whole(hash: ContentHash, bytes: Uint8Array, start: number, end: number): string {
  const words = new Uint32Array(6).fill(7);
  hash.whole(bytes, start, end, words, 1);
  return hex(words);
}

/** Of words[1 … 5], the others untouched. */
function hex(words: Uint32Array): string {
  expect([words[0], words[5]]).toEqual([7, 7]);
  return Buffer.from(words.buffer, 4, 16).toString('hex');
}

/** Bytes that repeat nowhere nearby. */
function noise(length: number, start = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = start;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const word = fc.nat(0xffffffff);
const seeds = fc.record({ low: word, high: word });

describe('the content hash', () => {
  it('is XXH3 with 128 bits', async () => {
    // What xxhsum -H2 prints for the empty input.
    const hash = await createContentHash();
    expect(streamed(hash, [])).toBe('99aa06d3014798d86001c324468d497f');
    expect(whole(hash, new Uint8Array(0), 0, 0)).toBe('99aa06d3014798d86001c324468d497f');
  });

  it.each([defaultHashSeed, { low: 1, high: 0 }, { low: 0, high: 1 }, { low: 0xfedcba98, high: 0x87654321 }])(
    'is right for content of 0 to 1,100 bytes, with the seed %o',
    async (seed) => {
      const hash = await createContentHash(seed);
      const expected = await expectedHash(seed);
      const bytes = noise(1200);
      hash.room.set(bytes, 512);
      for (let length = 0; length <= 1100; length += 1) {
        const from = length % 64;
        const value = expected(bytes.subarray(from, from + length));
        expect([length, whole(hash, bytes, from, from + length)]).toEqual([length, value]);
        expect([length, whole(hash, hash.room, 512 + from, 512 + from + length)]).toEqual([length, value]);
        const copied = bytes.subarray(from, from + length);
        expect([length, streamed(hash, [copied])]).toEqual([length, value]);
        const inPlace = hash.room.subarray(512 + from, 512 + from + length);
        expect([length, streamed(hash, [inPlace])]).toEqual([length, value]);
      }
    },
  );

  it('does not depend on how the bytes come', async () => {
    const noises = noise(4 * 1024 * 1024);
    const roomBytes = 96 * 1024;
    const lengths = fc.oneof(fc.nat(300), fc.nat(3000), fc.nat(200_000), fc.nat(noises.length));
    const pieces = fc.array(
      fc.record({
        length: fc.oneof(fc.nat(70), fc.nat(300), fc.nat(5000), fc.nat(roomBytes)),
        how: fc.constantFrom('copied', 'in place', 'zeros'),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(seeds, lengths, pieces, async (seed, length, cuts) => {
        const hash = await createContentHash(seed, roomBytes);
        const content = Buffer.from(noises.subarray(0, length));
        const words = new Uint32Array(4);
        hash.begin();
        for (let at = 0, cut = 0; at < length; cut += 1) {
          const piece = cuts[cut % cuts.length]!;
          // Few pieces of long content: it is the short ones that are delicate.
          const taken = Math.min(Math.max(piece.length, 1, length >> 9), length - at);
          if (piece.how === 'zeros') {
            content.fill(0, at, at + taken);
            hash.zeros(taken);
          } else if (piece.how === 'copied') {
            hash.update(content, at, at + taken);
          } else {
            // Always in the same place, so that what is kept for later must have been kept elsewhere.
            hash.room.set(content.subarray(at, at + taken), roomBytes - taken);
            hash.update(hash.room, roomBytes - taken, roomBytes);
            hash.room.fill(0xff, roomBytes - taken);
          }
          at += taken;
        }
        hash.end(words, 0);
        const expected = await expectedHash(seed);
        expect(Buffer.from(words.buffer).toString('hex')).toBe(expected(content));
      }),
      { numRuns: 200 },
    );
  });

  it('takes long content in one piece, and more zeros than fit in memory', async () => {
    const hash = await createContentHash();
    const expected = await expectedHash(defaultHashSeed);
    const bytes = noise(3_000_001);
    expect(whole(hash, bytes, 1, bytes.length)).toBe(expected(bytes.subarray(1)));
    expect(streamed(hash, [bytes])).toBe(expected(bytes));
    // In one call and in many.
    const parts = [2 ** 30, 2 ** 30, 5];
    expect(streamed(hash, [2 ** 31 + 5])).toBe(streamed(hash, parts));
    expect(streamed(hash, [2 ** 31 + 5])).not.toBe(streamed(hash, [2 ** 31 + 4]));
  });

  it('drops what was begun for what is there whole', async () => {
    const hash = await createContentHash();
    const bytes = noise(5000);
    const alone = whole(hash, bytes, 0, 700);
    hash.begin();
    hash.update(bytes, 0, 3333);
    expect(whole(hash, bytes, 0, 700)).toBe(alone);
    expect(streamed(hash, [bytes.subarray(0, 700)])).toBe(alone);
  });

  it('does not know of other hashes', async () => {
    const [one, other] = await Promise.all([createContentHash(), createContentHash({ low: 9, high: 9 })]);
    const bytes = noise(3000);
    const alone = [streamed(one, [bytes]), streamed(other, [bytes])];
    expect(alone[0]).not.toBe(alone[1]);
    one.begin();
    other.begin();
    one.update(bytes, 0, 1500);
    other.update(bytes, 0, 700);
    one.update(bytes, 1500, 3000);
    other.update(bytes, 700, 3000);
    const words = new Uint32Array(8);
    other.end(words, 4);
    one.end(words, 0);
    const both = Buffer.from(words.buffer).toString('hex');
    expect([both.slice(0, 32), both.slice(32)]).toEqual(alone);
  });

  it('sums tar headers up, in place and copied', async () => {
    const hash = await createContentHash(defaultHashSeed, 4096);
    const header = fc.oneof(
      fc.uint8Array({ minLength: 512, maxLength: 512 }),
      fc.nat(255).map((byte) => new Uint8Array(512).fill(byte)),
    );
    fc.assert(
      fc.property(header, fc.integer({ min: 0, max: 4096 - 512 }), (bytes, at) => {
        const sum = bytes.reduce(
          (total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte),
          0,
        );
        hash.room.fill(0xff).set(bytes, at);
        expect(hash.headerSum(hash.room, at)).toBe(sum);
        expect(hash.headerSum(hash.room.subarray(at), 0)).toBe(sum);
        expect(hash.headerSum(Buffer.concat([Buffer.alloc(at, 0xff), bytes]), at)).toBe(sum);
      }),
    );
  });
});
