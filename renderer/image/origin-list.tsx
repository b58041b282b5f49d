import { formatExactBytes, formatPercent } from '../../shared/model/format-bytes.ts';
import { Swatch } from '../charts/legend.tsx';
import type { OwnerShare } from '../charts/owner-shares.ts';
import type { Owner } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import './origin-list.css';

export interface OriginListProps {
  readonly shares: readonly OwnerShare[];
  /** Whether the other views have the colours that stand here. */
  readonly coloured: boolean;
  readonly isChosen: (owner: Owner) => boolean;
  /** Again: no longer. */
  readonly onChoose: (owner: Owner) => void;
}

/** Where the live bytes are from: the legend of the colours, and a filter of every other view. */
export function OriginList({ shares, coloured, isChosen, onChoose }: OriginListProps) {
  const format = useFormatBytes();
  const total = shares.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  return (
    <section className="origin-list" aria-label="Origins">
      <h2>Where it is from</h2>
      <ul>
        {shares.map(({ owner, bytes }) => (
          <li key={owner.id}>
            <button type="button" aria-pressed={isChosen(owner)} onClick={() => onChoose(owner)}>
              {coloured && <Swatch color={owner.color} />}
              <span className="origin-list-name" title={visibleText(owner.title)}>
                <bdi>{visibleText(owner.title)}</bdi>
              </span>
              <b title={bytes === null ? undefined : formatExactBytes(bytes)}>{format(bytes)}</b>
              <span className="origin-list-share muted">
                {bytes !== null && total > 0 && formatPercent(bytes / total)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
