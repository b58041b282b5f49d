import type { ImageFacts, LayerDocument } from '../../../shared/model/image-document.ts';
import { findDuplicates } from '../filesystem/duplicates.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { listWaste } from '../filesystem/waste.ts';
import type { ImageRecord } from '../images/image-record.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';

/**
 * Everything `analyze` says of an image, bounded lists to `top` items. What cannot be told because a layer is not
 * available is null.
 */
export function imageFacts(record: ImageRecord, filesystem: Filesystem, top: number): ImageFacts {
  const { totals } = filesystem;
  const repeated = totals ? findDuplicates(filesystem, top) : null;
  return {
    name: record.name,
    id: record.id,
    platform: record.platform,
    created: record.created ?? null,
    sizes: {
      stored: totals?.stored ?? null,
      live: totals?.live ?? null,
      reclaimable: totals?.reclaimable ?? null,
      duplicates: repeated?.totalBytes ?? null,
      tar: sumOrNull(record.layers.map((layer) => layer.tarBytes)),
      compressed: sumOrNull(record.layers.map((layer) => layer.compressedBytes)),
      engine: record.engineSize ?? null,
    },
    efficiency: totals?.efficiency ?? null,
    reclaimableByCause: totals?.byCause ?? null,
    files: totals?.files ?? null,
    layers: record.layers.map((layer, index) => layerDocument(layer, index, filesystem)),
    config: record.config,
    waste: totals ? listWaste(filesystem, top) : null,
    duplicates: repeated,
  };
}

/** The facts with where each layer is from, which is known after a build here. */
export function withOwners(facts: ImageFacts, owners: readonly (LayerOwner | undefined)[]): ImageFacts {
  return {
    ...facts,
    layers: facts.layers.map((layer, index) => {
      const owner = owners[index];
      if (!owner) return layer;
      const made = owner.kind === 'instruction' ? owner : undefined;
      return {
        ...layer,
        base: owner.kind === 'base',
        stage: made?.stage ?? null,
        line: made?.line ?? null,
        endLine: made?.endLine ?? null,
      };
    }),
  };
}

function layerDocument(
  layer: ImageRecord['layers'][number],
  index: number,
  filesystem: Filesystem,
): LayerDocument {
  const sizes = filesystem.layerSizes[index];
  return {
    index,
    diffId: layer.diffId,
    createdBy: layer.createdBy ?? null,
    base: null,
    stored: sizes?.stored ?? null,
    live: sizes?.live ?? null,
    reclaimable: sizes?.reclaimable ?? null,
    tar: layer.tarBytes ?? null,
    compressed: layer.compressedBytes ?? null,
    added: sizes?.added ?? null,
    modified: sizes?.modified ?? null,
    removed: sizes?.removed ?? null,
    stage: null,
    line: null,
    endLine: null,
  };
}

export function sumOrNull(values: readonly (number | null | undefined)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === undefined || value === null) return null;
    sum += value;
  }
  return sum;
}
