import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { Dockerfile, Variant } from '../../../shared/model/project.ts';
import { compareBytes } from './compare-bytes.ts';

export interface BaselineInput {
  /** The variants of one group. */
  readonly variants: readonly Variant[];
  readonly dockerfiles: readonly Dockerfile[];
  /**
   * After the build: by the name of a multi-stage variant, the bytes its image has from each stage it copies from, by
   * the stage's index. Without it the latest stage counts.
   */
  readonly copiedBytes?: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

/**
 * The variant the others of its group are held against (reference: "Which variants"): the first single-stage
 * Dockerfile by name, else, in the first multi-stage one, the stage that gave the image most bytes of those it copies
 * from. Undefined when there is none, or when it is not selected.
 */
export function chooseBaseline({ variants, dockerfiles, copiedBytes }: BaselineInput): string | undefined {
  const selected = variants
    .filter((variant) => variant.selected)
    .toSorted((a, b) => compareBytes(a.dockerfile, b.dockerfile));
  const single = selected.find((variant) => variant.kind === 'single-stage');
  if (single) return single.name;
  const multi = selected.find((variant) => variant.kind === 'multi-stage');
  const dockerfile = multi && dockerfileOf({ dockerfiles }, multi);
  if (!dockerfile) return undefined;
  const bytes = copiedBytes?.get(multi.name);
  const sources = copiedStages(dockerfile, multi.stage).sort(
    (a, b) => (bytes?.get(b) ?? 0) - (bytes?.get(a) ?? 0) || b - a,
  );
  return selected.find(
    ({ dockerfile, readFor, stage }) =>
      dockerfile === multi.dockerfile && readFor === multi.readFor && stage === sources[0],
  )?.name;
}

/** Stages whose files an image of `stage` holds by copying: what it and the stages it starts from copy from. */
function copiedStages(dockerfile: Dockerfile, stage: number): number[] {
  const sources = new Set<number>();
  for (let current = dockerfile.stages[stage]; current; ) {
    for (const { source } of current.copies) if (source.kind === 'stage') sources.add(source.index);
    current = current.base.kind === 'stage' ? dockerfile.stages[current.base.index] : undefined;
  }
  return [...sources];
}
