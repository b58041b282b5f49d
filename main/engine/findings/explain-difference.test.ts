import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Difference, Sentence } from '../../../shared/model/comparison-document.ts';
import { changeColumns } from '../compare/compare-filesystems.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { someLayers } from '../filesystem/testing/generated-layers.ts';
import { bytes, file, hardlink, type Item, whiteout } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { differenceParts } from './difference-parts.ts';
import { type ExplainedImage, explainDifference } from './explain-difference.ts';
import { packagesAt } from './testing/packages-at.ts';
import { withOrigins } from './testing/with-origins.ts';

/** `[412]` is bytes. */
const words = (sentence: Sentence) =>
  sentence.map((part) => (typeof part === 'string' ? part : `[${part.bytes}]`)).join('');
const shown = ({ verdict, reasons }: Difference) => [
  words(verdict),
  ...reasons.map(({ sentence, effect }) => `${words(sentence)} (${effect})`),
];

function explain(
  left: Filesystem,
  right: Filesystem,
  more: { stages?: ExplainedImage['stages']; packages?: readonly Record<string, string[]>[] } = {},
): Difference {
  const [ofLeft = {}, ofRight = {}] = more.packages ?? [];
  return explainDifference(
    { filesystem: left, packages: packagesAt(left, ofLeft) },
    {
      filesystem: right,
      packages: packagesAt(right, ofRight),
      ...(more.stages && { stages: more.stages }),
    },
    changeColumns(left, right),
  );
}

type Stages = NonNullable<ExplainedImage['stages']>;
const builder = (base: string, ...groups: readonly string[]): Stages => [
  {
    name: 'builder',
    base,
    built: true,
    leftBehind: 10_000,
    leftBehindGroups: {
      total: groups.length,
      totalBytes: 1,
      items: groups.map((name) => ({ name, kind: 'known', path: null, bytes: 1, files: 1 })),
    },
  },
];

const debian: Item[] = [
  file('/lib/libc.so', bytes(740)),
  file('/usr/share/doc/x', bytes(30)),
  file('/usr/bin/perl', bytes(60)),
];
const golang = [...debian, file('/usr/local/go/bin/go', bytes(4000)), file('/usr/bin/gcc', bytes(1900))];

