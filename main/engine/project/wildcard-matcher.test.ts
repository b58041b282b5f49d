import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasWildcards, wildcardMatcher } from './wildcard-matcher.ts';

describe('wildcardMatcher', () => {
  // The cases of Go's own path/filepath/match_test.go, those without a slash.
  it.each([
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*c', 'abc', true],
    ['a*', 'a', true],
    ['a*b*c*d*e*', 'axbxcxdxe', true],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[c]', 'abc', true],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['ab[^c]', 'abc', false],
    ['ab[^e-g]', 'abc', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'a☺b', true],
    ['a[^a]b', 'a☺b', true],
    ['a???b', 'a☺b', false],
    ['[a-ζ]*', 'α', true],
    ['*[a-ζ]', 'A', false],
    ['[\\]a]', ']', true],
    ['[\\-]', '-', true],
    ['[x\\-]', 'z', false],
    ['[]a]', ']', false],
    ['[-]', '-', false],
    ['[', 'a', false],
    ['[^bc', 'a', false],
    ['a[', 'a', false],
    ['*x', 'xxx', true],
    ['*.jar', 'app-1.0.jar', true],
    ['*.jar', '.jar', true],
    ['?', '', false],
    ['*', '', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(wildcardMatcher(pattern)(name)).toBe(expected);
  });

  it('takes what is escaped literally', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const escaped = name.replace(/[\\*?[]/g, '\\$&');
        expect(wildcardMatcher(escaped)(name)).toBe(true);
        expect(hasWildcards(escaped)).toBe(false);
      }),
    );
  });

  it('is quick where many stars could share a name in many ways', () => {
    expect(wildcardMatcher(`${'*a'.repeat(100)}b`)('a'.repeat(5000))).toBe(false);
  });
});

describe('hasWildcards', () => {
  it.each([
    ['/app/*.jar', true],
    ['/app/a?c', true],
    ['/app/[ab]', true],
    ['/app/a\\*b', false],
    ['/app', false],
    ['', false],
  ])('%s: %s', (path, expected) => {
    expect(hasWildcards(path)).toBe(expected);
  });
});
