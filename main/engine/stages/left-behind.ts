import { FateId } from './origins.ts';
import type { TracedStage } from './trace-stage.ts';

const Left = 1;
const Used = 2;

/**
 * Bytes that all stages together left behind, each stored content once however many stages hold it: what is shared or
 * reached in one of them is not left behind.
 */
export function totalLeftBehind(
  stages: readonly TracedStage[],
  fates: ReadonlyMap<number, Uint8Array>,
): number {
  // By layer, then by entry: the same in every image that has the layer.
  const states = new Map<string, { readonly state: Uint8Array; readonly size: ArrayLike<number> }>();
  for (const { image } of stages) {
    const { layers, inodes } = image.filesystem;
    const fate = fates.get(image.index)!;
    const ofLayer = layers.map((layer) => {
      if (!layer) return undefined;
      const known = states.get(layer.diffId) ?? {
        state: new Uint8Array(layer.entryCount),
        size: layer.entrySize,
      };
      states.set(layer.diffId, known);
      return known.state;
    });
    for (let inode = 0; inode < fate.length; inode++) {
      const state = ofLayer[inodes.layer[inode]!];
      if (!state || fate[inode] === FateId.dead) continue;
      state[inodes.entry[inode]!]! |= fate[inode] === FateId.leftBehind ? Left : Used;
    }
  }
  let bytes = 0;
  for (const { state, size } of states.values()) {
    for (let entry = 0; entry < state.length; entry++) if (state[entry] === Left) bytes += size[entry]!;
  }
  return bytes;
}
