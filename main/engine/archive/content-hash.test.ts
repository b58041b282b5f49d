import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createContentHash, type HashSeed } from './content-hash.ts';

async function hashOf(parts: readonly (Uint8Array | number)[], seed?: HashSeed): Promise<number[]> {
  const hash = await createContentHash(seed);
  const words = new Uint32Array(4);
  hash.begin();
  for (const part of parts) {
    if (typeof part === 'number') hash.zeros(part);
    else hash.update(part, 0, part.length);
  }
  hash.end(words, 0);
  return [...words];
}

describe('the content hash', () => {
  it('is XXH3 with 128 bits', async () => {
    // The value of xxhsum -H2 for the empty input.
    const words = Buffer.from(Uint32Array.from(await hashOf([])).buffer).toString('hex');
    expect(words).toBe('99aa06d3014798d86001c324468d497f');
  });

  it('does not depend on how the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.nat(2000), async (bytes, cut) => {
        expect(await hashOf([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(await hashOf([bytes]));
      }),
    );
    expect(await hashOf([3_000_000])).toEqual(await hashOf([Buffer.alloc(3_000_000)]));
  });

  it('is another one with another seed', async () => {
    const bytes = Buffer.from('the same bytes');
    const seeds = [
      { low: 0, high: 0 },
      { low: 1, high: 0 },
      { low: 0, high: 1 },
    ];
    const hashes = await Promise.all(seeds.map((seed) => hashOf([bytes], seed)));
    expect(new Set(hashes.map(String)).size).toBe(3);
    expect(await hashOf([bytes], { low: 1, high: 0 })).toEqual(hashes[1]);
  });
});
