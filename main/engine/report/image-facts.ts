import type { ImageFacts, LayerDocument } from '../../../shared/model/image-document.ts';
import { duplicates } from '../filesystem/duplicates.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { waste } from '../filesystem/waste.ts';
import type { ImageRecord } from '../images/image-record.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';

/**
 * Everything `analyze` says of an image, bounded lists to `top` items. `owners` are known after a build here.
 * What cannot be told because a layer is not available is null.
 */
export function imageFacts(
  record: ImageRecord,
  filesystem: Filesystem,
  top: number,
  owners?: readonly (LayerOwner | undefined)[],
): ImageFacts {
  const { totals, complete } = filesystem;
  const whole = <T>(value: T): T | null => (complete ? value : null);
  return {
    name: record.name,
    id: record.id,
    platform: record.platform,
    created: record.created ?? null,
    sizes: {
      stored: whole(totals.stored),
      live: whole(totals.live),
      reclaimable: whole(totals.reclaimable),
      duplicates: whole(totals.duplicates),
      tar: sumOrNull(record.layers.map((layer) => layer.tarBytes)),
      compressed: sumOrNull(record.layers.map((layer) => layer.compressedBytes)),
      engine: record.engineSize ?? null,
    },
    efficiency: whole(totals.efficiency),
    reclaimableByCause: whole(totals.byCause),
    files: whole(totals.files),
    layers: record.layers.map((layer, index) => layerDocument(layer, index, filesystem, owners?.[index])),
    config: record.config,
    waste: whole(waste(filesystem, top)),
    duplicates: whole(duplicates(filesystem, top)),
  };
}

function layerDocument(
  layer: ImageRecord['layers'][number],
  index: number,
  filesystem: Filesystem,
  owner: LayerOwner | undefined,
): LayerDocument {
  const totals = filesystem.layers[index];
  const made = owner?.kind === 'instruction' ? owner : undefined;
  // What a layer stored is its own affair; what of it is still live depends on every layer above being known.
  const settled = filesystem.complete ? totals : undefined;
  return {
    index,
    diffId: layer.diffId,
    createdBy: layer.createdBy ?? null,
    base: owner ? owner.kind === 'base' : null,
    stored: totals?.stored ?? null,
    live: settled?.live ?? null,
    reclaimable: settled?.reclaimable ?? null,
    tar: layer.tarBytes ?? null,
    compressed: layer.compressedBytes ?? null,
    added: settled?.added ?? null,
    modified: settled?.modified ?? null,
    removed: settled?.removed ?? null,
    stage: made?.stage ?? null,
    line: made?.line ?? null,
    endLine: made?.endLine ?? null,
  };
}

function sumOrNull(values: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return null;
    sum += value;
  }
  return sum;
}
