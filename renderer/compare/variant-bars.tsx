import type { VariantDocument } from '../../shared/model/project-document.ts';
import type { BarRow } from '../charts/bar-segments.ts';
import { type LeftBehind, leftBehindWords } from '../charts/left-behind.ts';
import type { OwnerShare } from '../charts/owner-shares.ts';
import type { Owner } from '../charts/owners.ts';
import { barRowHeight, StackedBars } from '../charts/stacked-bars.tsx';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { SizeChange } from '../since/size-change.tsx';
import './variant-bars.css';

export interface BarVariant {
  /** Unique. */
  readonly id: string;
  readonly name: string;
  /** `single-stage, baseline`. */
  readonly note: string;
  readonly live: number | null;
  readonly shares: readonly OwnerShare[];
  readonly leftBehind?: LeftBehind;
  /** Live bytes more than in the build before; undefined where there was none. */
  readonly since?: number | undefined;
  /** Why there is no image. */
  readonly failure?: string;
}

export interface VariantBarsProps {
  readonly variants: readonly BarVariant[];
  readonly owners: readonly Owner[];
  readonly left: string;
  readonly right: string;
  /** Undefined where there are only the two. */
  readonly onChoose?: (id: string) => void;
}

/** A bar for each variant, by origin; a click compares the left one with it. */
export function VariantBars({ variants, owners, left, right, onChoose }: VariantBarsProps) {
  const format = useFormatBytes();
  const rows: readonly BarRow[] = variants;
  const baseline = variants.find((variant) => variant.id === left)?.live ?? null;
  return (
    <div className="variant-bars">
      <div className="variant-bars-chart">
        <StackedBars rows={rows} owners={owners} baseline={baseline} />
      </div>
      <ul>
        {variants.map((variant) => {
          const side = variant.id === left ? 'left' : variant.id === right ? 'right' : undefined;
          const content = (
            <>
              <span className="variant-bars-name">
                <b title={visibleText(variant.name)}>{visibleText(variant.name)}</b>
                <span>{variant.note}</span>
              </span>
              <span className="variant-bars-failure">
                {variant.failure !== undefined && `Not built: ${visibleText(variant.failure)}`}
              </span>
              <span className="visually-hidden">{sharesInWords(variant, format)}</span>
              <span className="variant-bars-total">
                {variant.failure === undefined && format(variant.live)}
                {variant.since !== undefined && <SizeChange bytes={variant.since} />}
              </span>
            </>
          );
          return (
            <li key={variant.id} data-side={side} style={{ height: barRowHeight }}>
              {onChoose && variant.failure === undefined && side !== 'left' ? (
                <button
                  type="button"
                  className="variant-bars-row"
                  aria-pressed={side === 'right'}
                  title={side === 'right' ? undefined : 'Compare with this one'}
                  onClick={() => onChoose(variant.id)}
                >
                  {content}
                </button>
              ) : (
                <div className="variant-bars-row">{content}</div>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function sharesInWords(variant: BarVariant, format: (bytes: number | null) => string): string {
  const shares = variant.shares.map(({ owner, bytes }) => `${visibleText(owner.label)} ${format(bytes)}`);
  if (!variant.leftBehind) return shares.join(', ');
  const { head, items } = leftBehindWords(variant.leftBehind, format);
  return [...shares, `${head}${items.length > 0 ? `: ${items.join(', ')}` : ''}`].join(', ');
}

/** `multi-stage, 2 stages`, `stage of Dockerfile`. */
export function variantNote(variant: VariantDocument, isBaseline: boolean): string {
  const built = variant.stages.filter((stage) => stage.built).length;
  const kind =
    variant.kind === 'multi-stage'
      ? `multi-stage, ${built === 1 ? '1 stage' : `${built} stages`}`
      : variant.kind === 'stage'
        ? 'stage'
        : 'single-stage';
  return isBaseline ? `${kind}, baseline` : kind;
}
