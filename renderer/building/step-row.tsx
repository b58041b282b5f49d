import { useId, useState } from 'react';
import type { BuildStep, StepStatus } from '../../shared/model/build.ts';
import { formatBytes, formatDuration } from '../../shared/model/format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { useSettings } from '../data/settings.tsx';
import { elapsed, runningTime } from './build-progress.ts';
import { shortReferences, stepTitle } from './order-steps.ts';
import { plainLog } from './plain-log.ts';
import { StepLog } from './step-log.tsx';

const signs: Record<StepStatus, string> = {
  waiting: '○',
  running: '◐',
  cached: '✓',
  done: '✓',
  failed: '✗',
  cancelled: '–',
};

interface StepRowProps {
  readonly step: BuildStep;
  readonly log: string;
  readonly now: number;
  /** Whether the log of a failed step is open from the beginning. */
  readonly openFailed: boolean;
}

/** One step: its sign, where it is in the Dockerfile, how long it took, and what it printed. */
export function StepRow({ step, log, now, openFailed }: StepRowProps) {
  const id = useId();
  const [choice, setChoice] = useState<boolean>();
  const { byteBase: base } = useSettings();
  const { place, text } = stepTitle(step.name);
  const title = shortReferences(text)
    .split('\n')
    .map((line) => line.trim());
  const time = elapsed(step, now);
  const failed = step.status === 'failed' && openFailed;
  const open = log !== '' && (choice ?? failed);
  const running = step.status === 'running';
  const lastLine = running && !open ? lastOf(log) : '';
  const summary = (
    <>
      <span className={`step-sign step-sign-${step.status}`} aria-hidden="true">
        {signs[step.status]}
      </span>
      <span className="step-text" title={visibleText(text)}>
        <code>{title.map(visibleText).join(' ')}</code>
        {lastLine && <span className="step-last path">{lastLine}</span>}
      </span>
      <span className="step-place">
        {step.line !== undefined && `line ${step.line}`}
        {step.line === undefined && place !== undefined && visibleText(place)}
      </span>
      <span className="step-time">
        {running && step.total
          ? `${formatBytes(step.current ?? 0, { base })} of ${formatBytes(step.total, { base })}`
          : statusText(step.status, time)}
      </span>
    </>
  );
  return (
    <li className={`step step-${step.status}`}>
      {log === '' ? (
        <div className="step-row">{summary}</div>
      ) : (
        <button
          type="button"
          className="step-row"
          aria-expanded={open}
          aria-controls={`${id}-log`}
          onClick={() => setChoice(!open)}
        >
          {summary}
        </button>
      )}
      <div id={`${id}-log`} hidden={!open}>
        {open && <StepLog label={`Log of ${visibleText(title[0] ?? '')}`} text={log} />}
      </div>
      {step.error && !open && log === '' && <p className="step-error">{plainLog(step.error)}</p>}
    </li>
  );
}

function statusText(status: StepStatus, time: number | undefined): string {
  // What takes no time to speak of has none shown.
  const length = time === undefined || time < 50 ? '' : formatDuration(time);
  switch (status) {
    case 'waiting':
      return 'waiting';
    case 'running':
      return `running ${runningTime(time ?? 0)}`;
    case 'cached':
      return 'cached';
    case 'done':
      return `done ${length}`;
    case 'failed':
      return `failed ${length}`;
    case 'cancelled':
      return 'cancelled';
  }
}

function lastOf(log: string): string {
  // The end is enough for one line, and logs are long.
  return plainLog(log.slice(-2000)).trimEnd().split('\n').at(-1) ?? '';
}
