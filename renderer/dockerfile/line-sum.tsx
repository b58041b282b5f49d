import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { contributedSum } from './contributed-sum.ts';

/** Below the lines: whether what they brought into the image adds up to it. */
export function LineSum({ variant }: { readonly variant: VariantDocument }) {
  const sum = contributedSum(variant);
  if (sum === undefined) {
    return <p className="dockerfile-sum muted">What of the image is from which line is not known.</p>;
  }
  const { lines, untraced, live } = sum;
  const agrees = lines + untraced === live;
  return (
    <p className="dockerfile-sum muted">
      Σ lines {formatExactBytes(lines)}
      {untraced > 0 && ` + untraced ${formatExactBytes(untraced)}`}
      {agrees ? (
        <>
          {' '}
          = live <span className="sum-check-agrees">✓</span>
        </>
      ) : (
        <span className="sum-check-differs" role="alert">
          {' '}
          ≠ live {formatExactBytes(live)}: please report this
        </span>
      )}
    </p>
  );
}
