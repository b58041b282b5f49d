import { useCallback, useEffect, useState } from 'react';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { useApi, useConnection } from '../data/host-context.tsx';

interface Followed {
  readonly folder: string;
  readonly snapshot?: WatchSnapshot;
  /** Why it ended, where nobody ended it. */
  readonly error?: ErrorInfo | undefined;
}

/**
 * The watch of a folder, whoever started it: found after a reload, after a reconnection, and when the window is looked
 * at again. `lookAgain` looks at once.
 */
export function useFollowedWatch(folder: string | undefined): {
  readonly snapshot: WatchSnapshot | undefined;
  /** Whether it is known whether there is one. */
  readonly isKnown: boolean;
  /** What the last one ended with by itself, until there is another. */
  readonly error: ErrorInfo | undefined;
  readonly lookAgain: () => void;
  /** Forgets that error: another one is about to start. */
  readonly forget: () => void;
} {
  const api = useApi();
  const { state, generation } = useConnection();
  const [round, setRound] = useState(0);
  const [followed, setFollowed] = useState<Followed>();
  const forget = useCallback(
    () => setFollowed((before) => (before?.error ? { folder: before.folder } : before)),
    [],
  );
  const lookAgain = useCallback(() => setRound((before) => before + 1), []);
  const own = followed?.folder === folder ? followed : undefined;
  const snapshot = own?.snapshot;
  const watched = snapshot !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: generation and round are what looks again
  useEffect(() => {
    if (folder === undefined || state !== 'connected') return;
    const controller = new AbortController();
    const { signal } = controller;
    const follow = async () => {
      for (;;) {
        const { watch } = await api.call('watch.current', { folder }, { signal });
        if (signal.aborted) return;
        if (watch === undefined) return setFollowed((before) => endOf(before, folder));
        const onEvent = (snapshot: WatchSnapshot) => {
          if (signal.aborted) return;
          setFollowed(
            snapshot.state === 'stopped' ? { folder, error: snapshot.error } : { folder, snapshot },
          );
        };
        await api.call('watch.follow', { watch }, { signal, onEvent });
        // It was stopped; another one may have taken its place.
      }
    };
    follow().catch((thrown: unknown) => {
      if (signal.aborted) return;
      const error = toErrorInfo(thrown);
      // What was known stays until the connection is back.
      if (error.code === 'connection-lost') return;
      // It has gone between two questions.
      if (error.code === 'not-found') return setFollowed((before) => endOf(before, folder));
      setFollowed({ folder, error });
    });
    return () => controller.abort();
  }, [api, folder, state, generation, round]);

  useEffect(() => {
    if (watched) return;
    window.addEventListener('focus', lookAgain);
    return () => window.removeEventListener('focus', lookAgain);
  }, [watched, lookAgain]);

  return { snapshot, isKnown: own !== undefined, error: own?.error, lookAgain, forget };
}

/** No watch any more: what the last one of the folder ended with stays known. */
function endOf(before: Followed | undefined, folder: string): Followed {
  return { folder, error: before?.folder === folder ? before.error : undefined };
}
