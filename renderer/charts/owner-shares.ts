import type { ImageFacts } from '../../shared/model/image-document.ts';
import type { OriginDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { baseReference } from './base-layers.ts';
import type { LayerOwners, OwnedImage, Owner } from './owners.ts';

export interface OwnerShare {
  readonly owner: Owner;
  /** Live bytes; null where a layer of this owner is not available. */
  readonly bytes: number | null;
}

/** Live bytes of an image by the owners of its layers, in the order of `owners`; those without a layer are left out. */
export function layerShares(
  image: ImageFacts | null,
  layers: LayerOwners,
  owners: readonly Owner[],
): readonly OwnerShare[] {
  const sums = new Map<string, number | null>();
  for (const [index, layer] of (image?.layers ?? []).entries()) {
    const id = layers[index]?.id;
    if (id === undefined) continue;
    const before = sums.has(id) ? sums.get(id)! : 0;
    sums.set(id, before === null || layer.live === null ? null : before + layer.live);
  }
  return inOrder(sums, owners);
}

/**
 * Live bytes of a variant by origin. Of its own base, what is in layers of another base that lies under it is that
 * one's: all that is live in a base's layers has the base as its origin.
 */
export function originShares(
  variant: VariantDocument,
  documents: readonly OriginDocument[],
  { layers, origins }: Pick<OwnedImage, 'layers'> & { readonly origins: ReadonlyMap<string, Owner> },
  owners: readonly Owner[],
): readonly OwnerShare[] {
  const sums = new Map<string, number>();
  const add = (id: string, bytes: number) => sums.set(id, (sums.get(id) ?? 0) + bytes);
  for (const { id, bytes } of documents) {
    const owner = origins.get(id);
    if (owner) add(owner.id, bytes);
  }
  const own = `base:${baseReference(variant)}`;
  for (const layer of variant.image?.layers ?? []) {
    const under = layers[layer.index];
    if (layer.base !== true || !under || under.id === own || layer.live === null) continue;
    add(under.id, layer.live);
    add(own, -layer.live);
  }
  return inOrder(sums, owners).filter(({ bytes }) => bytes !== 0);
}

function inOrder(sums: ReadonlyMap<string, number | null>, owners: readonly Owner[]): readonly OwnerShare[] {
  return owners.filter((owner) => sums.has(owner.id)).map((owner) => ({ owner, bytes: sums.get(owner.id)! }));
}

export type Reconciliation =
  | { readonly state: 'agrees'; readonly sum: number }
  | { readonly state: 'differs'; readonly sum: number; readonly live: number }
  /** A layer is missing, so there is no sum to compare. */
  | { readonly state: 'unknown' };

/** Whether the owners' live bytes add up to the image's, to the byte. */
export function reconcile(shares: readonly OwnerShare[], live: number | null): Reconciliation {
  let sum = 0;
  for (const { bytes } of shares) {
    if (bytes === null) return { state: 'unknown' };
    sum += bytes;
  }
  if (live === null) return { state: 'unknown' };
  return sum === live ? { state: 'agrees', sum } : { state: 'differs', sum, live };
}
