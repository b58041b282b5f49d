/**
 * Names are bytes; people search for characters. These read UTF-8 in place, without making strings, and as it is
 * shown: what is no UTF-8 is U+FFFD, one for each maximal part (WHATWG Encoding, "UTF-8 decoder"), as textOf has it.
 */
const replacement = 0xfffd;

/** Bytes of the character that `characterAt` read last. */
export let characterWidth = 1;

/** The code point at `at`, which is before `end`. */
export function characterAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  characterWidth = 1;
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return replacement;
  const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  let character = first & (0x3f >> more);
  for (let i = 1; i <= more; i++) {
    const byte = at + i < end ? bytes[at + i]! : 0;
    if (byte < lowest(first, i) || byte > highest(first, i)) return replacement;
    character = (character << 6) | (byte & 0x3f);
    characterWidth = i + 1;
  }
  return character;
}

/** Bounds of the second byte leave out overlong forms, surrogates and what is beyond U+10FFFF. */
function lowest(first: number, i: number): number {
  if (i > 1) return 0x80;
  return first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
}

function highest(first: number, i: number): number {
  if (i > 1) return 0xbf;
  return first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
}

/** The code points of a text as names have them. */
export function charactersOf(text: string): number[] {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    return code >= 0xd800 && code <= 0xdfff ? replacement : code;
  });
}

const lower = new Map<number, number>();

/** The lower-case form where it is one character; the same for what has none. */
export function lowerCase(character: number): number {
  if (character < 0x80) return character >= 0x41 && character <= 0x5a ? character + 32 : character;
  let folded = lower.get(character);
  if (folded === undefined) {
    folded = onlyCharacter(String.fromCodePoint(character).toLowerCase()) ?? character;
    lower.set(character, folded);
  }
  return folded;
}

/** The upper-case form where it is one character. */
export function upperCase(character: number): number {
  return onlyCharacter(String.fromCodePoint(character).toUpperCase()) ?? character;
}

function onlyCharacter(text: string): number | undefined {
  const characters = charactersOf(text);
  return characters.length === 1 ? characters[0] : undefined;
}
