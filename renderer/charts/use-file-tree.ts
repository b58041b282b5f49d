import { useCallback } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { FileRow } from '../../shared/model/files.ts';
import { useApi } from '../data/host-context.tsx';
import { type TreeData, useTree } from './use-tree.ts';

export interface FileTreeQuery {
  readonly handle: string;
  readonly path: string;
  readonly filter?: FileFilter;
  readonly sort: 'bytes' | 'name';
  /** Opened down to, where it is below `path`. */
  readonly selected?: string;
}

/** The files of an image as a tree. */
export function useFileTree({ handle, path, filter, sort, selected }: FileTreeQuery): TreeData<FileRow> {
  const api = useApi();
  const filterKey = filter && JSON.stringify(filter);
  const load = useCallback(
    (directory: string, offset: number, limit: number) => {
      const passing = filterKey === undefined ? undefined : (JSON.parse(filterKey) as FileFilter);
      return api.call('files.list', { handle, path: directory, filter: passing, sort, offset, limit });
    },
    [api, handle, filterKey, sort],
  );
  return useTree({ path, load, selected });
}
