import { createContext, type ReactNode, use, useEffect } from 'react';
import { type Call, useCall } from './use-call.ts';

const EngineStatusContext = createContext<Call<'engine.status'> | undefined>(undefined);

/** ms between looks at an engine that does not answer, and at one that does; the focus looks at once. */
const retryAfter = 5000;
const lookAfter = 30_000;

export function EngineStatusProvider({ children }: { readonly children: ReactNode }) {
  const status = useCall('engine.status', {});
  const { refetch, loading } = status;
  const unavailable = status.value?.state === 'unavailable';

  useEffect(() => {
    window.addEventListener('focus', refetch);
    return () => window.removeEventListener('focus', refetch);
  }, [refetch]);

  useEffect(() => {
    if (loading) return;
    const timer = setTimeout(refetch, unavailable ? retryAfter : lookAfter);
    return () => clearTimeout(timer);
  }, [unavailable, loading, refetch]);

  return <EngineStatusContext value={status}>{children}</EngineStatusContext>;
}

export function useEngineStatus(): Call<'engine.status'> {
  const status = use(EngineStatusContext);
  if (!status) throw new Error('useEngineStatus is called outside of EngineStatusProvider');
  return status;
}
