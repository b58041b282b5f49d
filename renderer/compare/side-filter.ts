import type { FileFilter } from '../../shared/model/file-filter.ts';
import { type AddressFilter, filterFor, filterOrNone } from '../charts/file-filter-address.ts';
import type { ComparedSide } from './comparison.tsx';

/** What the one filter of both images means for one of them. */
export type SideFilter =
  | { readonly state: 'filter'; readonly filter: FileFilter | undefined }
  /** Nothing can pass. */
  | { readonly state: 'nothing'; readonly why: string };

export function sideFilter(
  { owned, variant }: Pick<ComparedSide, 'owned' | 'variant'>,
  address: AddressFilter,
): SideFilter {
  const filter = filterFor(address, variant?.dockerfile);
  if (!filter) return { state: 'nothing', why: 'Selected is what a stage of the other Dockerfile brought' };
  if (!owned.origins && needsOrigins(filter)) {
    return { state: 'nothing', why: 'It is not known where the files of this image are from' };
  }
  return { state: 'filter', filter: filterOrNone(filter) };
}

/** Whether it asks what only images of a build here tell. */
function needsOrigins({ origin, line, flow, fate }: FileFilter): boolean {
  return [origin, line, flow, fate].some((part) => part !== undefined);
}
