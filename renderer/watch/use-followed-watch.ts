import { useCallback, useEffect, useState } from 'react';
import { toErrorInfo } from '../../shared/api/errors.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { useApi, useConnection } from '../data/host-context.tsx';

interface Followed {
  readonly folder: string;
  readonly snapshot: WatchSnapshot;
}

/**
 * The watch of a folder, whoever started it: found after a reload, after a reconnection, and when the window is looked
 * at again. `lookAgain` looks at once.
 */
export function useFollowedWatch(folder: string | undefined): {
  readonly snapshot: WatchSnapshot | undefined;
  readonly lookAgain: () => void;
} {
  const api = useApi();
  const { state, generation } = useConnection();
  const [round, setRound] = useState(0);
  const [followed, setFollowed] = useState<Followed>();
  const lookAgain = useCallback(() => setRound((before) => before + 1), []);
  const watched = followed !== undefined && followed.folder === folder;

  // biome-ignore lint/correctness/useExhaustiveDependencies: generation and round are what looks again
  useEffect(() => {
    if (folder === undefined || state !== 'connected') return;
    const controller = new AbortController();
    const { signal } = controller;
    const follow = async () => {
      for (;;) {
        const { watch } = await api.call('watch.current', { folder }, { signal });
        if (signal.aborted) return;
        if (watch === undefined) return setFollowed(undefined);
        const onEvent = (snapshot: WatchSnapshot) => {
          if (signal.aborted) return;
          setFollowed(snapshot.state === 'stopped' ? undefined : { folder, snapshot });
        };
        await api.call('watch.follow', { watch }, { signal, onEvent });
        // It was stopped; another one may have taken its place.
      }
    };
    follow().catch((thrown: unknown) => {
      // What was known stays until the connection is back; else it has gone between two questions.
      if (!signal.aborted && toErrorInfo(thrown).code !== 'connection-lost') setFollowed(undefined);
    });
    return () => controller.abort();
  }, [api, folder, state, generation, round]);

  useEffect(() => {
    if (watched) return;
    window.addEventListener('focus', lookAgain);
    return () => window.removeEventListener('focus', lookAgain);
  }, [watched, lookAgain]);

  return { snapshot: watched ? followed.snapshot : undefined, lookAgain };
}
