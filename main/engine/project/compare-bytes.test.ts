import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareBytes } from './compare-bytes.ts';

it('orders like the UTF-8 bytes', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\ue000', '\uffee', '😀', '𐀀'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
