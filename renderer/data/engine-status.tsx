import { createContext, type ReactNode, use, useEffect } from 'react';
import { type Call, useCall } from './use-call.ts';

const EngineStatusContext = createContext<Call<'engine.status'> | undefined>(undefined);

/** ms between looks at an engine that does not answer; one that does is looked at when the window gets the focus. */
const retryAfter = 5000;

export function EngineStatusProvider({ children }: { readonly children: ReactNode }) {
  const status = useCall('engine.status', {});
  const { refetch, loading } = status;
  const unavailable = status.value?.state === 'unavailable';

  useEffect(() => {
    window.addEventListener('focus', refetch);
    return () => window.removeEventListener('focus', refetch);
  }, [refetch]);

  useEffect(() => {
    if (!unavailable || loading) return;
    const timer = setTimeout(refetch, retryAfter);
    return () => clearTimeout(timer);
  }, [unavailable, loading, refetch]);

  return <EngineStatusContext value={status}>{children}</EngineStatusContext>;
}

export function useEngineStatus(): Call<'engine.status'> {
  const status = use(EngineStatusContext);
  if (!status) throw new Error('useEngineStatus is called outside of EngineStatusProvider');
  return status;
}
