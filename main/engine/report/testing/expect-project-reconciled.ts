import { expect } from 'vitest';
import {
  type OriginDocument,
  ProjectDocument,
  type StageDocument,
  type VariantDocument,
} from '../../../../shared/model/project-document.ts';
import { expectReconciled } from './expect-reconciled.ts';

const sum = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((total, number) => total + (number ?? Number.NaN), 0);

/** Holds the sums of a build's document against one another, as layers.md ("The stages") has them. */
export function expectProjectReconciled(document: ProjectDocument): void {
  expect(ProjectDocument.parse(document)).toEqual(document);
  for (const variant of document.variants) if (variant.image) expectVariantReconciled(variant);
  for (const { baseline, rows } of document.groups) {
    const against = rows.find((row) => row.variant === baseline)?.live;
    for (const { live, delta } of rows) {
      expect(delta).toBe(against === undefined || against === null || live === null ? null : live - against);
    }
  }
}

function expectVariantReconciled(variant: VariantDocument): void {
  const { image, origins, stages, lines, leftBehind, waste } = variant;
  expectReconciled({ schema: 'layerscope/image@1', image: image!, warnings: [] });
  const live = image!.sizes.live!;

  expect(sum(origins!.map(({ bytes }) => bytes))).toBe(live);
  expect(sum(origins!.map(({ files }) => files))).toBe(image!.files);
  for (const origin of origins!) expect(sum(origin.lines.map(({ bytes }) => bytes))).toBe(origin.bytes);
  expectFlows(variant, live);

  const untraced = origins!.find(({ kind }) => kind === 'untraced')?.bytes ?? 0;
  expect(sum(lines.map(({ contributed }) => contributed)) + untraced).toBe(live);
  for (const { added, live, wasted } of lines) {
    if (added === null) expect([live, wasted]).toEqual([null, null]);
    else expect(sum([live, wasted])).toBe(added);
  }
  for (const stage of stages) expectStage(stage, variant);
  if (leftBehind !== null) {
    expect(leftBehind).toBeGreaterThanOrEqual(0);
    expect(leftBehind).toBeLessThanOrEqual(sum(stages.map((stage) => stage.leftBehind ?? 0)));
  }
  if (waste) {
    expect(waste.totalBytes).toBe(image!.sizes.reclaimable);
    if (waste.total === waste.items.length) {
      expect(sum(waste.items.map(({ bytes }) => bytes))).toBe(waste.totalBytes);
    }
  }
}

function expectFlows({ flows, origins }: VariantDocument, live: number): void {
  const at = (node: string, end: 'from' | 'to') =>
    sum(flows!.filter((flow) => flow[end] === node).map(({ bytes }) => bytes));
  expect(at('image', 'to')).toBe(live);
  const made = (id: string) =>
    origins!.find((origin: OriginDocument) => origin.kind === 'stage' && origin.id === id)?.bytes ?? 0;
  const nodes = new Set(flows!.flatMap(({ from, to }) => [from, to]));
  for (const node of nodes) {
    if (node.startsWith('stage:')) expect(at(node, 'to') + made(node)).toBe(at(node, 'from'));
  }
  for (const { kind, id, bytes } of origins!) if (kind !== 'stage') expect(at(id, 'from')).toBe(bytes);
}

function expectStage(stage: StageDocument, { lines, stages }: VariantDocument): void {
  const { index, built, live, own, shared, reached, leftBehind } = stage;
  if (live === null) {
    expect([own, shared, reached, leftBehind]).toEqual([null, null, null, null]);
    return;
  }
  expect(built).toBe(true);
  expect(sum([shared, reached, leftBehind])).toBe(live);
  expect(Math.min(shared!, reached!, leftBehind!)).toBeGreaterThanOrEqual(0);
  if (own !== null) {
    const inLines = sum(lines.filter((line) => line.stage === index).map((line) => line.live ?? 0));
    // The bytes of a stage below are in its own lines.
    const isOnStage = stages.some((below) => below.index < index && below.name === stage.base);
    expect(inLines).toBe(isOnStage ? own : live);
    expect(own).toBeLessThanOrEqual(live);
  }
  const { leftBehindGroups: groups, leftBehindPackages: packages } = stage;
  if (groups) {
    expect(groups.totalBytes).toBe(leftBehind);
    if (groups.total === groups.items.length)
      expect(sum(groups.items.map(({ bytes }) => bytes))).toBe(leftBehind);
  }
  if (packages) expect(packages.totalBytes).toBeLessThanOrEqual(leftBehind!);
}
