import { describe, expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

describe('visibleText', () => {
  it('leaves ordinary names alone', () => {
    for (const name of ['usr', 'a b', '<img onerror=alert(1)>', '__proto__', 'größe', 'файл', '日本']) {
      expect(visibleText(name)).toBe(name);
    }
  });

  it('shows control characters as their pictures', () => {
    expect(visibleText('a\nb\tc\r\0\x7f\x1b[31m')).toBe('a␊b␉c␍␀␡␛[31m');
  });

  it('shows what turns or hides text as code points', () => {
    expect(visibleText('txt.\u202eexe')).toBe('txt.⟨U+202E⟩exe');
    expect(visibleText('\u2066a\u2069\u200b\ufeff\u2028')).toBe('⟨U+2066⟩a⟨U+2069⟩⟨U+200B⟩⟨U+FEFF⟩⟨U+2028⟩');
    expect(visibleText('\u0085')).toBe('⟨U+0085⟩');
  });
});
