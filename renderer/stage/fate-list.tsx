import type { CSSProperties } from 'react';
import { formatExactBytes, formatPercent } from '../../shared/model/format-bytes.ts';
import type { OwnerColor } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { fateWords } from './fate-words.ts';
import { type Fate, fates, type StageSums } from './stage-sums.ts';

export interface FateListProps {
  readonly sums: StageSums;
  readonly color: OwnerColor | undefined;
  readonly chosen: Fate | undefined;
  /** Undefined as the function: there are no files to filter. */
  readonly onChoose: ((fate: Fate | undefined) => void) | undefined;
}

/** What became of a stage in the image; each is a filter of its files. */
export function FateList({ sums, color, chosen, onChoose }: FateListProps) {
  const format = useFormatBytes();
  return (
    <section className="stage-list" aria-label="What became of it">
      <h2>What became of it</h2>
      <ul>
        {fates.map((fate) => {
          const bytes = sums.fates[fate];
          return (
            <li key={fate}>
              <button
                type="button"
                aria-pressed={fate === chosen}
                title={fateWords[fate].meaning}
                disabled={!onChoose || (bytes === 0 && fate !== chosen)}
                onClick={() => onChoose?.(fate === chosen ? undefined : fate)}
              >
                <i
                  className="fate-mark"
                  data-fate={fate}
                  aria-hidden="true"
                  style={{ '--stage': `var(--owner-${color ?? 'untraced'})` } as CSSProperties}
                />
                <span className="stage-list-name">{fateWords[fate].name}</span>
                <b title={formatExactBytes(bytes)}>{format(bytes)}</b>
                <span className="stage-list-share muted">
                  {sums.live > 0 && formatPercent(bytes / sums.live)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
