import { createContext, type ReactNode, use, useSyncExternalStore } from 'react';
import type { Api } from '../../shared/api/contract.ts';
import type { ConnectionStatus, Host } from '../transport/host.ts';

const HostContext = createContext<Host | undefined>(undefined);

export function HostProvider({ host, children }: { readonly host: Host; readonly children: ReactNode }) {
  return <HostContext value={host}>{children}</HostContext>;
}

export function useHost(): Host {
  const host = use(HostContext);
  if (!host) throw new Error('useHost is called outside of HostProvider');
  return host;
}

export function useApi(): Api {
  return useHost().api;
}

export function useConnection(): ConnectionStatus {
  const host = useHost();
  return useSyncExternalStore(host.onStatus, host.status);
}
