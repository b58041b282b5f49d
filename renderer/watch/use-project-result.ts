import { useEffect, useMemo, useRef } from 'react';
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
  readonly refetch: () => void;
}

/** By folder: what the screens of a watched folder fall back to when a variant fails. */
const lastGood = new Map<string, BuildResult>();

/**
 * The folder's last build, and of a folder that is kept comparing every newer one: the one before stays until it is
 * here. A variant that failed meanwhile keeps its last image.
 */
export function useProjectResult(folder: string): ProjectResult {
  const { snapshot } = useWatch();
  const { value, error, loading, refetch } = useCall('project.result', { folder });
  const watched = useRef(false);
  watched.current = snapshot !== undefined;

  useAfterBuilds(refetch);

  const result = useMemo(() => {
    if (!value?.result) return undefined;
    return watched.current ? keepImages(value.result, lastGood.get(folder)) : value.result;
  }, [value, folder]);
  useEffect(() => {
    if (!result) return;
    // Of one folder: results are large, and only one is on screen.
    if (!lastGood.has(folder)) lastGood.clear();
    lastGood.set(folder, result);
  }, [result, folder]);
  return { result, known: value !== undefined || (!loading && error !== undefined), error, refetch };
}
