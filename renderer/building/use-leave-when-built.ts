import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { BuildSnapshot } from '../../shared/model/build.ts';
import { useApi } from '../data/host-context.tsx';
import { resultAddress } from './result-address.ts';

export interface BuiltResult {
  /** Where the result is, when there is one. */
  readonly address: string | undefined;
  readonly error: ErrorInfo | undefined;
  /** Whether the view is about to give way to the result. */
  readonly leaving: boolean;
}

/**
 * Goes to the result as soon as a build has ended and every variant was built; a failure is left on screen for the
 * person to read first.
 */
export function useLeaveWhenBuilt(
  folder: string,
  snapshot: BuildSnapshot | undefined,
  ended: boolean,
): BuiltResult {
  const api = useApi();
  const navigate = useNavigate();
  const [answer, setAnswer] = useState<Omit<BuiltResult, 'leaving'>>();
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
        const address = result && resultAddress(folder, result.document);
        setAnswer({ address, error: undefined });
        if (address && allBuilt) void navigate(address, { replace: true });
      },
      (thrown: unknown) => {
        if (!signal.aborted) setAnswer({ address: undefined, error: toErrorInfo(thrown) });
      },
    );
    return () => controller.abort();
  }, [api, folder, ready, allBuilt, navigate]);

  return {
    address: answer?.address,
    error: answer?.error,
    leaving: ready && allBuilt && (answer === undefined || answer.address !== undefined),
  };
}
