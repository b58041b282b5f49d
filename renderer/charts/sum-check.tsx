import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { Reconciliation } from './owner-shares.ts';
import './sum-check.css';

export interface SumCheckProps {
  /** What is summed up: `origins`, `layers`. */
  readonly of?: string;
  readonly name?: string;
  readonly result: Reconciliation;
}

/** Whether the parts add up to what is shown, for the status line. */
export function SumCheck({ of: parts = 'layers', name, result }: SumCheckProps) {
  const sum = `Σ ${parts}${name === undefined ? '' : ` of ${name}`}`;
  if (result.state === 'unknown') return <span>{sum} not known: a layer is not available</span>;
  if (result.state === 'agrees') {
    return (
      <span>
        {sum} {formatExactBytes(result.sum)} = live <span className="sum-check-agrees">✓</span>
      </span>
    );
  }
  return (
    <span className="sum-check-differs" role="alert">
      {sum} {formatExactBytes(result.sum)} ≠ live {formatExactBytes(result.live)}: please report this
    </span>
  );
}
