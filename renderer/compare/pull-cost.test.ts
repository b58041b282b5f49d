import { describe, expect, it } from 'vitest';
import type { ImageFacts, LayerDocument } from '../../shared/model/image-document.ts';
import { commonBytes, pullCost } from './pull-cost.ts';

const layer = (diffId: string, stored: number | null, compressed: number | null) =>
  ({ diffId, stored, compressed }) as LayerDocument;
const image = (...layers: LayerDocument[]) => ({ layers }) as ImageFacts;

describe('what a roll-out costs', () => {
  it('is each layer once for each machine', () => {
    expect(pullCost(image(layer('a', 10, 4), layer('b', 5, 2), layer('a', 10, 4)))).toEqual({
      pulled: 600,
      kept: 1500,
    });
    expect(pullCost(image())).toEqual({ pulled: 0, kept: 0 });
  });

  it('is not known where a layer is not, never less', () => {
    expect(pullCost(image(layer('a', 10, null), layer('b', 5, 2)))).toEqual({ pulled: null, kept: 1500 });
    expect(pullCost(image(layer('a', null, 1)))).toEqual({ pulled: 100, kept: null });
  });

  it('is nothing for the layers in common', () => {
    const two = image(layer('a', 10, 4), layer('b', 5, 2));
    expect(commonBytes(two, new Set(['a', 'x']))).toBe(10);
    expect(commonBytes(image(layer('a', null, 4)), new Set(['a']))).toBeNull();
  });
});
