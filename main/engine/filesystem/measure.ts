import type { LayerIndex } from '../archive/layer-index.ts';
import { CauseId, type Inodes, type LayerSizes, type Totals } from './filesystem.ts';

/** How a layer changed the paths that are no directories. */
export interface LayerCounts {
  readonly added: number;
  readonly modified: number;
  readonly removed: number;
}

/** The image's sizes; `reclaimable` is counted by cause, so that its sum is checked against stored − live in tests. */
export function totalSizes(inodes: Inodes, files: number): Totals {
  const byCause = new Float64Array(5);
  let stored = 0;
  let live = 0;
  for (let i = 0; i < inodes.count; i++) {
    const size = inodes.size[i]!;
    stored += size;
    if (inodes.links[i]! > 0) live += size;
    else byCause[inodes.cause[i]!]! += size;
  }
  return {
    stored,
    live,
    reclaimable: byCause.reduce((sum, bytes) => sum + bytes, 0),
    byCause: {
      overwritten: byCause[CauseId.overwritten]!,
      copiedUp: byCause[CauseId.copiedUp]!,
      deleted: byCause[CauseId.deleted]!,
      shadowed: byCause[CauseId.shadowed]!,
      repeated: byCause[CauseId.repeated]!,
    },
    files,
    efficiency: stored === 0 ? 1 : live / stored,
  };
}

/**
 * Each layer's sizes. A layer that is not available may have hidden anything below it, and what a layer above it
 * added or changed cannot be told: those values are null.
 */
export function layerSizes(
  layers: readonly (LayerIndex | undefined)[],
  inodes: Inodes,
  counts: readonly (LayerCounts | undefined)[],
): LayerSizes[] {
  const stored = new Float64Array(layers.length);
  const live = new Float64Array(layers.length);
  for (let i = 0; i < inodes.count; i++) {
    stored[inodes.layer[i]!]! += inodes.size[i]!;
    if (inodes.links[i]! > 0) live[inodes.layer[i]!]! += inodes.size[i]!;
  }
  const lowestGap = layers.indexOf(undefined);
  const highestGap = layers.lastIndexOf(undefined);
  return layers.map((layer, index) => {
    const fateKnown = index > highestGap;
    const change = lowestGap < 0 || index < lowestGap ? counts[index] : undefined;
    return {
      stored: layer ? stored[index]! : null,
      live: fateKnown ? live[index]! : null,
      reclaimable: fateKnown ? stored[index]! - live[index]! : null,
      tar: layer ? layer.tarBytes : null,
      added: change?.added ?? null,
      modified: change?.modified ?? null,
      removed: change?.removed ?? null,
    };
  });
}
