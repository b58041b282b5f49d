import type { ImageFacts } from '../../shared/model/image-document.ts';
import type { LayerOwners, Owner } from './owners.ts';

export interface OwnerShare {
  readonly owner: Owner;
  /** Live bytes; null where a layer of this owner is not available. */
  readonly bytes: number | null;
}

/** Live bytes of an image by owner, in the order of `owners`; owners without a layer here are left out. */
export function ownerShares(
  image: ImageFacts,
  layers: LayerOwners,
  owners: readonly Owner[],
): readonly OwnerShare[] {
  const sums = new Map<string, number | null>();
  for (const [index, layer] of image.layers.entries()) {
    const id = layers[index]?.id;
    if (id === undefined) continue;
    const before = sums.has(id) ? sums.get(id)! : 0;
    sums.set(id, before === null || layer.live === null ? null : before + layer.live);
  }
  return owners.filter((owner) => sums.has(owner.id)).map((owner) => ({ owner, bytes: sums.get(owner.id)! }));
}

export type Reconciliation =
  | { readonly state: 'agrees'; readonly sum: number }
  | { readonly state: 'differs'; readonly sum: number; readonly live: number }
  /** A layer is missing, so there is no sum to compare. */
  | { readonly state: 'unknown' };

/** Whether the layers' live bytes add up to the image's, to the byte. */
export function reconcile(shares: readonly OwnerShare[], live: number | null): Reconciliation {
  let sum = 0;
  for (const { bytes } of shares) {
    if (bytes === null) return { state: 'unknown' };
    sum += bytes;
  }
  if (live === null) return { state: 'unknown' };
  return sum === live ? { state: 'agrees', sum } : { state: 'differs', sum, live };
}
