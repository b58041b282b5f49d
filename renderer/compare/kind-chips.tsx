import type { ReactNode } from 'react';
import type { ChangeTotals } from '../../shared/model/comparison-document.ts';
import { formatCount } from '../../shared/model/format-bytes.ts';
import { Breadcrumb } from '../charts/breadcrumb.tsx';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { type Kind, kindOrder, kindSigns, kindTitle, kindWord, type SideNames } from './change-kinds.ts';
import './kind-chips.css';

export interface KindChipsProps {
  readonly totals: ChangeTotals;
  readonly sideNames: SideNames;
  /** Undefined: all but the same. */
  readonly kinds: readonly Kind[] | undefined;
  readonly onToggleKind: (kind: Kind) => void;
  /** Only below this directory. */
  readonly path: string;
  readonly onZoom: (path: string) => void;
  /** What the changes are restricted to, in words. */
  readonly filterBar: ReactNode;
  /** How the changes are shown. */
  readonly switches: ReactNode;
  /** What the shown rows are together. */
  readonly sum: { readonly rows: number; readonly bytes: number } | undefined;
}

/** Above the changes: which kinds are shown and how, where, and what they are together. */
export function KindChips(props: KindChipsProps) {
  const { totals, sideNames, kinds, onToggleKind, path, onZoom, filterBar, switches, sum } = props;
  const format = useFormatBytes();
  return (
    <>
      <fieldset className="changes-kinds">
        <legend className="visually-hidden">Kinds of change</legend>
        {kindOrder.map((kind) => (
          <button
            key={kind}
            type="button"
            className={`changes-kind change-${kind}`}
            aria-pressed={kinds ? kinds.includes(kind) : kind !== 'same'}
            title={kindTitle(kind, sideNames)}
            onClick={() => onToggleKind(kind)}
          >
            <span className="change-sign" aria-hidden="true">
              {kindSigns[kind]}
            </span>
            {kindWord(kind, sideNames)} <b>{formatCount(totals[kind].files)}</b>
            <span className="muted">{format(totals[kind].bytes, kind !== 'same')}</span>
          </button>
        ))}
      </fieldset>
      <div className="changes-bar">
        <Breadcrumb path={path} onGo={onZoom} />
        {filterBar}
        <span className="muted">
          {sum
            ? `${formatCount(sum.rows)} ${sum.rows === 1 ? 'row' : 'rows'}, Σ ${format(sum.bytes, true)}`
            : 'Comparing …'}
        </span>
        {switches}
      </div>
    </>
  );
}
