import { expect, it } from 'vitest';
import { parseDockerfile } from './parse-dockerfile.ts';
import { neededStages, resolveStage, stageLabel } from './stage-of.ts';

const parse = (source: string) => parseDockerfile(source, { path: 'Dockerfile', context: '.' });
const dockerfile = parse(`FROM a AS deps
FROM b
FROM deps AS Builder
COPY --from=1 x y
FROM c AS tester
FROM scratch
COPY --from=builder x y
`);

it('finds what building a stage needs, through bases and copies', () => {
  expect(neededStages(dockerfile, 4)).toEqual([0, 1, 2, 4]);
  expect(neededStages(dockerfile, 3)).toEqual([3]);
  expect(neededStages(dockerfile, 9)).toEqual([]);
});

it('ends on stages that need each other', () => {
  expect(neededStages(parse('FROM a AS x\nCOPY --from=y . .\nFROM x AS y'), 0)).toEqual([0, 1]);
});

it('resolves names in any case, indices, and the last of a name', () => {
  expect(resolveStage(dockerfile, 'BUILDER')?.index).toBe(2);
  expect(resolveStage(dockerfile, '1')?.index).toBe(1);
  expect(resolveStage(parse('FROM a AS x\nFROM b AS X\nFROM c'), 'x')?.index).toBe(1);
  for (const unknown of ['', 'none', '5', '-1', '1.0', '__proto__', 'length']) {
    expect(resolveStage(dockerfile, unknown)).toBeUndefined();
  }
});

it('calls a stage by its name as written, or its index', () => {
  expect(dockerfile.stages.map(stageLabel)).toEqual(['deps', '1', 'Builder', 'tester', '4']);
});
