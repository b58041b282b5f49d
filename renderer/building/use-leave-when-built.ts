import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { BuildSnapshot } from '../../shared/model/build.ts';
import { useApi } from '../data/host-context.tsx';
import { resultAddress } from './result-address.ts';

/**
 * When a build has ended: where its result is, undefined while there is none. Goes there at once when every variant
 * was built; a failure is left on screen for the person to read first.
 */
export function useLeaveWhenBuilt(
  folder: string,
  snapshot: BuildSnapshot | undefined,
  ended: boolean,
): { readonly address: string | undefined; readonly error: ErrorInfo | undefined } {
  const api = useApi();
  const navigate = useNavigate();
  const [address, setAddress] = useState<string>();
  const [error, setError] = useState<ErrorInfo>();
  const anyBuilt = snapshot?.variants.some(({ status }) => status === 'built') ?? false;
  const allBuilt = snapshot?.variants.every(({ status }) => status === 'built') ?? false;
  const ready = ended && snapshot?.state === 'done' && anyBuilt;

  useEffect(() => {
    if (!ready) return;
    const controller = new AbortController();
    const { signal } = controller;
    api.call('project.result', { folder }, { signal }).then(
      ({ result }) => {
        if (signal.aborted) return;
        const target = result && resultAddress(folder, result.document);
        setAddress(target);
        if (target && allBuilt) void navigate(target, { replace: true });
      },
      (thrown: unknown) => {
        if (!signal.aborted) setError(toErrorInfo(thrown));
      },
    );
    return () => controller.abort();
  }, [api, folder, ready, allBuilt, navigate]);

  return { address, error };
}
