import { useMemo } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import { type AddressFilter, filterParameters, readFileFilter } from './file-filter-address.ts';
import { useAddress } from './use-address.ts';

export interface FileFilterInAddress extends AddressFilter {
  /**
   * Sets parts, removes those that are undefined, and leaves the others. `of`: the Dockerfile whose stages are meant;
   * a filter about another Dockerfile's stages goes away as a whole.
   */
  readonly change: (parts: FileFilter, of?: string) => void;
  readonly clear: () => void;
}

/** The filter that all views obey; it is in the address, so back, forward and reload keep it. */
export function useFileFilter(): FileFilterInAddress {
  const { query, go } = useAddress();
  const search = query.toString();
  return useMemo(() => {
    return {
      ...readFileFilter(new URLSearchParams(search)),
      change: (parts, dockerfile) => {
        // The newest: two changes may come before what the first one shows.
        const present = readFileFilter(new URLSearchParams(window.location.search));
        const of = dockerfile ?? present.of;
        const kept = present.of === undefined || present.of === of ? present.filter : {};
        go(filterParameters({ filter: { ...kept, ...parts }, of }));
      },
      clear: () => go(filterParameters({ filter: {} })),
    };
  }, [search, go]);
}
