import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { FilePage } from '../../shared/model/files.ts';
import { useApi, useConnection } from '../data/host-context.tsx';
import {
  emptyTree,
  indexOfDirectory,
  indexOfRow,
  pageSize,
  positionOf,
  rowAt,
  rowCount,
  type Tree,
  type VisibleRow,
  withCollapsed,
  withExpanded,
  withPage,
} from './tree-rows.ts';
import { isBelow } from './treemap-boxes.ts';

export interface FileTreeQuery {
  readonly handle: string;
  readonly path: string;
  readonly filter?: FileFilter;
  readonly sort: 'bytes' | 'name';
  /** Opened down to, where it is below `path`. */
  readonly selected?: string;
}

export interface FileTreeData {
  readonly count: number;
  readonly at: (index: number) => VisibleRow | undefined;
  /** Loads what of these rows has not come yet. */
  readonly need: (first: number, last: number) => void;
  readonly toggle: (row: VisibleRow) => void;
  /** The visible index of the selected row. */
  readonly active: number | undefined;
  readonly directoryBytes: number;
  readonly error: ErrorInfo | undefined;
  readonly retry: () => void;
}

/** Pages of one directory that are looked through for a selected path: it is among the largest, or not opened to. */
const searchedPages = 10;

/** Loads a tree of files a page at a time, as it is opened and scrolled. */
export function useFileTree({ handle, path, filter, sort, selected }: FileTreeQuery): FileTreeData {
  const api = useApi();
  const { state } = useConnection();
  const filterKey = filter && JSON.stringify(filter);
  const [tree, setTree] = useState<Tree>(() => emptyTree(path));
  const [directoryBytes, setDirectoryBytes] = useState(0);
  const [error, setError] = useState<ErrorInfo>();
  const [round, setRound] = useState(0);
  const loading = useRef(new Map<string, Promise<FilePage>>());
  const current = useRef(tree);

  const change = useCallback((next: (tree: Tree) => Tree) => {
    current.current = next(current.current);
    setTree(current.current);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: round asks again
  const load = useMemo(() => {
    const pages = new Map<string, Promise<FilePage>>();
    loading.current = pages;
    return (parent: string, page: number): Promise<FilePage> => {
      const key = `${page}:${parent}`;
      const known = pages.get(key);
      if (known) return known;
      const filter = filterKey === undefined ? undefined : (JSON.parse(filterKey) as FileFilter);
      const query = { handle, path: parent, filter, sort, offset: page * pageSize, limit: pageSize };
      const answer = api.call('files.list', query).then((result) => {
        // A newer tree may have taken the place of the one this was asked for.
        if (loading.current === pages) {
          change((before) => withPage(before, parent, page, result));
          if (parent === path) setDirectoryBytes(result.directory.bytes);
        }
        return result;
      });
      pages.set(key, answer);
      answer.catch((thrown: unknown) => {
        pages.delete(key);
        if (loading.current === pages) setError(toErrorInfo(thrown));
      });
      return answer;
    };
  }, [api, handle, path, filterKey, sort, round, change]);

  useEffect(() => {
    if (state !== 'connected') return;
    change(() => emptyTree(path));
    setError(undefined);
    load(path, 0).catch(() => {}); // Shown by `error`.
  }, [load, path, state, change]);

  useEffect(() => {
    if (selected === undefined || !isBelow(selected, path)) return;
    let gone = false;
    const openDownTo = async () => {
      for (const { parent, child } of stepsTo(path, selected)) {
        const position = await find(parent, child);
        if (gone || position === undefined) return;
        if (child !== selected) change((before) => withExpanded(before, parent, position, child));
      }
    };
    const find = async (parent: string, child: string): Promise<number | undefined> => {
      for (let page = 0; page < searchedPages && !gone; page += 1) {
        const { total } = await load(parent, page);
        const position = positionOf(current.current, parent, child);
        if (position !== undefined || (page + 1) * pageSize >= total) return position;
      }
      return undefined;
    };
    openDownTo().catch(() => {}); // Shown by `error`.
    return () => {
      gone = true;
    };
  }, [load, path, selected, change]);

  const need = useCallback(
    (first: number, last: number) => {
      for (let index = first; index <= last; index += 1) {
        const row = rowAt(current.current, index);
        if (row && !row.row) load(row.parent, Math.floor(row.position / pageSize)).catch(() => {});
      }
    },
    [load],
  );

  const toggle = useCallback(
    ({ parent, position, row, expanded }: VisibleRow) => {
      if (!row) return;
      if (expanded) return change((before) => withCollapsed(before, parent, position));
      change((before) => withExpanded(before, parent, position, row.path));
      load(row.path, 0).catch(() => {});
    },
    [change, load],
  );

  const active = useMemo(() => selected && activeIndex(tree, selected), [tree, selected]);
  return {
    count: rowCount(tree),
    at: (index) => rowAt(tree, index),
    need,
    toggle,
    active: active === '' ? undefined : active,
    directoryBytes,
    error,
    retry: () => setRound((before) => before + 1),
  };
}

function activeIndex(tree: Tree, path: string): number | undefined {
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  if (parent !== tree.root && indexOfDirectory(tree, parent) === undefined) return undefined;
  const position = positionOf(tree, parent, path);
  if (position === undefined) return undefined;
  const index = indexOfRow(tree, parent, position);
  return index < 0 ? undefined : index;
}

/** `/usr` to `/usr/lib/a`: `/usr` has `/usr/lib`, `/usr/lib` has `/usr/lib/a`. */
function stepsTo(from: string, to: string): { readonly parent: string; readonly child: string }[] {
  const names = to.slice(from === '/' ? 1 : from.length + 1).split('/');
  let parent = from;
  return names.map((name) => {
    const child = parent === '/' ? `/${name}` : `${parent}/${name}`;
    const step = { parent, child };
    parent = child;
    return step;
  });
}
