import { expect, it } from 'vitest';
import { printable, printableJson, printableJsonLine } from './printable.ts';

it.each([
  ['plain text, café 名前 🦀', 'plain text, café 名前 🦀'],
  ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
  ['\x1b[31mred\x1b[0m', '\\e[31mred\\e[0m'],
  ['\x9b2J', '\\x9b2J'],
  ['\x00\x07\x7f', '\\x00\\x07\\x7f'],
  ['user\u202etxt.exe', 'user\\u{202e}txt.exe'],
  ['a\u2028b', 'a\\u{2028}b'],
  ['\ud800', '\\u{d800}'],
])('%j is shown as %s', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('JSON keeps its value, without a character a terminal obeys', () => {
  const document = { path: '/a\x1b[31m\x9b2J\x7f\u202e\u2028"\\名', __proto__: undefined };
  const text = printableJson(document);
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]/);
  expect(JSON.parse(text)).toEqual({ path: document.path });
  expect(text.endsWith('}\n')).toBe(true);
  const line = printableJsonLine(document);
  expect(line).toMatch(/^[^\x00-\x1f\x7f-\x9f\u2028-\u202e]+\n$/);
  expect(JSON.parse(line)).toEqual(JSON.parse(text));
});
