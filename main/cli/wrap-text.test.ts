import { expect, it } from 'vitest';
import { wrapText } from './wrap-text.ts';

it.each([
  ['a b c', 3, ['a b', 'c']],
  ['a b c', 5, ['a b c']],
  ['one longword x', 5, ['one', 'longword', 'x']],
  ['日本 日本', 5, ['日本', '日本']],
  ['', 5, ['']],
])('%j in %i columns', (text, width, lines) => {
  expect(wrapText(text, width)).toEqual(lines);
});
