import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { matchedPaths, matchPathsAsync, type PathPattern } from './match-paths.ts';
import { pathOf } from './path-text.ts';
import { file, type Item, latin1 } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';

function matchesOf(paths: readonly string[], pattern: PathPattern): string[] {
  const fs = merged(paths.map((path) => file(latin1(path))));
  return hitsOf(fs, pattern);
}

function hitsOf(fs: ReturnType<typeof merged>, pattern: PathPattern): string[] {
  const hits = matchedPaths(fs, pattern);
  const found: string[] = [];
  for (let n = 0; n < fs.tree.count; n++) if (hits[n] === 1) found.push(pathOf(fs, n).path);
  return found.sort();
}

const paths = [
  '/usr/lib/libc.so',
  '/usr/lib/libm.so.6',
  '/usr/lib/python/Index.py',
  '/usr/share/doc/README',
  '/lib/x',
  '/a[b]',
  '/a{b}',
  '/ü',
  '/{x,y}',
];

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['*.so', ['/usr/lib/libc.so']],
  ['*.so*', ['/usr/lib/libc.so', '/usr/lib/libm.so.6']],
  ['lib?.so', ['/usr/lib/libc.so']],
  ['lib[a-c].so', ['/usr/lib/libc.so']],
  ['lib[!a-c]*', ['/usr/lib/libm.so.6']],
  ['lib[^a-c]*', ['/usr/lib/libm.so.6']],
  ['/usr/*', ['/usr/lib', '/usr/share']],
  ['/usr/*/*.so', ['/usr/lib/libc.so']],
  ['usr/*/*.so', ['/usr/lib/libc.so']],
  ['/usr/lib/**', ['/usr/lib/libc.so', '/usr/lib/libm.so.6', '/usr/lib/python', '/usr/lib/python/Index.py']],
  ['/**/lib', ['/lib', '/usr/lib']],
  ['**/lib/*', ['/lib/x', '/usr/lib/libc.so', '/usr/lib/libm.so.6', '/usr/lib/python']],
  ['/usr/**/**/README', []],
  ['/usr/**/**/Readme', []],
  ['/usr/**/**/[R]EADME', ['/usr/share/doc/README']],
  ['/usr/*/{python,doc}/*', ['/usr/lib/python/Index.py', '/usr/share/doc/README']],
  ['{/usr/{lib,share},/l}*', ['/lib', '/usr/lib', '/usr/share']],
  ['index.*', ['/usr/lib/python/Index.py']],
  ['INDEX.*', []],
  ['a\\[b\\]', ['/a[b]']],
  ['a[[]b]', ['/a[b]']],
  ['a[b]', []],
  ['a{b}', ['/a{b}']],
  ['\\{x,y\\}', ['/{x,y}']],
  ['?', ['/lib/x', '/ü']],
  ['Ü', []],
  ['[ä-ü]', ['/ü']],
  ['[', []],
  ['a[b', []],
  ['/*', ['/a[b]', '/a{b}', '/lib', '/usr', '/{x,y}', '/ü']],
  ['/', ['/']],
  ['**/', ['/a[b]']],
];

