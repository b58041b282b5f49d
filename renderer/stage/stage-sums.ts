import type { LineBytes, StageDocument } from '../../shared/model/project-document.ts';

export const fates = ['reached', 'shared', 'leftBehind'] as const;
export type Fate = (typeof fates)[number];

export interface StageSums {
  readonly live: number;
  /** Live in the layers it stands on, and in those its own instructions made. They sum to `live`. */
  readonly base: number;
  readonly own: number;
  /** What became of it in the image. They sum to `live`. */
  readonly fates: Readonly<Record<Fate, number>>;
  readonly agrees: boolean;
}

/** What a stage is made of and what became of it; undefined where one of these is not known. */
export function stageSums({ live, own, shared, reached, leftBehind }: StageDocument): StageSums | undefined {
  if (live === null || own === null || shared === null || reached === null || leftBehind === null) {
    return undefined;
  }
  return {
    live,
    base: live - own,
    own,
    fates: { reached, shared, leftBehind },
    agrees: own <= live && reached + shared + leftBehind === live,
  };
}

/** What a stage's own instructions made that is still live at its end, in the order of their lines. */
export function madeByLine(lines: readonly LineBytes[], stage: number): readonly LineBytes[] {
  return lines.filter(
    (line) => line.stage === stage && line.keyword !== 'FROM' && line.live !== null && line.live > 0,
  );
}
