import type { Filesystem } from '../filesystem.ts';
import { mergeLayers } from '../merge-layers.ts';
import { type Item, layerOf } from './layer-of.ts';

/** The image of these layers, bottom first, each the entries of its tar in order. */
export function merged(...layers: readonly (readonly Item[])[]): Filesystem {
  return mergeLayers(layers.map((items) => layerOf(...items)));
}
