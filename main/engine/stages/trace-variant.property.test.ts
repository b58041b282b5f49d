import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateBuild } from './testing/simulated-build.ts';
import { someBuild } from './testing/some-build.ts';
import { neededBy, trueTrace } from './testing/true-trace.ts';
import { traceVariant, type VariantTrace } from './trace-variant.ts';

describe('traceVariant of generated builds', () => {
  it('finds of every byte what the builder did with it', () => {
    fc.assert(
      fc.property(someBuild, (plan) => {
        const { stages, context } = simulateBuild(plan);
        for (const target of stages.keys()) {
          const needed = neededBy(stages, target);
          const images = needed.map((index) => stages[index]!.image);
          const trace = traceVariant({ target, stages: images, context });
          expect(factsOf(trace)).toEqual(trueTrace(stages, needed));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function factsOf({ origins, flows, leftBehind, stages }: VariantTrace) {
  const lines = origins.flatMap(({ id, lines }) =>
    lines.filter(({ bytes }) => bytes > 0).map(({ line, rule, bytes }) => [`${id} ${line} ${rule}`, bytes]),
  );
  return {
    origins: Object.fromEntries(lines),
    files: origins.reduce((sum, { files }) => sum + files, 0),
    flows: Object.fromEntries(flows.map(({ from, to, bytes }) => [`${from} ${to}`, bytes])),
    stages: Object.fromEntries(
      stages.map(({ index, live, own, shared, reached, leftBehind }) => [
        index,
        { live, own, shared, reached, leftBehind },
      ]),
    ),
    leftBehind,
  };
}
