import { useEffect, useState } from 'react';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import { applyBuildEvent } from '../../shared/model/apply-build-event.ts';
import type { BuildEvent, BuildSnapshot } from '../../shared/model/build.ts';
import { useApi, useConnection } from '../data/host-context.tsx';

export interface FollowedBuild {
  readonly snapshot: BuildSnapshot | undefined;
  /** Why it cannot be followed: `not-found` after the engine was started again. */
  readonly error: ErrorInfo | undefined;
  /** Whether the engine has said that it ended: the snapshot is final. */
  readonly ended: boolean;
}

/** Follows a build from wherever it is; after a reload or a reconnection the engine sends the whole snapshot first. */
export function useBuild(build: string): FollowedBuild {
  const api = useApi();
  const { state, generation } = useConnection();
  const [followed, setFollowed] = useState<FollowedBuild>({
    snapshot: undefined,
    error: undefined,
    ended: false,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: every new connection follows anew
  useEffect(() => {
    if (state !== 'connected') return;
    const controller = new AbortController();
    const { signal } = controller;
    let snapshot: BuildSnapshot | undefined;
    let frame = 0;
    const show = (rest: Pick<FollowedBuild, 'error' | 'ended'>) => {
      cancelAnimationFrame(frame);
      frame = 0;
      setFollowed({ snapshot, ...rest });
    };
    const onEvent = (event: BuildEvent) => {
      if (signal.aborted) return;
      if (event.type === 'snapshot') snapshot = event.snapshot;
      else if (snapshot) snapshot = applyBuildEvent(snapshot, event);
      // A log may bring thousands of events a second; a person sees sixty.
      if (frame === 0) frame = requestAnimationFrame(() => show({ error: undefined, ended: false }));
    };
    api.call('build.follow', { build }, { signal, onEvent }).then(
      () => {
        if (!signal.aborted) show({ error: undefined, ended: true });
      },
      (thrown: unknown) => {
        const error = toErrorInfo(thrown);
        if (!signal.aborted && error.code !== 'connection-lost') show({ error, ended: true });
      },
    );
    return () => {
      controller.abort();
      cancelAnimationFrame(frame);
    };
  }, [api, build, state, generation]);

  return followed;
}
