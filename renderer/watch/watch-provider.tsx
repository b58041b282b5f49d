import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { useApi } from '../data/host-context.tsx';
import { readProjectForm, toBuildSettings } from '../project/project-form.ts';
import { useFollowedWatch } from './use-followed-watch.ts';

export interface Watch {
  /** Of the folder that the address names; undefined while nobody keeps comparing it. */
  readonly snapshot: WatchSnapshot | undefined;
  /** Whether it is known whether somebody does. */
  readonly isKnown: boolean;
  readonly state: 'idle' | 'asking' | 'starting' | 'stopping';
  /** Why it could not be started or stopped, or why it stopped by itself. */
  readonly error: ErrorInfo | undefined;
  /** Builds these variants as the project screen says, and again with every change. Asks where the folder is not trusted. */
  readonly start: (variants: readonly string[]) => Promise<void>;
  /** The answer to `asking`. */
  readonly trust: () => Promise<void>;
  readonly decline: () => void;
  readonly stop: () => Promise<void>;
}

const WatchContext = createContext<Watch | undefined>(undefined);

/** Follows the watch of the folder on screen, whichever of its screens that is: as long as one is there, it goes on. */
export function WatchProvider({ children }: { readonly children: ReactNode }) {
  const [query] = useSearchParams();
  const watch = useWatchOf(query.get('folder') ?? undefined);
  return <WatchContext value={watch}>{children}</WatchContext>;
}

export function useWatch(): Watch {
  const watch = use(WatchContext);
  if (!watch) throw new Error('useWatch is called outside of WatchProvider');
  return watch;
}

interface Phase {
  readonly folder?: string | undefined;
  readonly state: Watch['state'];
  readonly error?: ErrorInfo;
  /** What is started once the folder is trusted. */
  readonly variants?: readonly string[];
}

function useWatchOf(folder: string | undefined): Watch {
  const api = useApi();
  const { snapshot, isKnown, error: ended, lookAgain, forget } = useFollowedWatch(folder);
  const [phase, setPhase] = useState<Phase>({ state: 'idle' });
  const own: Phase = phase.folder === folder ? phase : { state: 'idle' };

  const begin = useCallback(
    async (variants: readonly string[], trust: boolean) => {
      if (folder === undefined) return;
      forget();
      setPhase({ folder, state: 'starting' });
      try {
        if (trust) await api.call('project.trust', { folder });
        const settings = toBuildSettings(readProjectForm(folder));
        await api.call('watch.start', { folder, settings, variants: [...variants] });
        setPhase({ folder, state: 'idle' });
        lookAgain();
      } catch (thrown) {
        const error = toErrorInfo(thrown);
        if (error.code === 'folder-not-trusted' && !trust) setPhase({ folder, state: 'asking', variants });
        else setPhase({ folder, state: 'idle', error });
      }
    },
    [api, folder, lookAgain, forget],
  );

  const stop = useCallback(async () => {
    if (!snapshot) return;
    setPhase({ folder, state: 'stopping' });
    try {
      await api.call('watch.stop', { watch: snapshot.id });
      setPhase({ folder, state: 'idle' });
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      // Stopped meanwhile, by another window.
      setPhase({ folder, state: 'idle', ...(error.code !== 'not-found' && { error }) });
    }
    lookAgain();
  }, [api, folder, snapshot, lookAgain]);

  const { state, variants } = own;
  const error = own.error ?? ended;
  return useMemo(
    () => ({
      snapshot,
      isKnown,
      state,
      error,
      start: (chosen) => begin(chosen, false),
      trust: () => begin(variants ?? [], true),
      decline: () => setPhase({ state: 'idle' }),
      stop,
    }),
    [snapshot, isKnown, state, error, variants, begin, stop],
  );
}
