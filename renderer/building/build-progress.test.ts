import { expect, it } from 'vitest';
import type { BuildSnapshot, BuildStep, StepStatus } from '../../shared/model/build.ts';
import { countSteps, elapsed, progressOf, runningTime } from './build-progress.ts';
import { orderSteps, shortReferences, stepTitle } from './order-steps.ts';

const step = (id: string, status: StepStatus, place: Partial<BuildStep> = {}): BuildStep => ({
  id,
  name: id,
  status,
  ...place,
});

const snapshot = (state: BuildSnapshot['state'], steps: BuildStep[], reading?: BuildSnapshot['reading']) => ({
  id: 'b',
  folder: '/p',
  state,
  startedAt: 0,
  variants: [{ name: 'Dockerfile', status: 'building' as const, steps, logs: {} }],
  reading,
});

it('counts steps that ended well, cached ones too', () => {
  const steps = [step('a', 'cached'), step('b', 'done'), step('c', 'failed'), step('d', 'running')];
  expect(countSteps(snapshot('building', steps).variants)).toEqual({ done: 2, cached: 1, known: 4 });
  expect(progressOf(snapshot('building', steps))).toBe(0.5);
});

it('knows nothing before there is something to know', () => {
  expect(progressOf(snapshot('building', []))).toBeUndefined();
  expect(progressOf(snapshot('reading', []))).toBeUndefined();
});

it('measures reading in bytes, and never passes the end', () => {
  expect(progressOf(snapshot('reading', [], { bytes: 25, total: 100 }))).toBe(0.25);
  expect(progressOf(snapshot('reading', [], { bytes: 130, total: 100 }))).toBe(1);
});

it('measures reading while it still builds, once nothing is left but to read', () => {
  const reading = { bytes: 40, total: 100 };
  const building = snapshot('building', [step('a', 'done'), step('b', 'running')], reading);
  const of = (status: 'building' | 'reading') => ({
    ...building,
    variants: building.variants.map((variant) => ({ ...variant, status })),
  });
  expect(progressOf(of('building'))).toBe(0.5);
  expect(progressOf(of('reading'))).toBe(0.4);
});

it('lets time run until the end, and not before the start', () => {
  expect(elapsed({}, 50)).toBeUndefined();
  expect(elapsed({ startedAt: 10 }, 50)).toBe(40);
  expect(elapsed({ startedAt: 10, endedAt: 30 }, 50)).toBe(20);
  expect(elapsed({ startedAt: 60 }, 50)).toBe(0);
});

it('orders steps as the Dockerfile does', () => {
  const { instructions, others } = orderSteps([
    step('final 2', 'done', { stage: 1, line: 8 }),
    step('[internal] load', 'done'),
    step('builder 2', 'done', { stage: 0, line: 4 }),
    step('builder 1', 'done', { stage: 0, line: 1 }),
    step('exporting to image', 'done'),
  ]);
  expect(instructions.map(({ id }) => id)).toEqual(['builder 1', 'builder 2', 'final 2']);
  expect(others.map(({ id }) => id)).toEqual(['[internal] load', 'exporting to image']);
});

it('reads the place out of the name of a step', () => {
  expect(stepTitle('[builder 3/4] RUN go build\n  ./...')).toEqual({
    place: 'builder 3/4',
    text: 'RUN go build\n  ./...',
  });
  expect(stepTitle('exporting to image')).toEqual({ place: undefined, text: 'exporting to image' });
  expect(stepTitle('[odd]')).toEqual({ place: undefined, text: '[odd]' });
});

it('lets whole seconds run', () => {
  expect([999, 1999, 9000, 61_500].map(runningTime)).toEqual(['', '1 s', '9 s', '1 min 01 s']);
});

it('writes references as a Dockerfile does', () => {
  const digest = `sha256:${'0a'.repeat(32)}`;
  expect(shortReferences(`FROM docker.io/library/golang:1.22@${digest}`)).toBe('FROM golang:1.22');
  expect(shortReferences('FROM docker.io/owner/app AS x')).toBe('FROM owner/app AS x');
  expect(shortReferences('RUN curl https://notdocker.io.example/library')).toBe(
    'RUN curl https://notdocker.io.example/library',
  );
});
