import { expect, it } from 'vitest';
import type { BuildSnapshot, BuildStep, VariantBuild } from '../../shared/model/build.ts';
import { buildProgress } from './build-progress.ts';

const step = (name: string, more: Partial<BuildStep> = {}): BuildStep => ({
  id: name,
  name,
  status: 'running',
  ...more,
});

const variant = (name: string, status: VariantBuild['status'], steps: BuildStep[] = []): VariantBuild => ({
  name,
  status,
  steps,
  logs: {},
});

const snapshot = (variants: VariantBuild[], more: Partial<BuildSnapshot> = {}): BuildSnapshot => ({
  id: '1',
  folder: '/x',
  state: 'building',
  startedAt: 1000,
  variants,
  ...more,
});

it('names the step of a Dockerfile that has run longest', () => {
  const variants = [
    variant('a', 'built', [step('[1/1] RUN done', { status: 'done', line: 1 })]),
    variant('b', 'building', [step('load context', { startedAt: 1 })]),
    variant('c', 'building', [step('[2/3] RUN late', { line: 3, startedAt: 9 })]),
    variant('d', 'building', [step('[2/3] RUN early', { line: 2, startedAt: 5 })]),
  ];
  expect(buildProgress(snapshot(variants), 13_000)).toBe('Building, 1 of 4 done, 12 s: d [2/3] RUN early');
  expect(buildProgress(snapshot(variants.slice(0, 2)), 2000)).toBe(
    'Building, 1 of 2 done, 1.0 s: b load context',
  );
});

it('says how long it has run where no step does', () => {
  expect(buildProgress(snapshot([variant('a', 'waiting')]), 1050)).toBe('Building, 0 of 1 done, 50 ms');
});

it('says how far reading is, with the total where it is known', () => {
  const reading = { bytes: 5_000_000, total: 20_000_000 };
  expect(buildProgress(snapshot([], { state: 'reading', reading }), 3000)).toBe(
    'Reading layers, 2.0 s: 5 MB of 20 MB',
  );
  const unknown = { bytes: 5_000_000 };
  expect(buildProgress(snapshot([], { state: 'reading', reading: unknown }), 3000)).toBe(
    'Reading layers, 2.0 s: 5 MB',
  );
});
