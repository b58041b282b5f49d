import { expect, it } from 'vitest';
import type { BuildResult, LastGood } from '../../shared/model/build.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { isOlder, keepImages } from './keep-images.ts';

type Status = VariantDocument['build']['status'];

function variant(name: string, status: Status, live?: number): VariantDocument {
  return {
    name,
    build: {
      status,
      tag: status === 'built' ? `${name}:tag` : null,
      error: status === 'failed' ? { code: 'build-step-failed' } : null,
    },
    image: live === undefined ? null : { sizes: { live } },
  } as VariantDocument;
}

function result(finishedAt: number, ...variants: readonly VariantDocument[]): BuildResult {
  const built = variants.filter(({ image }) => image).map(({ name }) => name);
  return {
    finishedAt,
    document: {
      schema: 'layerscope/project@1',
      folder: '/p',
      variants: [...variants],
      groups: [
        {
          context: '.',
          baseline: 'a',
          rows: variants.map(({ name, image }) => ({
            variant: name,
            live: image?.sizes.live ?? null,
            delta: null,
            ratio: null,
            difference: { verdict: ['smaller'], reasons: [] },
          })),
        },
      ],
      warnings: [],
    },
    handles: Object.fromEntries(built.map((name) => [name, `${name}@${finishedAt}`])),
    stages: Object.fromEntries(built.map((name) => [name, { 0: `${name}/0@${finishedAt}` }])),
  };
}

/** What a variant came to in the build before. */
function good(name: string, live: number, isBaseline = false): LastGood {
  return {
    variant: variant(name, 'built', live),
    handle: `${name}@1`,
    stages: { 0: `${name}/0@1` },
    finishedAt: 1,
    isBaseline,
  };
}

it('keeps the image of a variant that failed, with what is known of its failure', () => {
  const newer = result(2, variant('a', 'built', 12), variant('b', 'failed'));
  const kept = keepImages({ ...newer, lastGood: { b: good('b', 5) } });
  expect(kept.handles).toEqual({ a: 'a@2', b: 'b@1' });
  expect(kept.stages).toEqual({ a: { 0: 'a/0@2' }, b: { 0: 'b/0@1' } });
  const [a, b] = kept.document.variants;
  expect(a!.image!.sizes.live).toBe(12);
  expect(b!.image!.sizes.live).toBe(5);
  expect(b!.build).toMatchObject({ status: 'failed', tag: 'b:tag', error: { code: 'build-step-failed' } });
  expect([isOlder(a!), isOlder(b!)]).toEqual([false, true]);
  const rows = kept.document.groups[0]!.rows;
  expect(rows.map(({ live }) => live)).toEqual([12, 5]);
  expect(rows[1]!.difference).toBeNull();
});

it('holds the others against the baseline that failed, as before', () => {
  const newer = result(2, variant('a', 'failed'), variant('b', 'built', 6));
  const lost = { ...newer.document, groups: [{ ...newer.document.groups[0]!, baseline: null }] };
  const baselineOf = (isBaseline: boolean) =>
    keepImages({ ...newer, document: lost, lastGood: { a: good('a', 10, isBaseline) } }).document.groups[0]!
      .baseline;
  expect([baselineOf(true), baselineOf(false)]).toEqual(['a', null]);
});

it('keeps the image of a variant that was cancelled', () => {
  const kept = keepImages({ ...result(2, variant('a', 'cancelled')), lastGood: { a: good('a', 2) } });
  expect(kept.handles).toEqual({ a: 'a@1' });
  expect(isOlder(kept.document.variants[0]!)).toBe(true);
});

it('is the result itself where nothing failed, and where nothing is at hand', () => {
  const built = result(2, variant('a', 'built', 1));
  expect(keepImages({ ...built, lastGood: { a: good('a', 2) } }).handles).toEqual({ a: 'a@2' });
  const failed = result(2, variant('toString', 'failed'));
  expect(keepImages(failed)).toBe(failed);
  const other = { ...failed, lastGood: { b: good('b', 2) } };
  expect(keepImages(other)).toBe(other);
});
