import { useEffect, useMemo, useRef, useState } from 'react';
import type { ErrorInfo } from '../../shared/api/errors.ts';
import type { BuildResult } from '../../shared/model/build.ts';
import { useCall } from '../data/use-call.ts';
import { keepImages } from './keep-images.ts';
import { useAfterBuilds } from './use-after-builds.ts';
import { useWatch } from './watch-provider.tsx';

export interface ProjectResult {
  /** Undefined while it is loaded, and where the folder was not built. */
  readonly result: BuildResult | undefined;
  /** Whether it is known whether there is one. */
  readonly known: boolean;
  readonly error: ErrorInfo | undefined;
  /** Whether a build has ended whose result is on its way. */
  readonly updating: boolean;
  readonly refetch: () => void;
}

/**
 * The folder's last build, and of a folder that is kept comparing every newer one: the one before stays until it is
 * here. There a variant that failed meanwhile keeps its last image.
 */
export function useProjectResult(folder: string): ProjectResult {
  const { snapshot, isKnown } = useWatch();
  const { value, answered, error, loading, refetch } = useCall('project.result', { folder });
  const watched = snapshot !== undefined;
  // The answer before may be of another folder.
  const ofFolder = answered?.folder === folder ? value : undefined;
  // Which of its images are shown depends on whether it is watched.
  const isUndecided = ofFolder?.result?.lastGood !== undefined && !isKnown;
  const last = isUndecided ? undefined : ofFolder?.result;

  const updating = useUpdating(loading, refetch);

  const result = useMemo(() => last && (watched ? keepImages(last) : last), [last, watched]);
  return {
    result,
    known: (ofFolder !== undefined && !isUndecided) || (!loading && error !== undefined),
    error,
    updating,
    refetch,
  };
}

/** Fetches again after every build that ends, and tells whether that has not come to its end. */
function useUpdating(loading: boolean, refetch: () => void): boolean {
  const ended = useWatch().snapshot?.ended?.at;
  const asked = useRef(ended);
  const [fetched, setFetched] = useState(ended);
  useAfterBuilds(() => {
    asked.current = ended;
    refetch();
  });
  useEffect(() => {
    if (!loading) setFetched(asked.current);
  }, [loading]);
  return ended !== undefined && ended !== fetched;
}
