import type { Stage } from '../../../shared/model/project.ts';

/** A copy between two stages that need each other, or of a stage from itself; undefined when there is none. */
export function circularStage(
  stages: readonly Stage[],
): { readonly from: number; readonly to: number; readonly line: number } | undefined {
  // Takes away stages that need nothing still there, then those nothing still there needs: circles remain.
  const left = new Set(stages.map((stage) => stage.index));
  const needs = stages.map((stage) => new Set(sourcesOf(stage)));
  const neededBy = stages.map(() => new Set<number>());
  needs.forEach((sources, index) => {
    for (const source of sources) neededBy[source]!.add(index);
  });
  remove(needs, neededBy);
  remove(neededBy, needs);
  for (const { index, copies } of stages) {
    if (!left.has(index)) continue;
    for (const { line, source } of copies) {
      if (source.kind === 'stage' && left.has(source.index)) return { from: index, to: source.index, line };
    }
  }
  return undefined;

  function remove(edges: readonly Set<number>[], opposite: readonly Set<number>[]): void {
    const free = [...left].filter((index) => edges[index]!.size === 0);
    for (let index = free.pop(); index !== undefined; index = free.pop()) {
      left.delete(index);
      for (const other of opposite[index]!) {
        edges[other]!.delete(index);
        if (edges[other]!.size === 0 && left.has(other)) free.push(other);
      }
    }
  }
}

function sourcesOf(stage: Stage): number[] {
  return [stage.base, ...stage.copies.map((copy) => copy.source)].flatMap((source) =>
    source.kind === 'stage' ? [source.index] : [],
  );
}
