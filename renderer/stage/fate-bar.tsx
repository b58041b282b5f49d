import type { CSSProperties } from 'react';
import type { OwnerColor } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { fateWords } from './fate-words.ts';
import { fates, type StageSums } from './stage-sums.ts';

/** A part narrower than this share of the bar has no room for its words. */
const leastLabelled = 0.16;

/** What became of a stage as one bar; the list below says the same in words. */
export function FateBar({
  sums,
  color,
}: {
  readonly sums: StageSums;
  readonly color: OwnerColor | undefined;
}) {
  const format = useFormatBytes();
  if (sums.live === 0) return null;
  const style = {
    '--stage': `var(--owner-${color ?? 'untraced'})`,
    '--on-stage': `var(--on-owner-${color ?? 'untraced'})`,
  } as CSSProperties;
  return (
    <div className="fate-bar" aria-hidden="true" style={style}>
      {fates.map((fate) => {
        const bytes = sums.fates[fate];
        if (bytes === 0) return null;
        return (
          <div key={fate} data-fate={fate} style={{ flexGrow: bytes }}>
            {bytes / sums.live >= leastLabelled && (
              <span>
                <b>{fateWords[fate].name}</b> {format(bytes)}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}
