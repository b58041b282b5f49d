import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Input, Result } from '../../shared/api/contract.ts';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import { useApi, useConnection } from '../data/host-context.tsx';

export type ChangesQuery = Omit<Input<'compare.changes'>, 'offset' | 'limit'>;
export type ChangesRow = Result<'compare.changes'>['rows'][number];

export interface Changes {
  /** Undefined before the first page has come. */
  readonly total: number | undefined;
  readonly totalBytes: number;
  /** Of everything that passes the filters; undefined before the first page has come. */
  readonly totals: Result<'compare.changes'>['totals'];
  readonly at: (index: number) => ChangesRow | undefined;
  /** Where a path is among the rows that have come. */
  readonly indexOf: (path: string) => number | undefined;
  /** Loads what of these rows has not come yet. */
  readonly need: (first: number, last: number) => void;
  readonly error: ErrorInfo | undefined;
  readonly retry: () => void;
}

const pageSize = 500;

interface Loaded {
  readonly key: string;
  readonly total?: number;
  readonly totalBytes: number;
  readonly totals?: Changes['totals'];
  readonly pages: ReadonlyMap<number, readonly ChangesRow[]>;
  readonly error?: ErrorInfo;
}

/** The rows of a comparison, a page at a time as they are scrolled to. */
export function useChanges(query: ChangesQuery): Changes {
  const api = useApi();
  const { state, generation } = useConnection();
  const [round, setRound] = useState(0);
  const key = JSON.stringify([query, generation, round]);
  const [loaded, setLoaded] = useState<Loaded>({ key, totalBytes: 0, pages: new Map() });
  const asked = useRef({ key: '', pages: new Set<number>() });

  const load = useCallback(
    (page: number) => {
      if (asked.current.key !== key) asked.current = { key, pages: new Set() };
      const { pages } = asked.current;
      if (pages.has(page)) return;
      pages.add(page);
      const [present] = JSON.parse(key) as [ChangesQuery];
      api.call('compare.changes', { ...present, offset: page * pageSize, limit: pageSize }).then(
        ({ total, totalBytes, totals, rows }) =>
          setLoaded((before) => {
            if (asked.current.key !== key) return before;
            const known = before.key === key ? before.pages : [];
            return { key, total, totalBytes, totals, pages: new Map(known).set(page, rows) };
          }),
        (thrown: unknown) => {
          pages.delete(page);
          if (asked.current.key === key)
            setLoaded((before) => ({ ...before, key, error: toErrorInfo(thrown) }));
        },
      );
    },
    [api, key],
  );

  useEffect(() => {
    if (state === 'connected') load(0);
  }, [load, state]);

  const need = useCallback(
    (first: number, last: number) => {
      for (let page = Math.floor(first / pageSize); page * pageSize <= last; page += 1) load(page);
    },
    [load],
  );
  // Rows of the query before stay until the first of the new one are here: nothing flickers.
  const current = loaded.key === key;
  return useMemo(
    () => ({
      total: loaded.total,
      totalBytes: loaded.totalBytes,
      totals: loaded.totals,
      at: (index) => loaded.pages.get(Math.floor(index / pageSize))?.[index % pageSize],
      indexOf: (path) => {
        for (const [page, rows] of loaded.pages) {
          const at = rows.findIndex((row) => row.path === path);
          if (at >= 0) return page * pageSize + at;
        }
        return undefined;
      },
      need,
      error: current ? loaded.error : undefined,
      retry: () => setRound((before) => before + 1),
    }),
    [loaded, current, need],
  );
}
