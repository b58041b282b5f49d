import { expect } from 'vitest';
import type { VariantDocument } from '../../../../shared/model/project-document.ts';
import type { Example } from './given-example.ts';

const sum = (numbers: readonly (number | null)[]) =>
  numbers.reduce<number>((total, value) => total + value!, 0);
const bytesOf = (rows: readonly { readonly bytes: number }[]) => sum(rows.map(({ bytes }) => bytes));

/** Every number of an example's document adds up to the byte, for every variant, and nothing is untraced. */
export function expectReconciled(example: Example): void {
  for (const variant of example.variants()) {
    expect(variant.build.status, variant.name).toBe('built');
    expectImage(variant);
    expectOrigins(variant);
    expectFlows(variant);
    expectStages(variant);
    expectLines(variant);
  }
}

function expectImage({ name, image }: VariantDocument): void {
  const { sizes, reclaimableByCause, layers } = image!;
  expect(sum(layers.map(({ stored }) => stored)), name).toBe(sizes.stored);
  expect(sum(layers.map(({ live }) => live)), name).toBe(sizes.live);
  expect(sum(Object.values(reclaimableByCause!)), name).toBe(sizes.stored! - sizes.live!);
}

function expectOrigins({ name, image, origins }: VariantDocument): void {
  expect(bytesOf(origins!), name).toBe(image!.sizes.live);
  for (const { id, bytes, lines } of origins!) expect([name, id, bytesOf(lines)]).toEqual([name, id, bytes]);
  expect(origins!.filter(({ kind }) => kind === 'untraced')).toEqual([]);
}

/** What comes into a stage goes out of it, with what starts there; into the image goes all that is live. */
function expectFlows({ name, image, origins, flows, stages }: VariantDocument): void {
  const into = (node: string) => bytesOf(flows!.filter(({ to }) => to === node));
  const outOf = (node: string) => bytesOf(flows!.filter(({ from }) => from === node));
  expect(into('image'), name).toBe(image!.sizes.live);
  for (const { index } of stages) {
    const id = `stage:${index}`;
    const starting = origins!.find((origin) => origin.id === id)?.bytes ?? 0;
    expect([name, id, into(id) + starting]).toEqual([name, id, outOf(id)]);
  }
  for (const { id, kind, bytes } of origins!) {
    if (kind !== 'stage') expect([name, id, outOf(id)]).toEqual([name, id, bytes]);
  }
}

function expectStages({ name, stages, leftBehind }: VariantDocument): void {
  for (const stage of stages) {
    const { live, own, shared, reached, leftBehindGroups } = stage;
    if (!stage.built) {
      expect({ live, own, shared, reached, left: stage.leftBehind }).toEqual({
        ...{ live: null, own: null, shared: null, reached: null, left: null },
      });
      continue;
    }
    expect([name, stage.name, shared! + reached! + stage.leftBehind!]).toEqual([name, stage.name, live]);
    expect(own).toBeLessThanOrEqual(live!);
    expect([name, stage.name, leftBehindGroups!.totalBytes]).toEqual([name, stage.name, stage.leftBehind]);
  }
  // What several stages left behind counts once.
  expect(leftBehind, name).toBeGreaterThanOrEqual(0);
  expect(leftBehind, name).toBeLessThanOrEqual(sum(stages.map((stage) => stage.leftBehind ?? 0)));
}

function expectLines({ name, image, lines, waste }: VariantDocument): void {
  const { live, reclaimable } = image!.sizes;
  expect(sum(lines.map(({ contributed }) => contributed ?? 0)), name).toBe(live);
  for (const { line, added, live: kept, wasted } of lines) {
    if (added !== null) expect([name, line, kept! + wasted!]).toEqual([name, line, added]);
  }
  expect(waste!.totalBytes, name).toBe(reclaimable);
}
