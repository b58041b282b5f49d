import { expect, it } from 'vitest';
import type { BuildResult } from '../../shared/model/build.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { isOlder, keepImages } from './keep-images.ts';

type Status = VariantDocument['build']['status'];

function variant(name: string, status: Status, live?: number): VariantDocument {
  return {
    name,
    build: { status, error: status === 'failed' ? { code: 'build-step-failed' } : null },
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

it('keeps the image of a variant that failed, with what is known of its failure', () => {
  const older = result(1, variant('a', 'built', 10), variant('b', 'built', 5));
  const kept = keepImages(result(2, variant('a', 'built', 12), variant('b', 'failed')), older);
  expect(kept.handles).toEqual({ a: 'a@2', b: 'b@1' });
  expect(kept.stages).toEqual({ a: { 0: 'a/0@2' }, b: { 0: 'b/0@1' } });
  const [a, b] = kept.document.variants;
  expect(a!.image!.sizes.live).toBe(12);
  expect(b!.image!.sizes.live).toBe(5);
  expect(b!.build.error?.code).toBe('build-step-failed');
  expect([isOlder(a!), isOlder(b!)]).toEqual([false, true]);
  const rows = kept.document.groups[0]!.rows;
  expect(rows.map(({ live }) => live)).toEqual([12, 5]);
  expect(rows[1]!.difference).toBeNull();
});

it('holds the others against the baseline that failed, as before', () => {
  const older = result(1, variant('a', 'built', 10), variant('b', 'built', 5));
  const newer = result(2, variant('a', 'failed'), variant('b', 'built', 6));
  const lost = { ...newer.document, groups: [{ ...newer.document.groups[0]!, baseline: null }] };
  const { groups } = keepImages({ ...newer, document: lost }, older).document;
  expect(groups[0]!.baseline).toBe('a');
});

it('keeps it through one failure after the other', () => {
  const first = result(1, variant('a', 'built', 10));
  const second = keepImages(result(2, variant('a', 'failed')), first);
  const third = keepImages(result(3, variant('a', 'failed')), second);
  expect(third.handles).toEqual({ a: 'a@1' });
});

it('is the newer result where nothing failed, where nothing was there before, and where it was cancelled', () => {
  const built = result(2, variant('a', 'built', 1));
  expect(keepImages(built, result(1, variant('a', 'built', 2)))).toBe(built);
  const failed = result(2, variant('a', 'failed'));
  expect(keepImages(failed, undefined)).toBe(failed);
  expect(keepImages(failed, result(1, variant('b', 'built', 2)))).toBe(failed);
  const cancelled = result(2, variant('a', 'cancelled'));
  expect(keepImages(cancelled, result(1, variant('a', 'built', 2)))).toBe(cancelled);
});
