import { expect } from 'vitest';
import { ImageDocument } from '../../../../shared/model/image-document.ts';

const sum = (numbers: Iterable<number | null>): number => {
  let total = 0;
  for (const number of numbers) total += number ?? Number.NaN;
  return total;
};

/**
 * Holds the sums of an image's document against one another, as layers.md ("The sizes") has them. A document with a
 * layer that is not available has none of these sums.
 */
export function expectReconciled(document: ImageDocument): void {
  expect(ImageDocument.parse(document)).toEqual(document);
  const { sizes, layers, reclaimableByCause, waste, duplicates, efficiency } = document.image;
  const { stored, live, reclaimable } = sizes;
  expect(sum(layers.map((layer) => layer.stored))).toBe(stored);
  expect(sum(layers.map((layer) => layer.live))).toBe(live);
  expect(sum(layers.map((layer) => layer.reclaimable))).toBe(reclaimable);
  for (const layer of layers) expect(sum([layer.live, layer.reclaimable])).toBe(layer.stored);
  expect(sum([live, reclaimable])).toBe(stored);
  expect(sum(Object.values(reclaimableByCause!))).toBe(reclaimable);
  expect(waste!.totalBytes).toBe(reclaimable);
  expect(duplicates!.totalBytes).toBe(sizes.duplicates);
  expect(sizes.duplicates).toBeLessThanOrEqual(live!);
  expect(efficiency).toBe(stored === 0 ? 1 : live! / stored!);
  expect(sizes.tar).toBe(sum(layers.map((layer) => layer.tar)));
  const packed = layers.map((layer) => layer.compressed);
  expect(sizes.compressed).toBe(packed.includes(null) ? null : sum(packed));

  expectBounded(waste!);
  expectBounded(duplicates!);
  for (const item of waste!.items) {
    expect(item.hiddenBy).toBeGreaterThanOrEqual(item.layer);
    if (item.cause === 'repeated') expect(item.hiddenBy).toBe(item.layer);
    expect(item.hiddenBy).toBeLessThan(layers.length);
  }
  for (const { bytes, copies, paths } of duplicates!.items) {
    expect(copies).toBeGreaterThan(1);
    expect(bytes % (copies - 1)).toBe(0);
    expect(paths.length).toBeLessThanOrEqual(copies);
  }
  if (waste!.total === waste!.items.length) expectWhole(document);
}

/** Where the list of waste has all items, each cause and each layer is the sum of its own. */
function expectWhole({ image: { waste, layers, reclaimableByCause } }: ImageDocument): void {
  const items = waste!.items;
  for (const [cause, bytes] of Object.entries(reclaimableByCause!)) {
    expect(sum(items.filter((item) => item.cause === cause).map((item) => item.bytes))).toBe(bytes);
  }
  for (const layer of layers) {
    const own = items.filter((item) => item.layer === layer.index);
    expect(sum(own.map((item) => item.bytes))).toBe(layer.reclaimable);
  }
}

interface Bounded {
  readonly total: number;
  readonly totalBytes: number;
  readonly items: readonly { readonly bytes: number }[];
}

/** Largest first, no empty ones, and totals that count what was cut. */
function expectBounded({ total, totalBytes, items }: Bounded): void {
  const weights = items.map(({ bytes }) => bytes);
  expect(weights).toEqual([...weights].sort((a, b) => b - a));
  expect(weights.every((bytes) => bytes > 0)).toBe(true);
  expect(total).toBeGreaterThanOrEqual(items.length);
  const shown = sum(weights);
  if (total === items.length) expect(totalBytes).toBe(shown);
  else expect(totalBytes).toBeGreaterThan(shown);
}
