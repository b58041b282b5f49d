import { type ReactNode, useState } from 'react';
import { type ErrorInfo, formatError } from '../../shared/api/errors.ts';
import { plainLog } from '../building/plain-log.ts';
import { copyText } from '../data/copy-text.ts';
import { Button } from './button.tsx';
import './error-panel.css';
import { Icon } from './icons.tsx';

export interface ErrorPanelProps {
  readonly error: ErrorInfo;
  readonly onRetry?: () => void;
  readonly retryLabel?: string;
  /** Further ways out, before Retry. */
  readonly actions?: ReactNode;
  /** Whether it is announced the moment it appears. */
  readonly quiet?: boolean;
}

/** What happened, what to do, and all there is to see of it. */
export function ErrorPanel({
  error,
  onRetry,
  retryLabel = 'Try again',
  actions,
  quiet = false,
}: ErrorPanelProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const { text, output = [] } = error;
    setCopied(await copyText([formatError(error), text, ...output].filter(Boolean).join('\n')));
  };
  const output = error.output?.length ? plainLog(error.output.join('\n')) : '';
  return (
    <section className="error-panel" role={quiet ? undefined : 'alert'}>
      <div className="error-panel-head">
        <Icon name="warning" />
        <p className="error-panel-message">{error.message}</p>
      </div>
      <p className="error-panel-hint">{error.hint}</p>
      {(error.dockerfile || error.text) && (
        <figure className="error-panel-source">
          <figcaption>
            {error.dockerfile && <span className="path">{error.dockerfile}</span>}
            {error.line !== undefined && (
              <span>
                line {error.line}
                {error.endLine !== undefined && error.endLine > error.line && `–${error.endLine}`}
              </span>
            )}
            {error.stage && <span>stage {error.stage}</span>}
          </figcaption>
          {error.text && <pre>{error.text}</pre>}
        </figure>
      )}
      {output && (
        <section className="error-panel-output" aria-label="Last output">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to from the keyboard too */}
          <pre tabIndex={0}>{output}</pre>
        </section>
      )}
      {error.candidates && error.candidates.length > 0 && (
        <p className="error-panel-hint">
          Available:{' '}
          {error.candidates.map((candidate, at) => (
            <span key={candidate}>
              {at > 0 && ', '}
              <code>{candidate}</code>
            </span>
          ))}
        </p>
      )}
      <div className="error-panel-actions">
        {actions}
        {onRetry && <Button onClick={onRetry}>{retryLabel}</Button>}
        <Button kind="quiet" onClick={copy}>
          {copied ? 'Copied' : 'Copy details'}
        </Button>
        <code className="error-panel-code" title="The code of this error, for scripts and for reporting it">
          {error.code}
        </code>
      </div>
    </section>
  );
}
