import { useEffect, useState } from 'react';
import type { Api, Result } from '../../shared/api/contract.ts';
import { changeKinds } from '../../shared/model/comparison-document.ts';
import { useApi, useConnection } from '../data/host-context.tsx';
import { type PathChanges, pathChanges } from './path-changes.ts';

const pageSize = 1000;
/** Rows beyond this are not fetched: then files are marked, the largest differences first, and no directory. */
const mostRows = 10_000;

const nothing = { ...pathChanges([], { total: 0, totalBytes: 0, totals: undefined }), isSameImage: true };

export interface KnownChanges {
  /**
   * What is other in the image than in the one of the build before. Undefined while it is not known, without an image
   * before, and where that is no longer at hand: then nothing is marked.
   */
  readonly changes: PathChanges | undefined;
  /** The same, or until that is known, what it was of the build on screen before: so that nothing comes and goes. */
  readonly toldChanges: PathChanges | undefined;
  /** Whether it will be known. */
  readonly isComparing: boolean;
}

interface Known {
  readonly key: string;
  readonly variant: string;
  readonly changes: PathChanges | undefined;
}

/** What changed in an image since the build before. `variant` names what it is an image of, with its folder. */
export function usePathChanges(before: string | undefined, now: string, variant: string): KnownChanges {
  const api = useApi();
  const { state, generation } = useConnection();
  const [known, setKnown] = useState<Known>();
  const key = `${before} ${now}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: every new connection asks anew
  useEffect(() => {
    if (before === undefined || before === now || state !== 'connected') return;
    const controller = new AbortController();
    const { signal } = controller;
    fetchChanges(api, before, now, signal).then(
      (changes) => {
        if (!signal.aborted) setKnown({ key, variant, changes });
      },
      () => {
        // The image before has gone with its layers.
        if (!signal.aborted) setKnown({ key, variant, changes: undefined });
      },
    );
    return () => controller.abort();
  }, [api, before, now, variant, key, state, generation]);

  if (before === undefined) return { changes: undefined, toldChanges: undefined, isComparing: false };
  if (before === now) return { changes: nothing, toldChanges: nothing, isComparing: false };
  const isKnown = known?.key === key;
  return {
    changes: isKnown ? known.changes : undefined,
    toldChanges: known?.variant === variant ? known.changes : undefined,
    isComparing: !isKnown,
  };
}

/** Undefined where a layer of either image is not at hand. */
async function fetchChanges(
  api: Api,
  left: string,
  right: string,
  signal: AbortSignal,
): Promise<PathChanges | undefined> {
  const rows: Result<'compare.changes'>['rows'] = [];
  for (;;) {
    const page = await api.call(
      'compare.changes',
      {
        left,
        right,
        kinds: [...changeKinds],
        offset: rows.length,
        limit: pageSize,
      },
      { signal },
    );
    if (!page.totals) return undefined;
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= Math.min(page.total, mostRows))
      return pathChanges(rows, page);
  }
}
