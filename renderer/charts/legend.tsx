import './legend.css';
import type { Owner, OwnerColor } from './owners.ts';
import { visibleText } from './visible-text.ts';

export interface LegendProps {
  readonly owners: readonly Owner[];
  /** Whether tiles are shown too, with their grey one for what is small. */
  readonly tiles?: boolean;
}

/** More entries than this are colours of layers, which the list of layers names. */
const mostEntries = 9;

/** Which colour stands for whom. */
export function Legend({ owners, tiles = false }: LegendProps) {
  const shown = owners.slice(0, mostEntries);
  return (
    <ul className="legend" aria-label="Colours">
      {shown.map((owner) => (
        <li key={owner.id}>
          <i
            className="swatch"
            data-color={owner.color}
            style={{ background: `var(--owner-${owner.color})` }}
          />
          <span>
            <bdi>{visibleText(owner.title)}</bdi>
          </span>
        </li>
      ))}
      {owners.length > shown.length && <li>and {owners.length - shown.length} more</li>}
      {tiles && (
        <li>
          <Swatch color="more" />
          <span>many small</span>
        </li>
      )}
    </ul>
  );
}

/** An owner's colour beside its name. */
export function Swatch({ color }: { readonly color: OwnerColor }) {
  return <i className={`swatch swatch-${color}`} aria-hidden="true" />;
}
