import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { SortOrder } from '../../shared/api/contract.ts';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { FileRow } from '../../shared/model/files.ts';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Icon } from '../components/icons.tsx';
import './file-tree.css';
import { Swatch } from './legend.tsx';
import { type OwnedImage, ownerOf } from './owners.ts';
import type { VisibleRow } from './tree-rows.ts';
import { useFileTree } from './use-file-tree.ts';
import { useFormatBytes } from './use-format-bytes.ts';
import { visibleText } from './visible-text.ts';

export interface FileTreeProps {
  readonly label: string;
  readonly handle: string;
  /** The directory whose children are the first level. */
  readonly path: string;
  readonly filter?: FileFilter;
  readonly owned: OwnedImage;
  readonly sort: 'bytes' | 'name';
  readonly onSort: (sort: (typeof SortOrder.options)[number]) => void;
  readonly selected?: string;
  readonly onSelect: (path: string) => void;
  readonly onZoom: (path: string) => void;
  readonly onZoomOut: () => void;
}

const rowHeight = 26;
const headHeight = 30;
const overscan = 12;

/** The merged filesystem as rows that open; the keyboard as in a treegrid. */
export function FileTree(props: FileTreeProps) {
  const { label, handle, path, filter, owned, sort, onSort, selected, onSelect, onZoom, onZoomOut } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const tree = useFileTree({ handle, path, filter, sort, selected });
  const virtual = useVirtualizer({
    count: tree.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { need, active, directoryBytes } = tree;
  useEffect(() => need(first, last), [need, first, last]);
  useEffect(() => {
    if (active !== undefined && active >= 0) virtual.scrollToIndex(active);
  }, [active, virtual]);

  // A row that has not come yet is selected when it is here.
  const [awaited, setAwaited] = useState<number>();
  const awaitedPath = awaited === undefined ? undefined : tree.at(awaited)?.row?.path;
  useEffect(() => {
    if (awaitedPath === undefined) return;
    setAwaited(undefined);
    onSelect(awaitedPath);
  }, [awaitedPath, onSelect]);

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(tree.count - 1, index));
    setAwaited(next);
    virtual.scrollToIndex(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = active === undefined ? undefined : tree.at(active);
    const at = active ?? -1;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    if (event.key === 'ArrowDown') goTo(at + 1);
    else if (event.key === 'ArrowUp') goTo(at - 1);
    else if (event.key === 'PageDown') goTo(at + page);
    else if (event.key === 'PageUp') goTo(at - page);
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(tree.count - 1);
    else if (event.key === 'ArrowRight' && here) {
      if (here.row?.hasChildren && !here.expanded) tree.toggle(here);
      else if (here.expanded) goTo(at + 1);
    } else if (event.key === 'ArrowLeft' && here) {
      if (here.expanded) tree.toggle(here);
      else if (here.depth > 0) onSelect(here.parent);
    } else if (event.key === 'Enter' && here?.row?.hasChildren) onZoom(here.row.path);
    else if (event.key === 'Escape' || event.key === 'Backspace') onZoomOut();
    else return;
    event.preventDefault();
  };

  if (tree.error) return <ErrorPanel error={tree.error} onRetry={tree.retry} />;
  const rowId = (index: number) => `${id}-${index}`;
  const activeShown = active !== undefined && active >= first && active <= last;
  return (
    <div className="file-tree" ref={scroller}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a treegrid is a table that opens
        role="treegrid"
        aria-label={label}
        aria-rowcount={tree.count + 1}
        tabIndex={0}
        aria-activedescendant={activeShown ? rowId(active) : undefined}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr aria-rowindex={1}>
            <SortHeader name="Name" order="name" sort={sort} onSort={onSort} />
            <SortHeader name="Size" order="bytes" sort={sort} onSort={onSort} />
            <th scope="col" className="file-tree-number">
              Files
            </th>
            <th scope="col" className="file-tree-number">
              Layer
            </th>
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <TreeRow
              key={item.key}
              id={rowId(item.index)}
              top={item.start - headHeight}
              index={item.index}
              visible={tree.at(item.index)}
              bytes={directoryBytes}
              owned={owned}
              active={item.index === active}
              onToggle={tree.toggle}
              onSelect={onSelect}
              onZoom={onZoom}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SortHeader({
  name,
  order,
  sort,
  onSort,
}: {
  readonly name: string;
  readonly order: 'bytes' | 'name';
  readonly sort: 'bytes' | 'name';
  readonly onSort: (sort: 'bytes' | 'name') => void;
}) {
  const chosen = sort === order;
  return (
    <th
      scope="col"
      aria-sort={chosen ? (order === 'name' ? 'ascending' : 'descending') : 'none'}
      className={order === 'bytes' ? 'file-tree-number' : undefined}
    >
      <button type="button" onClick={() => onSort(order)}>
        {name}
        <span aria-hidden="true">{chosen ? (order === 'name' ? ' ▲' : ' ▼') : ''}</span>
      </button>
    </th>
  );
}

interface TreeRowProps {
  readonly id: string;
  readonly top: number;
  readonly index: number;
  readonly visible: VisibleRow | undefined;
  /** Bytes of the whole, for the bars. */
  readonly bytes: number;
  readonly owned: OwnedImage;
  readonly active: boolean;
  readonly onToggle: (row: VisibleRow) => void;
  readonly onSelect: (path: string) => void;
  readonly onZoom: (path: string) => void;
}

function TreeRow(props: TreeRowProps) {
  const { id, top, index, visible, bytes, owned, active, onToggle, onSelect, onZoom } = props;
  const format = useFormatBytes();
  const row = visible?.row;
  const place = { transform: `translateY(${top}px)` };
  const depth = visible?.depth ?? 0;
  if (!row || !visible) {
    return (
      <tr id={id} aria-rowindex={index + 2} style={place}>
        <td className="muted" style={{ paddingLeft: 24 + depth * 16 }}>
          …
        </td>
      </tr>
    );
  }
  // A directory's own entry says nothing of who brought what is in it.
  const layer = row.kind === 'directory' ? undefined : row.layer;
  const owner = row.kind === 'directory' ? undefined : ownerOf(owned, row);
  return (
    <tr
      id={id}
      style={place}
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-posinset={visible.position + 1}
      aria-setsize={visible.setSize}
      aria-selected={active}
      aria-expanded={row.hasChildren ? visible.expanded : undefined}
      onClick={() => onSelect(row.path)}
      onDoubleClick={() => row.hasChildren && onZoom(row.path)}
    >
      <td className="file-tree-name" style={{ paddingLeft: depth * 16 }}>
        {row.hasChildren ? (
          <button
            type="button"
            className="file-tree-chevron"
            data-open={visible.expanded || undefined}
            tabIndex={-1}
            aria-label={`${visible.expanded ? 'Collapse' : 'Expand'} ${visibleText(row.name)}`}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(visible);
            }}
          >
            <Icon name="chevron" />
          </button>
        ) : (
          <span className="file-tree-chevron" />
        )}
        <FileName row={row} />
      </td>
      <td className="file-tree-number" title={formatExactBytes(row.bytes)}>
        <span className="file-tree-bar">
          <i style={{ width: `${bytes > 0 ? Math.min(100, (100 * row.bytes) / bytes) : 0}%` }} />
        </span>
        {format(row.bytes)}
      </td>
      <td className="file-tree-number muted">{row.kind === 'directory' ? formatCount(row.files) : ''}</td>
      <td className="file-tree-layer muted">
        {owner && <Swatch color={owner.color} />}
        {layer === undefined ? '' : layer + 1}
      </td>
    </tr>
  );
}

function FileName({ row }: { readonly row: FileRow }) {
  return (
    <span className="path file-tree-text" title={visibleText(row.path)}>
      <bdi>{visibleText(row.name)}</bdi>
      {row.kind === 'directory' && '/'}
      {row.target !== undefined && (
        <span className="muted">
          {' → '}
          <bdi>{visibleText(row.target)}</bdi>
        </span>
      )}
      {row.sameAs !== undefined && (
        <span className="muted">
          {' = '}
          <bdi>{visibleText(row.sameAs)}</bdi>
        </span>
      )}
      {row.kind !== 'file' && row.kind !== 'directory' && row.kind !== 'symlink' && (
        <span className="muted"> {row.kind}</span>
      )}
    </span>
  );
}
