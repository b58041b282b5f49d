import type { ImageFacts, LayerDocument } from '../../shared/model/image-document.ts';

/** How many machines an image is rolled out to, to say what it costs. */
export const nodeCount = 100;

/** Bytes for `nodeCount` machines that have none of the layers; null where a layer's bytes are not known. */
export interface PullCost {
  /** As the registry sends them, compressed. */
  readonly pulled: number | null;
  /** Content that is stored. */
  readonly kept: number | null;
}

export function pullCost({ layers }: ImageFacts): PullCost {
  const distinct = [...new Map(layers.map((layer) => [layer.diffId, layer])).values()];
  return { pulled: times(distinct, 'compressed'), kept: times(distinct, 'stored') };
}

function times(layers: readonly LayerDocument[], which: 'compressed' | 'stored'): number | null {
  const bytes = sum(layers, which);
  return bytes === null ? null : bytes * nodeCount;
}

/** Stored bytes of the layers that both images have: for who has one image they cost nothing. */
export function commonBytes({ layers }: ImageFacts, common: ReadonlySet<string>): number | null {
  const shared = new Map(layers.filter(({ diffId }) => common.has(diffId)).map((l) => [l.diffId, l]));
  return sum([...shared.values()], 'stored');
}

function sum(layers: readonly LayerDocument[], which: 'compressed' | 'stored'): number | null {
  return layers.reduce<number | null>((total, layer) => {
    const bytes = layer[which];
    return total === null || bytes === null ? null : total + bytes;
  }, 0);
}
