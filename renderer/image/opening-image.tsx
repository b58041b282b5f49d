import { Link } from 'react-router';
import type { ImageSource } from '../../shared/api/contract.ts';
import type { ErrorInfo } from '../../shared/api/errors.ts';
import { formatPercent, formatRemaining } from '../../shared/model/format-bytes.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { ProgressBar } from '../components/progress-bar.tsx';
import { useLongCall } from '../data/use-long-call.ts';
import './opening-image.css';
import type { OpenedImageCall } from './use-opened-image.ts';

export interface OpeningImageProps {
  readonly opened: OpenedImageCall;
  /** Address of this view with another source or platform in the place of the one that does not open. */
  readonly addressFor: (change: { readonly image?: string; readonly platform?: string }) => string;
}

/** Everything before an image is open: reading, cancelled, not there, several to choose from. */
export function OpeningImage({ opened, addressFor }: OpeningImageProps) {
  const { source, error, cancelled, event, cancel, restart } = opened;
  const format = useFormatBytes();
  if (!source) return null;
  const name = sourceName(source);
  if (cancelled) {
    return (
      <EmptyState title="Reading was cancelled" actions={<Button onClick={restart}>Read it again</Button>}>
        <p className="path">{name}</p>
      </EmptyState>
    );
  }
  if (error?.code === 'image-not-found' && source.kind === 'engine') {
    return <PullOffer reference={source.reference} error={error} onPulled={restart} />;
  }
  if (error && (error.code === 'image-ambiguous' || error.code === 'platform-unavailable')) {
    const choice = error.code === 'image-ambiguous' ? 'image' : 'platform';
    return (
      <EmptyState title={error.message}>
        <p>{error.hint}.</p>
        <ul className="opening-candidates">
          {(error.candidates ?? []).map((candidate) => (
            <li key={candidate}>
              <Link to={addressFor({ [choice]: candidate })} className="path">
                {visibleText(candidate)}
              </Link>
            </li>
          ))}
        </ul>
      </EmptyState>
    );
  }
  if (error) return <ErrorPanel error={error} onRetry={restart} />;
  const share = event?.total ? Math.min(1, event.bytes / event.total) : undefined;
  return (
    <div className="opening">
      <h2>
        Reading <span className="path">{name}</span>
      </h2>
      <ProgressBar label={`Reading ${name}`} value={share} />
      <div className="opening-row">
        <span className="muted">
          {event ? `${format(event.bytes)} read` : 'Waiting for the first bytes …'}
          {event?.total && ` of about ${format(event.total)}`}
          {share !== undefined && `, ${formatPercent(share)}`}
          {event?.remainingMs !== undefined && `, ${formatRemaining(event.remainingMs)}`}
        </span>
        <Button onClick={cancel}>Cancel</Button>
      </div>
    </div>
  );
}

function PullOffer({
  reference,
  error,
  onPulled,
}: {
  readonly reference: string;
  readonly error: ErrorInfo;
  readonly onPulled: () => void;
}) {
  const pull = useLongCall('engine.pull');
  const format = useFormatBytes();
  const start = async () => {
    if (await pull.start({ reference })) onPulled();
  };
  if (pull.state === 'running') {
    const { event } = pull;
    return (
      <div className="opening">
        <h2>
          Pulling <span className="path">{visibleText(reference)}</span>
        </h2>
        <ProgressBar
          label={`Pulling ${reference}`}
          value={event?.total ? event.bytes / event.total : undefined}
        />
        <div className="opening-row">
          <span className="muted">
            {event
              ? `${event.done} of ${event.layers} layers, ${format(event.bytes)}, ${visibleText(event.status)}`
              : 'Asking the registry …'}
          </span>
          <Button onClick={pull.cancel}>Cancel</Button>
        </div>
      </div>
    );
  }
  if (pull.state === 'failed')
    return <ErrorPanel error={pull.error} onRetry={start} retryLabel="Pull again" />;
  return (
    <EmptyState
      title="This image is not in the engine"
      actions={
        <Button kind="main" onClick={start}>
          Pull {visibleText(reference)}
        </Button>
      }
    >
      <p>{error.message}. The engine can fetch it from its registry.</p>
    </EmptyState>
  );
}

/** The name people know a source by. */
export function sourceName(source: ImageSource): string {
  if (source.kind === 'engine') return visibleText(source.reference);
  const file = source.path.replace(/\/+$/, '').split('/').at(-1) || source.path;
  return visibleText(source.image === undefined ? file : `${file}: ${source.image}`);
}
