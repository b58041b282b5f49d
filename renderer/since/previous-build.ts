import type { BuildResult } from '../../shared/model/build.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';

/** A variant's image in the build before the one on screen. */
export interface PreviousImage {
  readonly handle: string;
  /** Live bytes; undefined where they were not known. */
  readonly live: number | undefined;
  /** When that build was over, ms since the epoch. */
  readonly finishedAt: number;
}

/** What a variant was in the build before; undefined where there was none, or it was not part of it. */
export function previousImage(
  { previous }: Pick<BuildResult, 'previous'>,
  variant: string,
): PreviousImage | undefined {
  if (!previous || !Object.hasOwn(previous.handles, variant)) return undefined;
  return {
    handle: previous.handles[variant]!,
    live: Object.hasOwn(previous.live, variant) ? previous.live[variant] : undefined,
    finishedAt: previous.finishedAt,
  };
}

/** Live bytes that a variant's image has more than in the build before; undefined where either is not known. */
export function sizeSince(
  result: Pick<BuildResult, 'previous'>,
  { name, image }: Pick<VariantDocument, 'name' | 'image'>,
): number | undefined {
  const before = previousImage(result, name)?.live;
  const live = image?.sizes.live ?? undefined;
  return before === undefined || live === undefined ? undefined : live - before;
}
