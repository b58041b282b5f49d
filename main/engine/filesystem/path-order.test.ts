import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareInTree, siblingKeys } from './path-order.ts';
import { pathBytes } from './path-tree.ts';
import { someLayers } from './testing/generated-layers.ts';
import { merged } from './testing/merged.ts';
import { treeOf } from './testing/tree-of.ts';

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

describe('the keys of siblings', () => {
  it('are in the order of their names, and as far as they reach tell them apart', () => {
    const name = fc.array(fc.constantFrom('a', 'b', '\x01', '\xff', 'long'), { minLength: 1, maxLength: 9 });
    const some = fc.uniqueArray(
      name.map((parts) => parts.join('')),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(some, fc.constantFrom('', 'same-'), (names, before) => {
        const { tree, nodes } = treeOf(...names.map((each) => `/d/${before}${each}`));
        const keys = siblingKeys(tree, nodes);
        nodes.forEach((a, i) => {
          nodes.forEach((b, j) => {
            const order = compareInTree(tree, a, b);
            if (keys[i] !== keys[j]) expect(Math.sign(keys[i]! - keys[j]!)).toBe(Math.sign(order));
            else if (names[i]!.length <= 6 && names[j]!.length <= 6) expect(order).toBe(0);
          });
        });
      }),
    );
  });
});
