import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import { useConnection } from '../data/host-context.tsx';
import { carryTree } from './carry-tree.ts';
import {
  emptyTree,
  indexOfDirectory,
  indexOfRow,
  pageSize,
  positionOf,
  rowAt,
  rowCount,
  type Tree,
  type TreeNode,
  type VisibleRow,
  withCollapsed,
  withExpanded,
  withPage,
} from './tree-rows.ts';
import { isBelow } from './treemap-boxes.ts';

/** A page of a directory's children, and the directory itself. */
export interface TreePage<R> {
  readonly directory: R;
  readonly total: number;
  readonly rows: readonly R[];
}

export interface TreeQuery<R> {
  /** The directory whose children are the first level. */
  readonly path: string;
  /** The same function until there is something else to load: what is open then stays open. */
  readonly load: (directory: string, offset: number, limit: number) => Promise<TreePage<R>>;
  /** Opened down to, where it is below `path`. */
  readonly selected?: string;
}

export interface TreeData<R extends TreeNode> {
  readonly count: number;
  readonly at: (index: number) => VisibleRow<R> | undefined;
  /** Loads what of these rows has not come yet. */
  readonly need: (first: number, last: number) => void;
  readonly toggle: (row: VisibleRow<R>) => void;
  /** The visible index of the selected row. */
  readonly active: number | undefined;
  /** The directory at the root; undefined before it has come. */
  readonly root: R | undefined;
  readonly error: ErrorInfo | undefined;
  readonly retry: () => void;
}

/** Pages of one directory that are looked through for a selected path: it is among the largest, or not opened to. */
const searchedPages = 10;

/**
 * A tree whose rows are loaded a page at a time, as it is opened and scrolled. The rows of before stay until those of
 * another `load` are here.
 */
export function useTree<R extends TreeNode>({ path, load: loadPage, selected }: TreeQuery<R>): TreeData<R> {
  const { state, generation } = useConnection();
  const [tree, setTree] = useState<Tree<R>>(() => emptyTree(path));
  const [root, setRoot] = useState<R>();
  const [error, setError] = useState<ErrorInfo>();
  const [round, setRound] = useState(0);
  /** Goes up when a whole tree took the place of another. */
  const [version, setVersion] = useState(0);
  const current = useRef(tree);
  const fetching = useRef<(directory: string, page: number) => Promise<TreePage<R>>>(undefined);
  const begun = useRef<Promise<void>>(Promise.resolve());

  const change = useCallback((next: (tree: Tree<R>) => Tree<R>) => {
    current.current = next(current.current);
    setTree(current.current);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: round and generation ask again
  const fetch = useMemo(() => {
    const pages = new Map<string, Promise<TreePage<R>>>();
    const fetchPage = (parent: string, page: number): Promise<TreePage<R>> => {
      const key = `${page}:${parent}`;
      const known = pages.get(key);
      if (known) return known;
      const answer = loadPage(parent, page * pageSize, pageSize);
      pages.set(key, answer);
      answer.catch((thrown: unknown) => {
        pages.delete(key);
        if (fetching.current === fetchPage) setError(toErrorInfo(thrown));
      });
      return answer;
    };
    return fetchPage;
  }, [loadPage, round, generation]);

  /** Puts a page into the tree, unless a newer one has taken its place meanwhile. */
  const load = useCallback(
    async (parent: string, page: number): Promise<TreePage<R>> => {
      const result = await fetch(parent, page);
      if (fetching.current === fetch) change((before) => withPage(before, parent, page, result));
      return result;
    },
    [fetch, change],
  );

  useEffect(() => {
    if (state !== 'connected') return;
    let gone = false;
    fetching.current = fetch;
    setError(undefined);
    if (current.current.root !== path) change(() => emptyTree(path));
    const begin = async () => {
      let before: Tree<R>;
      let next: Tree<R>;
      do {
        before = current.current;
        next = await carryTree(before, fetch);
        // Again where something was opened meanwhile.
      } while (!gone && current.current !== before);
      const { directory } = await fetch(path, 0);
      if (gone) return;
      change(() => next);
      setRoot(directory);
      setVersion((value) => value + 1);
    };
    begun.current = begin().catch(() => {}); // Shown by `error`.
    return () => {
      gone = true;
    };
  }, [fetch, path, state, change]);

  useEffect(() => {
    if (selected === undefined || !isBelow(selected, path)) return;
    let gone = false;
    const openDownTo = async () => {
      // Positions are of the tree that is there then.
      await begun.current;
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: another tree may need what this one had
  const need = useCallback(
    (first: number, last: number) => {
      for (let index = first; index <= last; index += 1) {
        const row = rowAt(current.current, index);
        if (row && !row.row) load(row.parent, Math.floor(row.position / pageSize)).catch(() => {});
      }
    },
    [load, version],
  );

  const toggle = useCallback(
    ({ parent, position, row, expanded }: VisibleRow<R>) => {
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
    root,
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
