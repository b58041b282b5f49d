import './progress-bar.css';

export interface ProgressBarProps {
  readonly label: string;
  /** From 0 to 1; undefined: something goes on, nobody knows how long. */
  readonly value: number | undefined;
  /** What a screen reader says instead of the percentage. */
  readonly text?: string;
  readonly tone?: 'accent' | 'bad' | 'good';
}

export function ProgressBar({ label, value, text, tone = 'accent' }: ProgressBarProps) {
  const known = value === undefined ? undefined : Math.min(1, Math.max(0, value));
  return (
    <div
      className={`progress progress-${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known === undefined ? undefined : Math.round(known * 100)}
      aria-valuetext={text}
    >
      <div
        className={known === undefined ? 'progress-bar progress-moving' : 'progress-bar'}
        style={known === undefined ? undefined : { width: `${known * 100}%` }}
      />
    </div>
  );
}
