import { expect, it } from 'vitest';
import { parseDockerfile } from './parse-dockerfile.ts';
import { stageTargets } from './stage-targets.ts';

const parse = (source: string) => parseDockerfile(source, { path: 'Dockerfile', context: '.' });
const targetsOf = (source: string) => {
  const dockerfile = parse(source);
  const { source: changed, targetOf } = stageTargets(dockerfile);
  return { changed, targets: dockerfile.stages.map(({ index }) => targetOf(index)) };
};

it('leaves the text alone where every stage has a name of its own', () => {
  expect(targetsOf('FROM a AS x\nFROM b\nCOPY --from=x . .')).toEqual({ targets: ['x', undefined] });
});

it('names stages without a name, on the same lines', () => {
  const source = '# syntax=s\nFROM --platform=$P \\\n  a\nRUN x\nFROM b AS stage-0\nFROM c\n';
  const { changed, targets } = targetsOf(source);
  expect(targets).toEqual(['stage-0-', 'stage-0', undefined]);
  expect(changed).toBe(
    '# syntax=s\nFROM --platform=$P   a AS stage-0-\n\nRUN x\nFROM b AS stage-0\nFROM c\n',
  );
});

it('renames all but the last of one name, and what starts from them', () => {
  const source = 'FROM a AS x\nFROM x AS y\nFROM b AS X\nFROM x\nCOPY --from=x . .\n';
  const { changed, targets } = targetsOf(source);
  expect(targets).toEqual(['stage-0', 'y', 'X', undefined]);
  expect(changed).toBe('FROM a AS stage-0\nFROM stage-0 AS y\nFROM b AS X\nFROM x\nCOPY --from=x . .\n');
  const before = parse(source).stages;
  const after = parse(changed!).stages;
  expect(after.map(({ base, copies }) => ({ base, copies }))).toEqual(
    before.map(({ base, copies }) => ({ base, copies })),
  );
});
