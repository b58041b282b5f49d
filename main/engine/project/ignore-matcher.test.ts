import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FolderMatches, ignoreMatcher } from './ignore-matcher.ts';
import { parseIgnoreFile } from './ignore-pattern.ts';

/** Judges paths as a walk does, folders first. */
function walk(text: string, paths: readonly string[]): Map<string, boolean> {
  const matcher = ignoreMatcher(parseIgnoreFile(text));
  const matches = new Map<string, FolderMatches>();
  return new Map(
    paths.map((path) => {
      const result = matcher.test(path, matches.get(path.slice(0, Math.max(0, path.lastIndexOf('/')))));
      matches.set(path, result.matches);
      return [path, result.ignored];
    }),
  );
}

const tree = ['a', 'b', 'a/a', 'a/b', 'b/a', 'b/ab', 'a/b/a', 'a/b/ab', 'b/ab/b'];
const ignored = (text: string) => tree.filter((path) => walk(text, tree).get(path));

describe('the last matching line decides', () => {
  it.each([
    ['', []],
    ['a', ['a', 'a/a', 'a/b', 'a/b/a', 'a/b/ab']],
    ['a\n!a/b', ['a', 'a/a']],
    ['a\n!a/b\na/b/ab', ['a', 'a/a', 'a/b/ab']],
    ['!a/b\na', ['a', 'a/a', 'a/b', 'a/b/a', 'a/b/ab']],
    ['*\n!b/ab/b', ['a', 'b', 'a/a', 'a/b', 'b/a', 'b/ab', 'a/b/a', 'a/b/ab']],
    ['**\n!**/ab', ['a', 'b', 'a/a', 'a/b', 'b/a', 'a/b/a']],
    // Once a line could change nothing for the folder, it is not asked about what is inside either.
    ['a\n!a/b\na', ['a', 'a/a']],
  ])('in %j', (text, expected) => {
    expect(ignored(text)).toEqual(expected);
  });
});

const name = fc.constantFrom('a', 'b', 'ab', '*', '**', '?', 'a*', '[ab]');
const pattern = fc
  .tuple(fc.constantFrom('', '', '!'), fc.array(name, { minLength: 1, maxLength: 3 }))
  .map(([sign, names]) => sign + names.join('/'));
const patterns = fc.array(pattern, { maxLength: 5 });

/** Whether a pattern's segments match a path's, with `**` for any number of them: the rule, slow and plain. */
function oracle(segments: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = segments;
  if (first === undefined) return path.length === 0;
  if (first === '**') {
    if (rest.length === 0) return path.length > 0;
    return path.some((_, index) => oracle(rest, path.slice(index)));
  }
  if (path.length === 0) return false;
  const expression = new RegExp(`^${first.replaceAll('*', '.*').replaceAll('?', '.')}$`);
  return expression.test(path[0]!) && oracle(rest, path.slice(1));
}

describe('against a plain reading of the rules', () => {
  it('matches a path or one of its parents', () => {
    const single = pattern.filter((text) => !text.startsWith('!'));
    fc.assert(
      fc.property(single, (text) => {
        const result = walk(text, tree);
        for (const path of tree) {
          const parts = path.split('/');
          const expected = parts.some((_, index) => oracle(text.split('/'), parts.slice(0, index + 1)));
          expect([path, result.get(path)]).toEqual([path, expected]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never leaves out a folder that holds something to send', () => {
    fc.assert(
      fc.property(patterns, (lines) => {
        const text = lines.join('\n');
        const result = walk(text, tree);
        const matcher = ignoreMatcher(parseIgnoreFile(text));
        for (const path of tree.filter((sent) => !result.get(sent))) {
          const parts = path.split('/');
          for (let depth = 1; depth < parts.length; depth++) {
            const folder = parts.slice(0, depth).join('/');
            expect([folder, !result.get(folder) || matcher.mayContainIncluded(folder)]).toEqual([
              folder,
              true,
            ]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not look into folders that no exception reaches', () => {
    const { mayContainIncluded } = ignoreMatcher(parseIgnoreFile('*\n!src/**/*.go\n!/docs/a.md'));
    expect(['src', 'src/deep', 'docs'].map(mayContainIncluded)).toEqual([true, true, true]);
    expect(['node_modules', 'docs/b', 'srcs'].map(mayContainIncluded)).toEqual([false, false, false]);
  });
});
