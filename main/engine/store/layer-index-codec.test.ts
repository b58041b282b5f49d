import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLayerIndex } from '../archive/testing/build-layer.ts';
import { decodeLayerIndex, encodeLayerIndex } from './layer-index-codec.ts';
import { indexOf } from './testing/index-of.ts';

describe('the codec', () => {
  it('gives back what was put in, also from a buffer that is not aligned', () => {
    const index = indexOf('sha256:a', 7);
    const encoded = encodeLayerIndex(index);
    expect(decodeLayerIndex(encoded)).toEqual(index);
    const shifted = encoded.map((block) => {
      const longer = new Uint8Array(block.length + 3);
      longer.set(block, 3);
      return longer.subarray(3);
    });
    expect(decodeLayerIndex(shifted)).toEqual(index);
  });

  it('copies no column, and takes what lies in memory that threads share', () => {
    const index = indexOf('sha256:a', 7);
    const hashes = new Uint32Array(new SharedArrayBuffer(7 * 16 + 4), 4);
    hashes.set(index.entryHash);
    const blocks = encodeLayerIndex({ ...index, entryHash: hashes });
    expect(blocks.some(({ buffer }) => buffer === hashes.buffer)).toBe(true);
    const decoded = decodeLayerIndex(blocks)!;
    expect(decoded).toEqual(index);
    expect(decoded.names.buffer).toBe(index.names.buffer);
  });

  it('refuses bytes that were cut or changed anywhere', () => {
    const encoded = encodeLayerIndex(indexOf('sha256:a'));
    for (const [number, block] of encoded.entries()) {
      for (let at = 0; at < block.length; at++) {
        const damaged = block.slice();
        damaged[at]! ^= 0x10;
        expect(decodeLayerIndex(encoded.with(number, damaged))).toBeUndefined();
        expect(decodeLayerIndex(encoded.with(number, block.slice(0, at)))).toBeUndefined();
      }
      expect(decodeLayerIndex(encoded.slice(0, number))).toBeUndefined();
    }
  });

  it('refuses what was moved from the end of one block to the start of the next', () => {
    const encoded = encodeLayerIndex(indexOf('sha256:a', 16));
    for (let number = 1; number + 1 < encoded.length; number++) {
      for (const bytes of [1, 2, 4, 8, 16]) {
        const block = encoded[number]!;
        if (block.length < bytes) continue;
        const next = Buffer.concat([block.slice(-bytes), encoded[number + 1]!]);
        const moved = encoded.with(number, block.slice(0, -bytes)).with(number + 1, next);
        expect(decodeLayerIndex(moved)).toBeUndefined();
      }
    }
  });
});

describe('the codec of real layers', () => {
  it('gives back every index that a layer makes, narrow columns and wide ones', async () => {
    const owner = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0o777777 }));
    const entry = fc.record({
      path: fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', 'é', '_', 'x') }),
      type: fc.constantFrom('file', 'directory', 'symlink', 'link'),
      content: fc.uint8Array({ maxLength: 700 }),
      target: fc.constantFrom('a', 'é/x'),
      uid: owner,
      gid: owner,
      mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seconds) => seconds * 1000),
      pax: fc.option(fc.constant({ 'SCHILY.xattr.user.a': 'b' }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 20 }), async (entries) => {
        const index = await buildLayerIndex(entries as Parameters<typeof buildLayerIndex>[0]);
        expect(decodeLayerIndex(encodeLayerIndex(index))).toEqual(index);
      }),
      { numRuns: 60 },
    );
  });

  it.each([Uint8Array, Uint16Array, Uint32Array, Int8Array, Int16Array, Int32Array, Float64Array])(
    'keeps a column of any type: %o',
    (Type) => {
      const index = { ...indexOf('sha256:a', 3), entryMtime: Type.of(1, 2, 3) };
      const { entryMtime } = decodeLayerIndex(encodeLayerIndex(index))!;
      expect(entryMtime).toBeInstanceOf(Type);
      expect([...entryMtime]).toEqual([1, 2, 3]);
    },
  );
});
