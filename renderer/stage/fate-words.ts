import type { Fate } from './stage-sums.ts';

/** What became of a stage's bytes, and what that means. */
export const fateWords: Record<Fate, { readonly name: string; readonly meaning: string }> = {
  reached: { name: 'Reached the image', meaning: 'Copied on, by its content, and live in the image' },
  shared: { name: 'In the image as it is', meaning: 'In layers that the image has too' },
  leftBehind: { name: 'Left behind', meaning: 'Live in this stage, and not in the image' },
};
