import { Fragment } from 'react';
import type { BuildStep, VariantBuild, VariantStatus } from '../../shared/model/build.ts';
import { formatDuration } from '../../shared/model/format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { ProgressBar } from '../components/progress-bar.tsx';
import { countSteps, elapsed, runningTime } from './build-progress.ts';
import { orderSteps } from './order-steps.ts';
import { StepRow } from './step-row.tsx';

const words: Record<VariantStatus, readonly [sign: string, text: string]> = {
  waiting: ['○', 'waiting'],
  building: ['◐', 'building'],
  reading: ['◐', 'reading layers'],
  built: ['✓', 'built'],
  failed: ['✗', 'failed'],
  cancelled: ['–', 'cancelled'],
};

/** One variant: a timeline of its steps. */
export function VariantCard({ variant, now }: { readonly variant: VariantBuild; readonly now: number }) {
  const { done, cached, known } = countSteps([variant]);
  const { instructions, others } = orderSteps(variant.steps);
  const time = elapsed(variant, now);
  const running = variant.status === 'building' || variant.status === 'reading';
  const length = time === undefined ? '' : running ? runningTime(time) : formatDuration(time);
  const [sign, word] = words[variant.status];
  const name = visibleText(variant.name);
  const ended = variant.status === 'built' || variant.status === 'reading';
  // What BuildKit does around the instructions matters while it is at it, or when it fails.
  const notable = others.filter((step) => step.status === 'running' || step.status === 'failed');
  const quiet = others.filter((step) => !notable.includes(step));
  const several = new Set(instructions.map((step) => step.stage)).size > 1;
  const row = (step: (typeof others)[number]) => (
    <StepRow
      key={step.id}
      step={step}
      now={now}
      // The error above shows the end of it already.
      openFailed={!variant.error?.output?.length}
      log={Object.hasOwn(variant.logs, step.id) ? variant.logs[step.id]! : ''}
    />
  );
  return (
    <section className={`variant-card variant-card-${variant.status}`} aria-label={`Variant ${name}`}>
      <header>
        <h2 title={name}>{name}</h2>
        <p className="variant-card-status">
          <span className={`step-sign step-sign-${variant.status}`} aria-hidden="true">
            {sign}
          </span>{' '}
          {word}
          {length && ` · ${length}`}
        </p>
        <p className="muted variant-card-counts">
          {known > 0 && `${done} of ${known} steps${cached > 0 ? `, ${cached} cached` : ''}`}
        </p>
      </header>
      {variant.status !== 'cancelled' && (
        <ProgressBar
          label={`Steps of ${name}`}
          value={ended ? 1 : known === 0 ? (variant.status === 'building' ? undefined : 0) : done / known}
          text={`${done} of ${known} steps`}
          tone={variant.status === 'failed' ? 'bad' : ended ? 'good' : 'accent'}
        />
      )}
      {variant.error && variant.status === 'failed' && <ErrorPanel error={variant.error} />}
      <ol className="steps">
        {instructions.map((step, at) => (
          <Fragment key={step.id}>
            {several && step.stage !== instructions[at - 1]?.stage && (
              <li className="step-stage">{stageLabel(step)}</li>
            )}
            {row(step)}
          </Fragment>
        ))}
        {notable.map(row)}
      </ol>
      {quiet.length > 0 && (
        <details className="variant-card-others">
          <summary>{quiet.length === 1 ? '1 step' : `${quiet.length} steps`} of the builder itself</summary>
          <ol className="steps">{quiet.map(row)}</ol>
        </details>
      )}
    </section>
  );
}

function stageLabel(step: BuildStep): string {
  return visibleText(step.stageName ?? `stage ${step.stage}`);
}
