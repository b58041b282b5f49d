import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import '../charts/sum-check.css';
import { fates, type StageSums } from './stage-sums.ts';

/** That what a stage is made of, and what became of it, both add up to it. */
export function StageSumCheck({ sums }: { readonly sums: StageSums }) {
  if (!sums.agrees) {
    return (
      <span className="sum-check-differs" role="alert">
        Reached, shared and left behind do not add up to {formatExactBytes(sums.live)}: please report this
      </span>
    );
  }
  return (
    <span>
      live {formatExactBytes(sums.live)} = base {formatExactBytes(sums.base)} + made{' '}
      {formatExactBytes(sums.own)} = reached + shared + left behind{' '}
      <span className="visually-hidden">
        {fates.map((fate) => formatExactBytes(sums.fates[fate])).join(', ')}
      </span>
      <span className="sum-check-agrees">✓</span>
    </span>
  );
}
