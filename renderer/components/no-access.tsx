import { EmptyState } from './empty-state.tsx';

/** A browser that may not talk to this host. */
export function NoAccess({ reason }: { readonly reason: 'no-token' | 'refused' }) {
  return (
    <main className="app-page">
      <EmptyState
        title={reason === 'no-token' ? 'Open the address from the terminal' : 'Layerscope was started again'}
      >
        <p>
          {reason === 'no-token'
            ? 'This page needs the secret that Layerscope printed when it started.'
            : 'The secret this page holds is of an earlier start.'}{' '}
          Open the whole address that the terminal shows; it ends in <code>#token=…</code>
        </p>
      </EmptyState>
    </main>
  );
}
