import { describe, expect, it } from 'vitest';
import { IgnorePatternError, parseIgnoreFile } from './ignore-pattern.ts';

const matches = (pattern: string, path: string) =>
  parseIgnoreFile(pattern).some((line) => line.matches(path));

describe('a pattern', () => {
  it.each([
    ['foo', 'foo', true],
    ['foo', 'Foo', false],
    ['foo', 'a/foo', false],
    ['/foo', 'foo', true],
    ['foo/', 'foo', true],
    ['./a/../foo//', 'foo', true],
    ['  foo \r', 'foo', true],
    ['*', 'foo', true],
    ['*', '.foo', true],
    ['*', 'a/foo', false],
    ['*/foo', 'a/foo', true],
    ['*.md', 'README.md', true],
    ['*.md', 'README.mdx', false],
    ['f?o', 'foo', true],
    ['f?o', 'f/o', false],
    ['**/foo', 'foo', true],
    ['**/foo', 'a/b/foo', true],
    ['**/foo', 'a/xfoo', false],
    ['**/*.js', 'x.js', true],
    ['**/*.js', 'a/b/x.js', true],
    ['**.js', 'a/b/x.js', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['a/**', 'ab', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/xb', false],
    ['**', 'anything/at/all', true],
    ['[ab]c', 'bc', true],
    ['[^ab]c', 'bc', false],
    ['[a-c]x', 'bx', true],
    ['[\\]]x', ']x', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\#x', '#x', true],
    ['c++ (x|y){1}$', 'c++ (x|y){1}$', true],
    ['c+*', 'c+x', true],
    ['c+*', 'ccx', false],
    ['a.c*', 'abc', false],
    ['é*', 'éa', true],
    ['.', 'foo', false],
    ['/', 'foo', false],
    ['constructor', 'constructor', true],
    ['x*', 'constructor', false],
  ])('%j and %j: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it('is a line that is neither empty nor begins with #', () => {
    const patterns = parseIgnoreFile('\ufeff# comment\n\n  \na\r\n #b\n! c\n');
    expect(patterns.map(({ exception, literal }) => [exception, literal])).toEqual([
      [false, ['a']],
      [false, ['#b']],
      [true, ['c']],
    ]);
  });

  it.each(['ok\n!', '!/', '[a', '[]a]', '[a-]', '[b-a]', 'a*\\'])(
    'is refused in %j, with its line',
    (text) => {
      const line = text.split('\n').length;
      expect(() => parseIgnoreFile(text)).toThrow(IgnorePatternError);
      expect(() => parseIgnoreFile(text)).toThrow(expect.objectContaining({ line }));
    },
  );
});
