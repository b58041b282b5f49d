// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what variables look like in an env file.
import { expect, it } from 'vitest';
import { EnvFileError, parseEnvFile } from './env-file.ts';

const parse = (text: string) =>
  Object.fromEntries(parseEnvFile(text, (name) => ({ HOME: '/root', A: 'of the environment' })[name]));

// What is expected here is what compose-go 2.16 reads from the same text.
it.each<[string, Record<string, string>]>([
  ['', {}],
  ['X=1\r\nY=2\n', { X: '1', Y: '2' }],
  ['# no\n  X = 1 # yes\n\nY=a#b', { X: '1', Y: 'a#b' }],
  ['export X=1\nexport   Y: 2\n', { X: '1', Y: '2' }],
  ['X=', { X: '' }],
  ['X=\nY=1', { X: '', Y: '1' }],
  ["X='$HOME \\n it\\'s' # c\nY=1", { X: "$HOME \\n it's", Y: '1' }],
  ['X="a $HOME \\$x \\t\\"q\\" \\0101 \\z"', { X: 'a /root $x \t"q" A \\z' }],
  ['X="two\nlines"\nY=1', { X: 'two\nlines', Y: '1' }],
  ['X=1\nY=${X}2${NONE:-3}', { X: '1', Y: '123' }],
  ['A=of the file\nY=$A', { A: 'of the file', Y: 'of the environment' }],
  ['HOME\nNONE\nX=1', { HOME: '/root', X: '1' }],
  ['HOME', { HOME: '/root' }],
  ['a.b-c=1', { 'a.b-c': '1' }],
])('reads %j', (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

it.each<[string, number]>([
  ['X=1\n%=2', 2],
  ['X=1\nA B=2', 2],
  ['X=1\n\nY="open\n', 3],
])('says which line of %j is wrong', (text, line) => {
  expect(() => parse(text)).toThrow(EnvFileError);
  try {
    parse(text);
  } catch (error) {
    expect((error as EnvFileError).line).toBe(line);
  }
});
