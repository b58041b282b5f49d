import type { FileOrigin } from '../../../shared/model/origin.ts';
import type { LayerOwner } from './attribute-layers.ts';

/**
 * Where the content of an image is from, as columns over the inodes of its filesystem (reference: layers.md, "The
 * stages"). Plain data, so that it passes between threads.
 */
export interface Origins {
  /** Every origin there is in the image, with its line, its rule and its way: few, whatever the size of the image. */
  readonly sources: readonly FileOrigin[];
  /** Of each inode, live or not: an index into `sources`. */
  readonly ofInode: Uint16Array | Uint32Array;
  /** Who made each layer, bottom first; undefined where that is not known. */
  readonly owners: readonly (LayerOwner | undefined)[];
  /** Of a stage of a variant, of each inode: a FateId. All are `shared` in the variant's own image. */
  readonly fate: Uint8Array;
}

/** What became of a live inode of a stage in the image of the variant that needed the stage; `fate` of the filter. */
export const FateId = {
  /** Not live in the stage's own image. */
  dead: 0,
  /** In a layer that the image has too. */
  shared: 1,
  /** At least one copy of it that came through the stage is live in the image. */
  reached: 2,
  leftBehind: 3,
} as const;
export type FateId = (typeof FateId)[keyof typeof FateId];
