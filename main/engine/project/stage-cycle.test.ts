import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Stage } from '../../../shared/model/project.ts';
import { circularStage } from './stage-cycle.ts';

function stagesOf(needs: readonly (readonly number[])[]): Stage[] {
  return needs.map((sources, index) => ({
    index,
    base: { kind: 'scratch' },
    line: index + 1,
    endLine: index + 1,
    instructions: [],
    copies: sources.map((source) => ({ line: index + 1, source: { kind: 'stage', index: source } })),
  }));
}

it('names a copy of the circle, not of what leads to it or away from it', () => {
  expect(circularStage(stagesOf([[], [0, 2], [3], [2, 0], [1]]))).toEqual({ from: 2, to: 3, line: 3 });
  expect(circularStage(stagesOf([[0]]))).toEqual({ from: 0, to: 0, line: 1 });
});

it('finds a circle exactly where following the copies comes back', () => {
  const graph = fc
    .integer({ min: 1, max: 6 })
    .chain((size) =>
      fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
    );
  fc.assert(
    fc.property(graph, (needs) => {
      const comesBack = needs.some((_, start) => {
        const seen = new Set<number>();
        const waiting = [...needs[start]!];
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
          if (next === start) return true;
          if (!seen.has(next)) waiting.push(...needs[next]!);
          seen.add(next);
        }
        return false;
      });
      expect(circularStage(stagesOf(needs)) !== undefined).toBe(comesBack);
    }),
  );
});