describe('a glob', () => {
  it.each(cases.filter(([glob]) => !['**/', '/usr/**/**/README'].includes(glob)))('%s', (glob, wanted) => {
    expect(matchesOf(paths, { text: glob, mode: 'glob' })).toEqual([...wanted].sort());
  });

  it('matches everything but the root with **', () => {
    expect(matchesOf(['/a/b'], { text: '**', mode: 'glob' })).toEqual(['/a', '/a/b']);
  });

  it('looks at the case where it has upper-case letters, or is told to', () => {
    const named = (text: string, ignoreCase?: boolean) =>
      matchesOf(['/Ab', '/aB', '/ÄB'], { text, mode: 'glob', ignoreCase });
    expect(named('ab')).toEqual(['/Ab', '/aB']);
    expect(named('Ab')).toEqual(['/Ab']);
    expect(named('AB', true)).toEqual(['/Ab', '/aB']);
    expect(named('ab', false)).toEqual([]);
    expect(named('ä*')).toEqual(['/ÄB']);
    expect(named('[a-b]*')).toEqual(['/Ab', '/aB']);
    expect(named('[A-B]*', true)).toEqual(['/Ab', '/aB']);
  });

  it.each(['{a,b}'.repeat(7), `${'{a,'.repeat(70)}b${'}'.repeat(70)}`, 'a/'.repeat(300)])(
    '%# that is too large is refused',
    (text) => {
      expect(() => matchesOf(['/a'], { text, mode: 'glob' })).toThrow(LayerscopeError);
    },
  );

  it.each([
    `${'*a'.repeat(200)}*b`,
    `${'**/a*/'.repeat(80)}x`,
    `*a${'?'.repeat(300)}`,
    `${'[a-z]*'.repeat(160)}b`,
    '{a*,*a,?a*,*a?}{a*,*a,?a*,*a?}{a*,*a,?a*,*a?}cb',
  ])('%# that is hostile takes no longer than its length allows', (text) => {
    const name = 'a'.repeat(150);
    const deep = Array.from({ length: 100 }, (_, n) => file(`/${'aa/'.repeat(60)}${n}/${name}${n}b`));
    const began = performance.now();
    expect(hitsOf(merged(deep), { text, mode: 'glob' }).length).toBe(0);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('that takes apart more directories than anybody asks for is refused', () => {
    const alternatives = Array.from({ length: 12 }, (_, bit) => `**/*${bit.toString(36)}*/x`);
    const paths = Array.from({ length: 4096 }, (_, n) => {
      const bits = Array.from({ length: 12 }, (_, bit) => ((n >> bit) & 1 ? bit.toString(36) : ''));
      return `/z${bits.join('')}/y`;
    });
    const text = `{${alternatives.join(',')}}`;
    expect(() => matchesOf(paths, { text, mode: 'glob' })).toThrow('too many');
    expect(matchesOf(paths.slice(0, 500), { text, mode: 'glob' })).toEqual([]);
  });

  it('that needs more states than are kept still means the same', () => {
    const names = Array.from({ length: 3000 }, (_, n) =>
      Array.from({ length: 40 }, (_, at) =>
        (Math.imul(n + 1, 2654435761 + at * 40503) >>> 13) & 1 ? 'a' : 'b',
      ).join(''),
    );
    const all = [...new Set(names)].map((name) => `/${name}`);
    for (const [text, expression] of [
      [`*a${'?'.repeat(13)}b*b`, /a.{13}b.*b$/],
      [`*a${'?'.repeat(30)}a`, /a.{30}a$/],
    ] as const) {
      expect(matchesOf(all, { text, mode: 'glob' })).toEqual(
        all.filter((path) => expression.test(path)).sort(),
      );
    }
  });

  it('means what the same written as a regular expression means', () => {
    fc.assert(
      fc.property(someFiles, someGlob, fc.boolean(), (items, { glob, source }, ignoreCase) => {
        const fs = merged(items);
        const expression = new RegExp(`^(?:${source})$`, ignoreCase ? 'iu' : 'u');
        const all = Array.from({ length: fs.tree.count }, (_, n) => pathOf(fs, n).path);
        const wanted = all.filter((path) => expression.test(path)).sort();
        expect(hitsOf(fs, { text: glob, mode: 'glob', ignoreCase })).toEqual(wanted);
      }),
      { numRuns: 1000 },
    );
  });
});

const letter = fc.constantFrom('a', 'b', 'B', 'ü', '\xff', '.', '-', '\u{1f600}');
const someName = fc
  .array(letter, { minLength: 1, maxLength: 4 })
  .map((letters) => letters.map((one) => (one === '\xff' ? one : latin1(one))).join(''));
const someFiles: fc.Arbitrary<Item[]> = fc.array(
  fc
    .array(
      someName.filter((name) => name !== '.' && name !== '..'),
      { minLength: 1, maxLength: 4 },
    )
    .map((names) => file(`/${names.join('/')}`)),
  { maxLength: 8 },
);

/** A glob, and the same as a regular expression. */
interface Pair {
  readonly glob: string;
  readonly source: string;
}
const piece: fc.Arbitrary<Pair> = fc.oneof(
  fc.constantFrom('a', 'b', 'B', 'ü', '-').map((one) => ({ glob: one, source: one })),
  fc.constant({ glob: '.', source: '\\.' }),
  fc.constant({ glob: '\\a', source: 'a' }),
  fc.constant({ glob: '?', source: '[^/]' }),
  fc.constant({ glob: '*', source: '[^/]*' }),
  fc.constant({ glob: '[a-b]', source: '[a-b]' }),
  fc.constant({ glob: '[!a.]', source: '[^/a.]' }),
);
const joined = (pairs: readonly Pair[], by: string): Pair => ({
  glob: pairs.map(({ glob }) => glob).join(by),
  source: pairs.map(({ source }) => source).join(by),
});
const plainPart = fc
  .array(piece, { minLength: 1, maxLength: 4 })
  .map((pieces) => joined(pieces, ''))
  .filter(({ glob }) => !glob.includes('**'));
const bracedPart = fc
  .tuple(plainPart, plainPart)
  .map(([a, b]) => ({ glob: `{${a.glob},${b.glob}}`, source: `(?:${a.source}|${b.source})` }));
const globPart = fc.oneof({ weight: 3, arbitrary: plainPart }, { weight: 1, arbitrary: bracedPart });
const someGlob: fc.Arbitrary<Pair> = fc.oneof(
  globPart.map(({ glob, source }) => ({ glob, source: `(?:/[^/]+)*/(?=[^/])${source}` })),
  fc
    .array(fc.oneof(globPart, fc.constant({ glob: '**', source: '**' })), { minLength: 1, maxLength: 4 })
    .map((parts) => {
      const sources = parts.map(({ source }, index) => {
        if (source !== '**') return `/(?=[^/])${source}`;
        // At the end: what is below.
        return parts.slice(index).every((part) => part.source === '**') ? '(?:/[^/]+)+' : '(?:/[^/]+)*';
      });
      const last = parts.findLastIndex(({ source }) => source !== '**');
      return {
        glob: `/${parts.map(({ glob }) => glob).join('/')}`,
        source: sources.slice(0, last + 2).join(''),
      };
    }),
);

describe('part of a path', () => {
  const found = (text: string, ignoreCase?: boolean) => matchesOf(paths, { text, mode: 'part', ignoreCase });

  it('is found in names and across slashes, with all that is below', () => {
    expect(found('python')).toEqual(['/usr/lib/python', '/usr/lib/python/Index.py']);
    expect(found('lib/lib')).toEqual(['/usr/lib/libc.so', '/usr/lib/libm.so.6']);
    expect(found('r/l')).toEqual(
      paths
        .filter((path) => path.startsWith('/usr/lib'))
        .concat('/usr/lib', '/usr/lib/python')
        .sort(),
    );
    expect(found('nothing')).toEqual([]);
  });

  it('is no glob', () => {
    expect(found('a[b]')).toEqual(['/a[b]']);
    expect(matchesOf(paths, { text: 'a[b]' })).toEqual([]);
  });

  it('may be all there is', () => {
    expect(found('')).toHaveLength(16);
    expect(found('/')).toHaveLength(16);
  });

  it('is found wherever a regular expression finds it', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'B', 'ü', 'Ü', '.', '-', '/', '\ufffd', '\u{1f600}'), { maxLength: 5 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(someFiles, text, fc.option(fc.boolean(), { nil: undefined }), (items, part, ignoreCase) => {
        const fs = merged(items);
        const ignores = ignoreCase ?? part === part.toLowerCase();
        const expression = new RegExp(part.replace(/[./]/g, '\\$&'), ignores ? 'iu' : 'u');
        const all = Array.from({ length: fs.tree.count }, (_, n) => pathOf(fs, n).path);
        expect(hitsOf(fs, { text: part, mode: 'part', ignoreCase })).toEqual(
          all.filter((path) => expression.test(path)).sort(),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('matching a little at a time', () => {
  it('ends with the same', async () => {
    const items = Array.from({ length: 5000 }, (_, n) => file(`/d${n % 50}/f${n}`));
    const one = matchedPaths(merged(items), { text: '*7' });
    expect(await matchPathsAsync(merged(items), { text: '*7' }, new AbortController().signal)).toEqual(one);
    expect(one.reduce((sum, hit) => sum + hit, 0)).toBeGreaterThan(400);
  });

  it('stops when it is no longer wanted', async () => {
    const image = merged(Array.from({ length: 5000 }, (_, n) => file(`/${n}`)));
    const pattern = { text: '7' };
    const aborted = matchPathsAsync(image, pattern, AbortSignal.abort());
    await expect(aborted).rejects.toMatchObject({ code: 'cancelled' });
    const controller = new AbortController();
    const stopped = matchPathsAsync(image, pattern, controller.signal, 0);
    controller.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });
});
