import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { OwnedImage, Owner } from './owners.ts';

/**
 * The parts of the filter that let through what is an owner's: those that make no difference are undefined, so that
 * they take the place of another owner's. A base that lies under the image's own base is of one origin with it: their
 * layers tell them apart.
 */
export function ownerFilter({ layers, origins }: OwnedImage, { id }: Owner): FileFilter {
  const own = layers.flatMap((owner, index) => (owner.id === id ? [index] : []));
  const range = own.length > 0 ? { from: own[0]!, to: own.at(-1)! } : undefined;
  const origin = [...(origins ?? [])].find(([, owner]) => owner.id === id)?.[0];
  if (origin === undefined) return { origin: undefined, layer: undefined, layers: range };
  const others = layers.some((owner) => owner.kind === 'base' && owner.id !== id);
  return { origin, layer: undefined, layers: origin.startsWith('base:') && others ? range : undefined };
}

/** Whether a filter lets through this owner's and nothing else, as far as it is about owners. */
export function isOwnerFilter(filter: FileFilter, owned: OwnedImage, owner: Owner): boolean {
  const { origin, layers } = ownerFilter(owned, owner);
  return (
    filter.origin === origin &&
    filter.layers?.from === layers?.from &&
    filter.layers?.to === layers?.to &&
    (origin !== undefined || layers !== undefined)
  );
}
