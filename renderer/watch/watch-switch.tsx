import { TrustDialog } from '../project/trust-dialog.tsx';
import { useWatch } from './watch-provider.tsx';
import './watch-switch.css';

export interface WatchSwitchProps {
  readonly folder: string;
  /** What is built and compared; empty: there is nothing to keep comparing. */
  readonly variants: readonly string[];
  /** When it is switched on here. */
  readonly onStart?: () => void;
}

/** Whether the folder is built and compared again with every change. */
export function WatchSwitch({ folder, variants, onStart }: WatchSwitchProps) {
  const watch = useWatch();
  const on = watch.snapshot !== undefined;
  const busy = watch.state === 'starting' || watch.state === 'stopping';
  return (
    <>
      <button
        type="button"
        role="switch"
        className="watch-switch"
        aria-checked={on}
        aria-busy={busy}
        disabled={!on && variants.length === 0}
        title={
          on
            ? 'Stop building again with every change'
            : 'Build and compare again whenever a file or a Dockerfile changes'
        }
        onClick={() => {
          if (busy) return;
          if (on) return void watch.stop();
          onStart?.();
          void watch.start(variants);
        }}
      >
        <span className="watch-switch-track" aria-hidden="true" />
        Keep comparing
      </button>
      {watch.state === 'asking' && (
        <TrustDialog folder={folder} onTrust={() => void watch.trust()} onClose={watch.decline} />
      )}
    </>
  );
}
