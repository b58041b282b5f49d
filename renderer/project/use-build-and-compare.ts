import { useCallback, useState } from 'react';
import { useNavigate } from 'react-router';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { BuildSettings } from '../../shared/model/project.ts';
import { buildAddress } from '../addresses.ts';
import { useApi } from '../data/host-context.tsx';

export interface BuildAndCompare {
  readonly state: 'idle' | 'asking' | 'starting';
  readonly error: ErrorInfo | undefined;
  /** Builds, or asks first whether the folder is trusted. */
  readonly build: () => void;
  readonly trustAndBuild: () => void;
  readonly decline: () => void;
}

export function useBuildAndCompare(
  folder: string,
  trusted: boolean,
  settings: BuildSettings,
  variants: readonly string[],
): BuildAndCompare {
  const api = useApi();
  const navigate = useNavigate();
  const [state, setState] = useState<BuildAndCompare['state']>('idle');
  const [error, setError] = useState<ErrorInfo>();

  const start = useCallback(
    async (trust: boolean) => {
      setState('starting');
      setError(undefined);
      try {
        if (trust) await api.call('project.trust', { folder });
        const { build } = await api.call('build.start', { folder, settings, variants: [...variants] });
        await navigate(buildAddress(folder, build));
      } catch (thrown) {
        const info = toErrorInfo(thrown);
        // Somebody took the trust back since the project was read.
        if (info.code === 'folder-not-trusted' && !trust) return setState('asking');
        setError(info);
        setState('idle');
      }
    },
    [api, navigate, folder, settings, variants],
  );

  return {
    state,
    error,
    build: () => (trusted ? void start(false) : setState('asking')),
    trustAndBuild: () => void start(true),
    decline: () => setState('idle'),
  };
}
