import fc from 'fast-check';
import type { BuildPlan, Instruction, StagePlan, Step } from './simulated-build.ts';

// Few names and contents, so that equal content lies at several paths and in several stages. Directories and files have
// different names: what happens when they meet is the merge's.
const folder = fc.constantFrom('', '/d', '/d/e', '/out');
const path = fc.tuple(folder, fc.constantFrom('a', 'b', 'c')).map(([folder, name]) => `${folder}/${name}`);
const content = fc.constantFrom('', 'x', 'yy', 'zzz', 'x'.repeat(100), 'y'.repeat(1000));
const files = fc.dictionary(path, content, { maxKeys: 6 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), path, bytes: content }),
  fc.record({ kind: fc.constant('chmod' as const), path }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({ kind: fc.constant('link' as const), path, to: path }),
);

const instruction: fc.Arbitrary<Instruction> = fc
  .oneof(
    fc.record({ kind: fc.constant('run' as const), steps: fc.array(step, { maxLength: 4 }) }),
    fc.record({
      kind: fc.constant('copy' as const),
      back: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
      source: fc.oneof(
        path,
        folder.map((at) => at || '/'),
        fc.constantFrom('/*', '/d/*'),
      ),
      destination: fc.oneof(
        folder.map((at) => `${at}/`),
        path,
      ),
    }),
  )
  .map((made): Instruction => {
    // Only a single file can take a file's name.
    const many = made.kind === 'copy' && !/\/[abc]$/.test(made.source);
    return many && !made.destination.endsWith('/') ? { ...made, destination: '/out/' } : made;
  });

const stage: fc.Arbitrary<StagePlan> = fc.record({
  base: fc.oneof(
    fc.record({ image: fc.nat({ max: 1 }) }),
    fc.record({ back: fc.nat({ max: 2 }) }),
    fc.constant(undefined),
  ),
  instructions: fc.array(instruction, { maxLength: 5 }),
});

/** Builds of several stages, on one another and copying from one another. */
export const someBuild: fc.Arbitrary<BuildPlan> = fc.record({
  context: files,
  bases: fc.array(files, { minLength: 1, maxLength: 2 }),
  stages: fc.array(stage, { minLength: 1, maxLength: 5 }),
});