describe('why images differ', () => {
  it('the toolchain of a base stays behind in the stage that stands on it', () => {
    const single = withOrigins(
      merged(golang, [file('/root/.cache/go-build/a', bytes(800)), file('/out/app', bytes(300, 'm'))]),
      'base:golang:1.22',
      'stage:0',
    );
    const multi = withOrigins(
      merged(debian, [file('/app', bytes(300, 'm'))]),
      'base:debian:bookworm',
      'stage:0',
    );
    expect(shown(explain(single, multi, { stages: builder('golang:1.22', 'Go build cache') }))).toEqual([
      '86 % smaller: [7830] → [1130]',
      'The Go toolchain of golang:1.22, [4000], stays behind in builder (smaller)',
      'Other files of golang:1.22, [1900], stay behind in builder (smaller)',
      'The Go build cache, [800], stays behind in builder (smaller)',
    ]);
  });

  it('what another base does not have is no longer in the image', () => {
    const full = withOrigins(merged([...debian, file('/usr/bin/big', bytes(640))]), 'base:debian:bookworm');
    const slim = withOrigins(merged(debian), 'base:debian:bookworm-slim');
    expect(shown(explain(full, slim))).toEqual([
      '44 % smaller: [1470] → [830]',
      'Files of debian:bookworm, [640], are no longer in the image: debian:bookworm-slim instead of debian:bookworm (smaller)',
    ]);
    expect(shown(explain(slim, full))).toEqual([
      '77 % larger: [830] → [1470]',
      'Files of debian:bookworm, [640], are new in the image (larger)',
    ]);
    const scratch = withOrigins(merged([file('/app', bytes(9, 'm'))]), 'context');
    expect(shown(explain(slim, scratch))[1]).toBe(
      'Files of debian:bookworm-slim, [830], are no longer in the image: scratch instead of debian:bookworm-slim (smaller)',
    );
  });

  it('what was deleted from the base of the image itself did not stay behind in a stage on the same base', () => {
    const full = withOrigins(merged(debian), 'base:debian:bookworm');
    const cut = withOrigins(merged(debian, [whiteout('/lib/libc.so')]), 'base:debian:bookworm', 'stage:0');
    expect(shown(explain(full, cut, { stages: builder('debian:bookworm') }))[1]).toBe(
      'Files of debian:bookworm, [740], are no longer in the image (smaller)',
    );
  });

  it('where a second stage gains little, it is said what both are made of', () => {
    const php = [file('/usr/local/bin/php', bytes(1200)), file('/bin/busybox', bytes(600))];
    const base = 'base:php:8.2-fpm-alpine';
    const wordpress = [file('/usr/src/wordpress/index.php', bytes(700)), file('/srv/b', bytes(400, 'b'))];
    const single = withOrigins(merged(php, [...wordpress, file('/tmp/a', bytes(60))]), base, 'stage:0');
    const multi = withOrigins(merged(php, wordpress), base, 'stage:0');
    expect(shown(explain(single, multi, { stages: builder('alpine', 'temporary files') }))).toEqual([
      'Hardly smaller, by 2 %: [2960] → [2900]; both are mostly php:8.2-fpm-alpine',
      'The base php:8.2-fpm-alpine with PHP, [1800] of [2900], is in both (same)',
      '/usr/src/wordpress/index.php, [700] of [2900], is in both (same)',
      'Temporary files, [60], stay behind in builder (smaller)',
    ]);
  });

  it('of images that nobody built here, by group and package', () => {
    const left = merged([
      file('/usr/bin/gcc', bytes(500)),
      file('/big', bytes(300)),
      file('/same', bytes(10)),
    ]);
    const right = merged([file('/same', bytes(10)), file('/opt/java/openjdk/lib/modules', bytes(2000))]);
    const packages = [{ 'dpkg:gcc-12': ['/usr/bin/gcc'], 'dpkg:libbig': ['/big'] }];
    expect(shown(explain(left, right, { packages }))).toEqual([
      '2.5 times as large: [810] → [2010]',
      'The Java runtime, [2000], is only in the right image (larger)',
      'The C and C++ compilers, [500], are only in the left image (smaller)',
      'libbig 1.0, [300], is only in the left image (smaller)',
    ]);
  });

  it('a group that each has in its own way counts by what one has more', () => {
    const left = merged([file('/usr/local/go/bin/go', bytes(400)), file('/usr/lib/x', bytes(50))]);
    const right = merged([file('/usr/local/go/bin/go', bytes(430, 'y')), file('/usr/lib/x', bytes(20, 'y'))]);
    const packages = [{ 'dpkg:x': ['/usr/lib/x'] }, { 'dpkg:x': ['/usr/lib/x'] }];
    expect(shown(explain(left, right, { packages }))).toEqual([
      'The same size: [450]',
      'The Go toolchain takes [30] more (larger)',
      'x 1.0 takes [30] less (smaller)',
    ]);
  });

  it('nothing is said of what hardly weighs anything, and nothing where nothing differs', () => {
    const left = merged([file('/a', bytes(10_000)), file('/b', bytes(99, 'b'))]);
    const right = merged([file('/a', bytes(10_000))]);
    expect(shown(explain(left, right))).toEqual([
      'Hardly smaller, by 1 %: [10099] → [10000]',
      '/a, [10000] of [10000], is in both (same)',
    ]);
    expect(shown(explain(merged(), merged()))).toEqual(['The same size: [0]']);
    expect(shown(explain(merged(), right))).toEqual([
      'Larger: [0] → [10000]',
      '/a, [10000], is only in the right image (larger)',
    ]);
  });
});

it('the parts of any two images are what each has for itself, and what both have', () => {
  fc.assert(
    fc.property(someLayers, someLayers, fc.nat({ max: 5 }), fc.boolean(), (a, b, shared, traced) => {
      const layers = [a, [...a.slice(0, shared), ...b]] as const;
      const [left, right] = layers.map((each) => {
        const fs = merged(...each);
        return traced ? withOrigins(fs, ...each.map((_, index) => `stage:${index % 3}`)) : fs;
      }) as [Filesystem, Filesystem];
      const columns = changeColumns(left, right);
      const side = (filesystem: Filesystem) => ({ filesystem, packages: packagesAt(filesystem, {}) });
      const parts = differenceParts(side(left), side(right), columns);
      const sum = (each: readonly { readonly bytes: number }[]) =>
        each.reduce((total, { bytes }) => total + bytes, 0);
      expect(sum(parts.right) + sum(parts.both)).toBe(right.totals!.live);
      expect(sum(parts.left)).toBeLessThanOrEqual(left.totals!.live);
      const hasLinks = [...a, ...b].flat().some(({ kind }) => kind === hardlink('/a', '/b').kind);
      if (!hasLinks) expect(sum(parts.right) - sum(parts.left)).toBe(right.totals!.live - left.totals!.live);
      for (const { groups, bytes } of [...parts.left, ...parts.right, ...parts.both])
        expect(sum(groups)).toBe(bytes);

      const { verdict, reasons } = explainDifference(side(left), side(right), columns);
      expect(verdict).toContainEqual({ bytes: right.totals!.live });
      for (const { sentence, bytes } of reasons) expect(sentence).toContainEqual({ bytes });
      expect(reasons.map(({ bytes }) => bytes)).toEqual(
        reasons.map(({ bytes }) => bytes).sort((x, y) => y - x),
      );
    }),
    { numRuns: 300 },
  );
});
