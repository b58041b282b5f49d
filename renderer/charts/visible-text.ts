/** Characters that change how text around them is laid out, or are not seen at all. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A name from an image as one line of visible text: control characters as their pictures (␊), what is invisible or
 * turns the direction of text as its code point (⟨U+202E⟩). For display only: such text no longer names the file.
 */
export function visibleText(name: string): string {
  return name.replace(unseen, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
