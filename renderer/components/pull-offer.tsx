import { useEffect } from 'react';
import { formatBytes } from '../../shared/model/format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { useAnnounce } from '../data/announcer.tsx';
import { useSettings } from '../data/settings.tsx';
import { useLongCall } from '../data/use-long-call.ts';
import { Button } from './button.tsx';
import { ErrorPanel } from './error-panel.tsx';
import { ProgressBar } from './progress-bar.tsx';
import './pull-offer.css';

interface PullOfferProps {
  readonly reference: string;
  readonly platform?: string;
  /** The name it is known by now. */
  readonly onPulled: (reference: string) => void;
}

/** Offers to pull an image that the engine does not have, and shows how far it is. */
export function PullOffer({ reference, platform, onPulled }: PullOfferProps) {
  const pull = useLongCall('engine.pull');
  const announce = useAnnounce();
  const { byteBase } = useSettings();
  const start = async () => {
    const result = await pull.start({ reference, ...(platform && { platform }) });
    if (result) onPulled(result.reference);
  };
  const event = pull.state === 'running' ? pull.event : undefined;
  const layers = event && `${event.done} of ${event.layers} layers`;
  useEffect(() => {
    if (layers) announce(`Pulled ${layers}`);
  }, [layers, announce]);

  if (pull.state === 'failed') {
    return <ErrorPanel error={pull.error} onRetry={start} retryLabel="Pull again" />;
  }
  if (pull.state === 'running') {
    const ratio = event?.total ? event.bytes / event.total : undefined;
    return (
      <div className="pull-offer">
        <p>
          Pulling <strong>{visibleText(reference)}</strong>
          {event &&
            ` · ${layers} · ${formatBytes(event.bytes, { base: byteBase })} · ${visibleText(event.status)}`}
        </p>
        <ProgressBar label={`Pulling ${reference}`} value={ratio} />
        <div>
          <Button onClick={pull.cancel}>Cancel</Button>
        </div>
      </div>
    );
  }
  return (
    <div className="pull-offer">
      <p>
        The engine has no image <strong>{visibleText(reference)}</strong>. It may be in a registry.
      </p>
      <div>
        <Button kind="main" onClick={start}>
          Pull
        </Button>
      </div>
    </div>
  );
}
