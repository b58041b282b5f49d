import { expect, it } from 'vitest';
import { causes } from '../../../shared/model/image-document.ts';
import { CauseId, sameContent } from './filesystem.ts';
import { bytes, file, layerOf } from './testing/layer-of.ts';

it('numbers causes in the order in which the model names them', () => {
  expect(causes.map((cause) => CauseId[cause])).toEqual([0, 1, 2, 3, 4]);
});

it('takes content as equal only where the size and all 128 bits of the hash are', () => {
  const layer = layerOf(file('/a', bytes(5)), file('/b', bytes(5)), file('/c', bytes(6)));
  layer.entryHash.fill(7);
  expect(sameContent(layer, 0, layer, 1)).toBe(true);
  expect(sameContent(layer, 0, layer, 2)).toBe(false);
  for (let word = 0; word < 4; word++) {
    const other = { ...layer, entryHash: layer.entryHash.slice() };
    other.entryHash[4 + word] = 8;
    expect(sameContent(layer, 0, other, 1)).toBe(false);
  }
});
