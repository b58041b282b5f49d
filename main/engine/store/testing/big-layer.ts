import type { LayerIndex } from '../../archive/layer-index.ts';
import { indexOf } from './index-of.ts';

/** A layer of some megabytes that is another one for each number, and the same in every process. */
export function bigLayer(number: number): LayerIndex {
  const count = 30_000 + (number % 7) * 10_000;
  const entryHash = new Uint32Array(count * 4);
  for (let word = 0; word < entryHash.length; word++) entryHash[word] = Math.imul(word + number, 0x9e3779b1);
  const small = indexOf(`sha256:${number}`, 1);
  return {
    ...small,
    tarBytes: number,
    entryCount: count,
    entryHash,
    names: new Uint8Array(count * 20).fill(number),
  };
}
