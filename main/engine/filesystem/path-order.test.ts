import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareInTree } from './path-order.ts';
import { pathBytes } from './path-tree.ts';
import { someLayers } from './testing/generated-layers.ts';
import { merged } from './testing/merged.ts';

describe('the order of paths', () => {
  it('is that of their bytes', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const { tree } = merged(...layers);
        for (let a = 0; a < tree.count; a++) {
          for (let b = 0; b < tree.count; b++) {
            const wanted = Buffer.compare(pathBytes(tree, a), pathBytes(tree, b));
            expect(Math.sign(compareInTree(tree, a, b))).toBe(wanted);
          }
        }
      }),
    );
  });
});
