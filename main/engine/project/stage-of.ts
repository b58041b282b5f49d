import type { Dockerfile, Stage } from '../../../shared/model/project.ts';

/** How people name a stage: its name as written, else its index. */
export function stageLabel(stage: Stage): string {
  return stage.name ?? String(stage.index);
}

/**
 * The stage a name or an index means, as `--target` and `COPY --from` have it: names in any case, and of several
 * stages with one name the last.
 */
export function resolveStage(dockerfile: Pick<Dockerfile, 'stages'>, reference: string): Stage | undefined {
  const name = reference.toLowerCase();
  return (
    dockerfile.stages.findLast((stage) => stage.name?.toLowerCase() === name) ??
    (/^\d+$/.test(reference) ? dockerfile.stages[Number(reference)] : undefined)
  );
}

/** Indices of the stages that building `stage` needs, itself included, ascending; empty for a stage that is not there. */
export function neededStages(dockerfile: Pick<Dockerfile, 'stages'>, stage: number): number[] {
  const needed = new Set<number>();
  const waiting = [stage];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const current = dockerfile.stages[index];
    if (!current || needed.has(index)) continue;
    needed.add(index);
    for (const source of [current.base, ...current.copies.map((copy) => copy.source)]) {
      if (source.kind === 'stage') waiting.push(source.index);
    }
  }
  return [...needed].sort((a, b) => a - b);
}
