import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { Reconciliation } from './owner-shares.ts';
import './sum-check.css';

/** Whether the layers add up to what is shown, for the status line. */
export function SumCheck({ name, result }: { readonly name?: string; readonly result: Reconciliation }) {
  const of = name === undefined ? '' : ` of ${name}`;
  if (result.state === 'unknown') return <span>Σ layers{of} not known: a layer is not available</span>;
  if (result.state === 'agrees') {
    return (
      <span>
        Σ layers{of} {formatExactBytes(result.sum)} = live <span className="sum-check-agrees">✓</span>
      </span>
    );
  }
  return (
    <span className="sum-check-differs" role="alert">
      Σ layers{of} {formatExactBytes(result.sum)} ≠ live {formatExactBytes(result.live)}: please report this
    </span>
  );
}
