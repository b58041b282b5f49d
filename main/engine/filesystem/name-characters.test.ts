import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterAt, charactersOf, characterWidth, lowerCase, upperCase } from './name-characters.ts';
import { textOf } from './path-text.ts';

function read(bytes: Uint8Array): number[] {
  const characters: number[] = [];
  for (let at = 0; at < bytes.length; at += characterWidth) {
    characters.push(characterAt(bytes, at, bytes.length));
  }
  return characters;
}

describe('the characters of a name', () => {
  it('are those that are shown, whatever the bytes are', () => {
    const tricky = fc.constantFrom(
      0x41,
      0x7f,
      0x80,
      0xbf,
      0xc1,
      0xc2,
      0xe0,
      0xa0,
      0x9f,
      0xed,
      0xef,
      0xf0,
      0x90,
      0xf4,
      0x8f,
      0xf5,
      0xff,
    );
    // Surrogates become replacement characters on their way into bytes.
    const characters = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 8 });
    const bytes = fc.array(fc.oneof(tricky, fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.oneof(
          bytes.map((all) => Uint8Array.from(all)),
          characters.map((codes) => Buffer.from(String.fromCodePoint(...codes))),
        ),
        (name) => {
          expect(read(name)).toEqual(charactersOf(textOf(name)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('end where the name ends, whatever stands behind it', () => {
    const bytes = Buffer.from('aü');
    expect(characterAt(bytes, 1, 2)).toBe(0xfffd);
    expect(characterWidth).toBe(1);
  });

  it('have a case where there is one character for it', () => {
    const cased = (text: string) => charactersOf(text).map((code) => [lowerCase(code), upperCase(code)]);
    expect(cased('aZÄσİß1')).toEqual([
      [0x61, 0x41],
      [0x7a, 0x5a],
      [0xe4, 0xc4],
      [0x3c3, 0x3a3],
      [0x130, 0x130],
      [0xdf, 0xdf],
      [0x31, 0x31],
    ]);
  });
});
