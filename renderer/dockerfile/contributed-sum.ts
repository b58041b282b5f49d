import type { VariantDocument } from '../../shared/model/project-document.ts';

export interface ContributedSum {
  /** Bytes of the image that are from the lines of the Dockerfile. */
  readonly lines: number;
  readonly untraced: number;
  readonly live: number;
}

/** What the lines brought into the image, to be held against its live bytes; undefined where that is not known. */
export function contributedSum({ lines, origins, image }: VariantDocument): ContributedSum | undefined {
  const live = image?.sizes.live ?? null;
  if (origins === null || live === null || lines.length === 0) return undefined;
  let sum = 0;
  for (const { contributed } of lines) {
    if (contributed === null) return undefined;
    sum += contributed;
  }
  return { lines: sum, untraced: origins.find(({ kind }) => kind === 'untraced')?.bytes ?? 0, live };
}
