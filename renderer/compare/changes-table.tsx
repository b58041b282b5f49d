import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react';
import type { SideFilter } from '../../shared/model/comparison-document.ts';
import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import { Difference } from '../charts/path-strip.tsx';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { kindSigns, kindWord, type SideNames } from './change-kinds.ts';
import './changes-table.css';
import { KindChips, type KindChipsProps } from './kind-chips.tsx';
import { type ChangesRow, useChanges } from './use-changes.ts';

export interface ChangesTableProps extends Omit<KindChipsProps, 'sum'> {
  readonly leftFilter: SideFilter | undefined;
  readonly rightFilter: SideFilter | undefined;
  readonly left: { readonly handle: string; readonly name: string };
  readonly right: { readonly handle: string; readonly name: string };
  readonly selected: string | undefined;
  readonly onSelect: (path: string, from: string | undefined) => void;
}

const rowHeight = 28;
const headHeight = 30;

/** Every path that differs, the largest difference first. */
export function ChangesTable(props: ChangesTableProps) {
  const { left, right, leftFilter, rightFilter, kinds, onToggleKind, path, selected, onSelect } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  /** A row that the keyboard went to and that is not selected yet: it may still be on its way. */
  const [awaited, setAwaited] = useState<number>();
  const changes = useChanges({
    left: left.handle,
    right: right.handle,
    leftFilter,
    rightFilter,
    kinds: kinds && [...kinds],
    path: path === '/' ? undefined : path,
  });
  const { total, at, indexOf, need } = changes;
  const count = total ?? 0;
  const chosen = useMemo(() => (selected === undefined ? undefined : indexOf(selected)), [indexOf, selected]);
  const active = awaited ?? chosen;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 16,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => need(first, last), [need, first, last]);

  const activate = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setAwaited(next);
    virtual.scrollToIndex(next);
  };

  const awaitedRow = awaited === undefined ? undefined : at(awaited);
  const choose = useEffectEvent(onSelect);
  useEffect(() => {
    if (!awaitedRow) return;
    setAwaited(undefined);
    choose(awaitedRow.path, awaitedRow.from);
  }, [awaitedRow]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const steps: Record<string, number> = {
      ArrowDown: (active ?? -1) + 1,
      ArrowUp: (active ?? 1) - 1,
      PageDown: (active ?? 0) + page,
      PageUp: (active ?? 0) - page,
      Home: 0,
      End: count - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    activate(next);
  };

  if (changes.error) return <ErrorPanel error={changes.error} onRetry={changes.retry} />;
  const rowId = (index: number) => `${id}-${index}`;
  const activeShown = active !== undefined && active >= first && active <= last;
  return (
    <div className="changes">
      <KindChips
        {...props}
        totals={changes.totals ?? props.totals}
        onToggleKind={onToggleKind}
        sum={total === undefined ? undefined : { rows: total, bytes: changes.totalBytes }}
      />
      <div className="changes-scroller" ref={scroller}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are selected
          role="grid"
          aria-label="Changes, the largest difference first"
          aria-rowcount={count + 1}
          tabIndex={0}
          aria-activedescendant={activeShown ? rowId(active) : undefined}
          onKeyDown={onKeyDown}
        >
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col">Kind</th>
              <th scope="col">Path</th>
              <th scope="col" className="changes-number" title={left.name}>
                {props.sideNames.left}
              </th>
              <th scope="col" className="changes-number" title={right.name}>
                {props.sideNames.right}
              </th>
              <th scope="col" className="changes-number" aria-sort="descending">
                Difference <span aria-hidden="true">▼</span>
              </th>
            </tr>
          </thead>
          <tbody style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => (
              <ChangeRowView
                key={item.key}
                id={rowId(item.index)}
                index={item.index}
                top={item.start - headHeight}
                row={at(item.index)}
                selected={selected}
                sideNames={props.sideNames}
                onActivate={activate}
              />
            ))}
          </tbody>
        </table>
        {total === 0 && <p className="changes-none muted">Nothing of this kind{path !== '/' && ' here'}.</p>}
      </div>
    </div>
  );
}

interface ChangeRowViewProps {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly row: ChangesRow | undefined;
  readonly selected: string | undefined;
  readonly sideNames: SideNames;
  readonly onActivate: (index: number) => void;
}

function ChangeRowView({ id, index, top, row, selected, sideNames, onActivate }: ChangeRowViewProps) {
  const format = useFormatBytes();
  const style = { transform: `translateY(${top}px)` };
  if (!row) {
    return (
      <tr id={id} aria-rowindex={index + 2} style={style}>
        <td className="muted">…</td>
      </tr>
    );
  }
  const sign = kindSigns[row.kind];
  const side = (bytes: number | null) => (
    <td className="changes-number" title={bytes === null ? undefined : formatExactBytes(bytes)}>
      {bytes === null ? <span className="muted">–</span> : format(bytes)}
    </td>
  );
  return (
    <tr
      id={id}
      aria-rowindex={index + 2}
      aria-selected={row.path === selected}
      style={style}
      onClick={() => onActivate(index)}
    >
      <td className={`change-${row.kind}`}>
        <span className="change-sign" aria-hidden="true">
          {sign}
        </span>
        {kindWord(row.kind, sideNames)}
      </td>
      <td className="path changes-path" title={visibleText(row.path)}>
        {row.from !== undefined && (
          <>
            <bdi className="muted">{visibleText(row.from)}</bdi>
            <span className="muted"> → </span>
          </>
        )}
        <bdi>{visibleText(row.path)}</bdi>
      </td>
      {side(row.left)}
      {side(row.right)}
      <td className="changes-number">
        <Difference bytes={(row.right ?? 0) - (row.left ?? 0)} format={format} />
      </td>
    </tr>
  );
}
