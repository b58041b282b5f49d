import type { CopySource, Dockerfile } from '../../../shared/model/project.ts';
import { splitInstruction } from './instruction-parts.ts';
import { linesIn, linesOf } from './scope-of-stage.ts';
import { resolveStage } from './stage-of.ts';

/**
 * What each COPY and ADD takes from that the ONBUILDs of a stage's base stage put before its own instructions, in order:
 * undefined is the build context. None where the base is no stage: an image's are not in the Dockerfile.
 */
export function triggerSources(
  dockerfile: Dockerfile,
  stageIndex: number,
): readonly (CopySource | 'unknown' | undefined)[] {
  const base = dockerfile.stages[stageIndex]?.base;
  const below = base?.kind === 'stage' ? dockerfile.stages[base.index] : undefined;
  if (!below) return [];
  return linesIn(below, linesOf(dockerfile))
    .filter(({ keyword }) => keyword === 'ONBUILD')
    .map(({ rest }) => splitInstruction(rest, dockerfile.escape))
    .filter(({ keyword }) => keyword === 'COPY' || keyword === 'ADD')
    .map(({ keyword, flags }) => {
      const from = keyword === 'COPY' && flags.find(({ name }) => name === 'from')?.value;
      return from ? sourceOf(dockerfile, from) : undefined;
    });
}

/** A stage by index or name, else an image. */
function sourceOf(dockerfile: Dockerfile, reference: string): CopySource | 'unknown' {
  const stage = resolveStage(dockerfile, reference);
  if (stage) return { kind: 'stage', index: stage.index };
  return reference === 'scratch' || /^[+-]?\d+$/.test(reference) ? 'unknown' : { kind: 'image', reference };
}
