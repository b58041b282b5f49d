import type { BuildSnapshot, BuildStep, VariantBuild } from '../../shared/model/build.ts';
import { formatDuration } from '../../shared/model/format-bytes.ts';

export interface StepCounts {
  readonly done: number;
  readonly cached: number;
  readonly known: number;
}

/** Steps that have ended well, and those BuildKit has told of so far. */
export function countSteps(variants: readonly VariantBuild[]): StepCounts {
  const steps = variants.flatMap((variant) => variant.steps);
  const cached = steps.filter((step) => step.status === 'cached').length;
  const done = steps.filter((step) => step.status === 'done').length + cached;
  return { done, cached, known: steps.length };
}

/** How far it is, from 0 to 1; undefined while nobody can know. Steps first, then the bytes of the layers. */
export function progressOf(snapshot: BuildSnapshot): number | undefined {
  switch (snapshot.state) {
    case 'building': {
      // Layers may come while others still build; what is left when none does is theirs.
      const read = readShare(snapshot);
      const waits = snapshot.variants.some(({ status }) => status === 'waiting' || status === 'building');
      if (!waits && read !== undefined) return read;
      const { done, known } = countSteps(snapshot.variants);
      return known === 0 ? undefined : done / known;
    }
    case 'reading':
      return readShare(snapshot);
    case 'done':
    case 'cancelled':
    case 'failed': {
      if (snapshot.variants.some(({ status }) => status === 'built')) return 1;
      const { done, known } = countSteps(snapshot.variants);
      return known === 0 ? 0 : done / known;
    }
  }
}

function readShare({ reading }: BuildSnapshot): number | undefined {
  // The total is an estimate and may be passed.
  return reading?.total ? Math.min(1, reading.bytes / reading.total) : undefined;
}

/** ms from its start to its end, or until now. */
export function elapsed(
  { startedAt, endedAt }: Pick<BuildStep, 'startedAt' | 'endedAt'>,
  now: number,
): number | undefined {
  return startedAt === undefined ? undefined : Math.max(0, (endedAt ?? now) - startedAt);
}

/** A time that still runs, in whole seconds: tenths that flicker tell nobody anything. Empty in the first second. */
export function runningTime(ms: number): string {
  return ms < 1000 ? '' : formatDuration(Math.floor(ms / 1000) * 1000).replace('.0 s', ' s');
}
