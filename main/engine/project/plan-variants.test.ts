import { expect, it } from 'vitest';
import { Variant } from '../../../shared/model/project.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { planVariants } from './plan-variants.ts';

const single = 'FROM golang\nRUN go build\n';
const multi =
  'FROM golang AS builder\nRUN go build\nFROM builder AS tester\nFROM alpine\nCOPY --from=builder /app /\n';
const parse = (files: Record<string, string>, context = '.') =>
  Object.entries(files).map(([path, source]) => parseDockerfile(source, { path, context }));
const summary = (...args: Parameters<typeof planVariants>) =>
  planVariants(...args).variants.map(
    ({ name, kind, selected }) => `${name} ${kind}${selected ? '' : ' off'}`,
  );

it('builds each Dockerfile to its last stage, and the stages that one uses', () => {
  const dockerfiles = parse({ Dockerfile: multi, 'Dockerfile.single': single });
  const { variants, groups } = planVariants(dockerfiles);
  expect(variants).toEqual([
    {
      name: 'Dockerfile',
      dockerfile: 'Dockerfile',
      context: '.',
      stage: 2,
      kind: 'multi-stage',
      needs: [0, 2],
      selected: true,
    },
    {
      name: 'Dockerfile#tester',
      dockerfile: 'Dockerfile',
      context: '.',
      stage: 1,
      target: 'tester',
      kind: 'stage',
      needs: [0, 1],
      selected: false,
    },
    {
      name: 'Dockerfile#builder',
      dockerfile: 'Dockerfile',
      context: '.',
      stage: 0,
      target: 'builder',
      kind: 'stage',
      needs: [0],
      selected: true,
    },
    {
      name: 'Dockerfile.single',
      dockerfile: 'Dockerfile.single',
      context: '.',
      stage: 0,
      kind: 'single-stage',
      needs: [0],
      selected: true,
    },
  ]);
  for (const variant of variants) expect(Variant.parse(variant)).toEqual(variant);
  expect(groups).toEqual([
    { context: '.', baseline: 'Dockerfile.single', variants: variants.map(({ name }) => name) },
  ]);
});

it('groups by context', () => {
  const dockerfiles = [...parse({ 'b/Dockerfile': single }, 'b'), ...parse({ 'a/Dockerfile': multi }, 'a')];
  expect(planVariants(dockerfiles).groups.map(({ context, baseline }) => [context, baseline])).toEqual([
    ['a', 'a/Dockerfile#builder'],
    ['b', 'b/Dockerfile'],
  ]);
});

it('has no baseline where nothing is copied and nothing is single-stage', () => {
  expect(planVariants(parse({ Dockerfile: 'FROM a AS x\nFROM b' })).groups[0]).not.toHaveProperty('baseline');
});

it('uses stages through others', () => {
  expect(
    summary(parse({ D: 'FROM a AS x\nFROM x AS y\nFROM b AS z\nRUN --mount=from=y,target=/y ls\nFROM z' })),
  ).toEqual(['D multi-stage', 'D#z stage', 'D#y stage', 'D#x stage']);
});

it('names every variant once', () => {
  const dockerfiles = parse({ 'D#x': single, D: 'FROM a AS x\nFROM b AS y\nFROM c AS Y\nFROM d\nFROM e' });
  const names = planVariants(dockerfiles).variants.map(({ name }) => name);
  expect(names).toEqual(['D#x', 'D', 'D#3', 'D#2', 'D#1', 'D#x~2']);
});

it('keeps to the Dockerfiles and targets asked for', () => {
  const dockerfiles = parse({ Dockerfile: multi, 'Dockerfile.single': single });
  expect(summary(dockerfiles, { files: ['./Dockerfile.single'] })).toEqual([
    'Dockerfile.single single-stage',
  ]);
  expect(summary(dockerfiles, { targets: ['TESTER'] })).toEqual(['Dockerfile#tester stage']);
  expect(summary(dockerfiles, { targets: ['builder', '2'] })).toEqual([
    'Dockerfile multi-stage',
    'Dockerfile#builder stage',
  ]);
});

it('refuses a target that no Dockerfile has', () => {
  const dockerfiles = parse({ Dockerfile: multi, 'Dockerfile.single': single });
  expect(() => planVariants(dockerfiles, { targets: ['builder', '<nope>'] })).toThrow(
    expect.objectContaining({
      info: expect.objectContaining({ code: 'stage-unknown', candidates: ['builder', 'tester', '2', '0'] }),
    }),
  );
});

it('keeps a variant for a Dockerfile that does not parse', () => {
  expect(summary(parse({ Dockerfile: 'NOPE' }))).toEqual(['Dockerfile single-stage']);
});
