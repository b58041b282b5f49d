import { expect } from 'vitest';
import type { Example } from './given-example.ts';

/**
 * Every variant of an example was built and wholly explained: each byte has an origin, and what a stage left behind has
 * groups. That all of it adds up is held for every build that tests make (expectProjectReconciled).
 */
export function expectExplained(example: Example): void {
  for (const { name, build, image, origins, stages } of example.variants()) {
    expect([name, build.status, build.error]).toEqual([name, 'built', null]);
    expect(origins!.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(image!.sizes.live);
    expect(origins!.filter(({ kind }) => kind === 'untraced')).toEqual([]);
    for (const { built, leftBehind, leftBehindGroups } of stages) {
      expect(leftBehindGroups?.totalBytes ?? null).toBe(built ? leftBehind : null);
    }
  }
}
