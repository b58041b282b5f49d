import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import type { EngineImage } from '../../shared/model/engine-status.ts';
import { formatBytes, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { useSettings } from '../data/settings.tsx';
import { formatAge } from './format-age.ts';
import { defaultOrder, type ImageColumn, type ImageOrder, imageRows, none, shortId } from './image-rows.ts';
import './images-table.css';

const columns: readonly (readonly [ImageColumn, string])[] = [
  ['repository', 'REPOSITORY'],
  ['tag', 'TAG'],
  ['id', 'IMAGE ID'],
  ['created', 'CREATED'],
  ['size', 'SIZE'],
];

const rowHeight = 32;
/** A row's, and the line below it. */
const headHeight = rowHeight + 1;

const noName = <span className="images-table-none">{none}</span>;

interface ImagesTableProps {
  readonly images: readonly EngineImage[];
  readonly filter: string;
  readonly onOpen: (image: EngineImage) => void;
}

/** `docker images`, sortable; one tab stop, arrows choose a row and Enter opens it. */
export function ImagesTable({ images, filter, onOpen }: ImagesTableProps) {
  const id = useId();
  const { byteBase } = useSettings();
  const [order, setOrder] = useState<ImageOrder>(defaultOrder);
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = imageRows(images, filter, order);
  const at = Math.min(active, rows.length - 1);
  const now = Date.now();

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The head stays in view, above the rows.
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });

  const sortBy = (column: ImageColumn) =>
    setOrder((before) => ({
      column,
      descending: before.column === column ? !before.descending : column === 'created' || column === 'size',
    }));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return; // The buttons of the head.
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (target !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(rows.length - 1, target));
      setActive(next);
      virtual.scrollToIndex(next);
    } else if (event.key === 'Enter' && rows[at]) {
      event.preventDefault();
      onOpen(rows[at]);
    }
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual list cannot be a table element
    <div
      ref={scroller}
      className="images-table"
      role="grid"
      aria-label="Images of the engine"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length > 0 ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the buttons inside have the focus */}
      <div className="images-table-head images-table-row" role="row" aria-rowindex={1}>
        {columns.map(([column, label]) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: the button inside has the focus
          <div
            key={column}
            role="columnheader"
            className={`images-table-${column}`}
            aria-sort={order.column === column ? (order.descending ? 'descending' : 'ascending') : 'none'}
          >
            <button type="button" onClick={() => sortBy(column)}>
              {label}
              <span aria-hidden="true">
                {order.column === column ? (order.descending ? ' ↓' : ' ↑') : ''}
              </span>
            </button>
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div className="images-table-body" role="rowgroup">
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const image = rows[item.index]!;
            return (
              // biome-ignore lint/a11y/useSemanticElements: as above
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the group's
              // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant points here
              <div
                key={item.key}
                id={`${id}-${item.index}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={item.index === at}
                className="images-table-row images-table-item"
                style={{ transform: `translateY(${item.start - headHeight}px)` }}
                onClick={() => {
                  setActive(item.index);
                  onOpen(image);
                }}
              >
                <Cell column="repository" title={image.repository}>
                  {image.repository ? visibleText(image.repository) : noName}
                </Cell>
                <Cell column="tag" title={image.tag}>
                  {image.tag ? visibleText(image.tag) : noName}
                </Cell>
                <Cell column="id" title={image.id}>
                  {shortId(image.id)}
                </Cell>
                <Cell column="created" title={new Date(image.created).toLocaleString()}>
                  {formatAge(now - image.created)}
                </Cell>
                <Cell column="size" title={formatExactBytes(image.size)}>
                  {formatBytes(image.size, { base: byteBase })}
                </Cell>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Cell(props: {
  readonly column: ImageColumn;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual list cannot be a table element
    // biome-ignore lint/a11y/useFocusableInteractive: the row is what is chosen
    <div role="gridcell" className={`images-table-${props.column}`} title={props.title}>
      {props.children}
    </div>
  );
}
