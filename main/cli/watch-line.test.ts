import { describe, expect, it } from 'vitest';
import type { ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { stylesFor } from './terminal.ts';
import { hostile, projectDocument } from './testing/documents.ts';
import { testTerminal } from './testing/terminal.ts';
import { textWidth } from './text-width.ts';
import { type Shown, shownAfter, watchLines } from './watch-line.ts';

const layout = { width: 80, top: 10, styles: stylesFor(testTerminal().stdout, {}) };
const wide = { ...layout, width: 200 };

function variant(name: string, live: number | null, id = `sha256:${live}`): VariantDocument {
  const [some] = projectDocument.variants;
  return { ...some!, name, image: { ...some!.image!, id, sizes: { ...some!.image!.sizes, live } } };
}

function failed(name: string, status: 'failed' | 'cancelled' = 'failed'): VariantDocument {
  const of = variant(name, 0);
  return { ...of, image: null, build: { ...of.build, status } };
}

const document = (...variants: VariantDocument[]): ProjectDocument => ({ ...projectDocument, variants });
const after = (...documents: ProjectDocument[]): Shown =>
  documents.reduce<Shown>((shown, each) => shownAfter(shown, each), new Map());

const changed = (...paths: string[]) => ({ at: 0, total: paths.length, paths });
const build = {
  at: new Date(2026, 10, 21, 14, 3, 2).getTime(),
  durationMs: 412,
  changed: changed('main.go'),
  repaired: false,
};

const small = variant('Dockerfile', 2_100_000);
const big = variant('Dockerfile.single', 812_000_000);

it('says when, what changed, how long it took, and what it came to', () => {
  const before = after(document(variant('Dockerfile', 2_087_700), big));
  expect(watchLines({ ...build, document: document(small, big), before }, wide)).toEqual([
    '14:03:02  main.go  0.4 s   Dockerfile 2.1 MB (+12.3 kB)   Dockerfile.single 812 MB (no change)',
  ]);
});

it('has a line a variant where one is too narrow for all, however long the path is', () => {
  const before = after(document(variant('Dockerfile', 2_112_300), big));
  const lines = (path: string) =>
    watchLines({ ...build, changed: changed(path), document: document(small, big), before }, layout);
  expect(lines('main.go')).toEqual([
    '14:03:02  main.go  0.4 s',
    '          Dockerfile         2.1 MB  −12.3 kB',
    '          Dockerfile.single  812 MB  no change',
  ]);
  const [head, ...rows] = lines(`${'internal/'.repeat(20)}main.go`);
  expect(head).toMatch(/^14:03:02 {2}….*\/main\.go {2}0\.4 s$/);
  expect(textWidth(head!)).toBe(80);
  expect(rows).toEqual(lines('main.go').slice(1));
});

it('is one line of a pipe, which is not cut', () => {
  const variants = Array.from({ length: 30 }, (_, index) => variant(`Dockerfile.${index}`, 5));
  const piped = { ...layout, width: Number.POSITIVE_INFINITY };
  const path = `${'a/'.repeat(500)}b`;
  const lines = watchLines(
    { ...build, changed: changed(path), document: document(...variants), before: new Map() },
    piped,
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(path);
  expect(lines[0]).toContain('   Dockerfile.29 5 B');
});

describe('what has changed', () => {
  const text = (paths: readonly string[], total = paths.length, width = 200) =>
    watchLines(
      {
        ...build,
        changed: { at: 0, total, paths: [...paths] },
        document: document(small),
        before: new Map(),
      },
      { ...layout, width },
    )[0]!.split('  ')[1];

  it.each([
    [['a'], 1, 'a'],
    [['a', 'b'], 2, 'a, b'],
    [['a', 'b', 'c'], 3, 'a, b and 1 more'],
    [['a', 'b', 'c'], 12_003, 'a, b and 12,001 more'],
    [[], 0, 'built again'],
  ])('%j of %i: %s', (paths, total, expected) => {
    expect(text(paths, total)).toBe(expected);
  });

  it('is the end of one path and how many more where there is little room', () => {
    const long = `${'x'.repeat(60)}/main.go`;
    const cut = text([long, long], 7, 60);
    expect(cut).toMatch(/^…x*\/main\.go and 6 more$/);
  });

  it('is built again where nobody knows', () => {
    const [line] = watchLines(
      { ...build, changed: undefined, document: document(small), before: new Map() },
      layout,
    );
    expect(line).toBe('14:03:02  built again  0.4 s   Dockerfile 2.1 MB');
  });
});

describe('what it came to', () => {
  const state = (now: VariantDocument, ...before: ProjectDocument[]) =>
    watchLines({ ...build, document: document(now), before: after(...before) }, wide)[0]!.split('   ')[1];

  it('tells the same image from another of the same size', () => {
    expect(state(variant('a', 5, 'sha256:1'), document(variant('a', 5, 'sha256:1')))).toBe(
      'a 5 B (no change)',
    );
    expect(state(variant('a', 5, 'sha256:2'), document(variant('a', 5, 'sha256:1')))).toBe(
      'a 5 B (same size)',
    );
  });

  it('holds a repaired variant against the last one that was built', () => {
    expect(state(failed('a'), document(variant('a', 5)))).toBe('a failed');
    expect(state(variant('a', 8), document(variant('a', 5)), document(failed('a')))).toBe(
      'a 8 B (works again, +3 B)',
    );
    expect(state(variant('a', 8), document(failed('a')), document(failed('a', 'cancelled')))).toBe(
      'a 8 B (works again)',
    );
    expect(state(variant('a', 8), document(failed('a')), document(variant('a', 8)))).toBe(
      'a 8 B (no change)',
    );
  });

  it('says no difference to what is not known', () => {
    expect(state(variant('a', null), document(variant('a', 5)))).toBe('a –');
    expect(state(variant('a', 5), document(variant('a', null)))).toBe('a 5 B');
    expect(state(variant('a', 5), document(variant('b', 5)))).toBe('a 5 B');
  });
});

it('says that it works again where nothing could be built', () => {
  const before = after(document(small));
  expect(watchLines({ ...build, repaired: true, document: document(small), before }, wide)).toEqual([
    '14:03:02  main.go  0.4 s  works again   Dockerfile 2.1 MB (no change)',
  ]);
});

it('sends no control character, whatever files and variants are called', () => {
  const names = [hostile, '__proto__', 'コンテナ'];
  for (const width of [40, 80, 200]) {
    const lines = watchLines(
      {
        ...build,
        changed: changed(hostile, hostile),
        document: document(...names.map((name) => variant(name, 5))),
        before: after(document(...names.map((name) => variant(name, 7)))),
      },
      { ...layout, width },
    );
    for (const line of lines) {
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
      expect(textWidth(line), line).toBeLessThanOrEqual(width);
    }
    expect(lines.join('\n')).toContain('__proto__');
    expect(lines.join('\n').match(/−2 B/g)).toHaveLength(3);
  }
});
