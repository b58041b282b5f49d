import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Icon } from '../components/icons.tsx';
import type { TreeNode, VisibleRow } from './tree-rows.ts';
import './tree-table.css';
import type { TreeData } from './use-tree.ts';

export interface TreeTableProps<R extends TreeNode> {
  readonly label: string;
  readonly tree: TreeData<R>;
  /** Widths of the columns, as of a grid; the first is the name's. */
  readonly columns: string;
  /** The cells of the head. */
  readonly head: ReactNode;
  /** A row's name, for those who hear it. */
  readonly nameOf: (row: R) => string;
  readonly hasChildren: (row: R) => boolean;
  /** What stands in the first column, behind what opens the row. */
  readonly name: (row: R) => ReactNode;
  /** The other cells. */
  readonly cells: (row: R) => ReactNode;
  /** Without the row where it is gone to by its path. */
  readonly onSelect: (path: string, row: R | undefined) => void;
  readonly onZoom: (path: string) => void;
  readonly onZoomOut: () => void;
}

const rowHeight = 26;
const headHeight = 30;
const overscan = 12;

/** A tree as rows that open, in columns; the keyboard as in a treegrid. */
export function TreeTable<R extends TreeNode>(props: TreeTableProps<R>) {
  const { label, tree, columns, head, hasChildren, onSelect, onZoom } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
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
  const { need, active } = tree;
  useEffect(() => need(first, last), [need, first, last]);
  useEffect(() => {
    if (active !== undefined && active >= 0) virtual.scrollToIndex(active);
  }, [active, virtual]);

  // A row that has not come yet is selected when it is here.
  const [awaited, setAwaited] = useState<number>();
  const awaitedRow = awaited === undefined ? undefined : tree.at(awaited)?.row;
  useEffect(() => {
    if (awaitedRow === undefined) return;
    setAwaited(undefined);
    onSelect(awaitedRow.path, awaitedRow);
  }, [awaitedRow, onSelect]);

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(tree.count - 1, index));
    setAwaited(next);
    virtual.scrollToIndex(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = active === undefined ? undefined : tree.at(active);
    const opens = here?.row !== undefined && hasChildren(here.row);
    const at = active ?? -1;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    if (event.key === 'ArrowDown') goTo(at + 1);
    else if (event.key === 'ArrowUp') goTo(at - 1);
    else if (event.key === 'PageDown') goTo(at + page);
    else if (event.key === 'PageUp') goTo(at - page);
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(tree.count - 1);
    else if (event.key === 'ArrowRight' && here) {
      if (opens && !here.expanded) tree.toggle(here);
      else if (here.expanded) goTo(at + 1);
    } else if (event.key === 'ArrowLeft' && here) {
      if (here.expanded) tree.toggle(here);
      else if (here.depth > 0) onSelect(here.parent, undefined);
    } else if (event.key === 'Enter' && opens) onZoom(here.row!.path);
    else if (event.key === 'Escape' || event.key === 'Backspace') props.onZoomOut();
    else return;
    event.preventDefault();
  };

  if (tree.error) return <ErrorPanel error={tree.error} onRetry={tree.retry} />;
  const rowId = (index: number) => `${id}-${index}`;
  const activeShown = active !== undefined && active >= first && active <= last;
  return (
    <div className="tree-table" ref={scroller} style={{ '--columns': columns } as CSSProperties}>
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
          <tr aria-rowindex={1}>{head}</tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <TreeRow
              key={item.key}
              table={props}
              id={rowId(item.index)}
              top={item.start - headHeight}
              index={item.index}
              visible={tree.at(item.index)}
              active={item.index === active}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface TreeRowProps<R extends TreeNode> {
  readonly table: TreeTableProps<R>;
  readonly id: string;
  readonly top: number;
  readonly index: number;
  readonly visible: VisibleRow<R> | undefined;
  readonly active: boolean;
}

function TreeRow<R extends TreeNode>({ table, id, top, index, visible, active }: TreeRowProps<R>) {
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
  const opens = table.hasChildren(row);
  return (
    <tr
      id={id}
      style={place}
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-posinset={visible.position + 1}
      aria-setsize={visible.setSize}
      aria-selected={active}
      aria-expanded={opens ? visible.expanded : undefined}
      onClick={() => table.onSelect(row.path, row)}
      onDoubleClick={() => opens && table.onZoom(row.path)}
    >
      <td className="tree-table-name" style={{ paddingLeft: depth * 16 }}>
        {opens ? (
          <button
            type="button"
            className="tree-table-chevron"
            data-open={visible.expanded || undefined}
            tabIndex={-1}
            aria-label={`${visible.expanded ? 'Collapse' : 'Expand'} ${table.nameOf(row)}`}
            onClick={(event) => {
              event.stopPropagation();
              table.tree.toggle(visible);
            }}
          >
            <Icon name="chevron" />
          </button>
        ) : (
          <span className="tree-table-chevron" />
        )}
        {table.name(row)}
      </td>
      {table.cells(row)}
    </tr>
  );
}

export interface SortHeadProps<S extends string> {
  readonly name: string;
  readonly order: S;
  readonly sort: S;
  /** Whether the first row has the largest. */
  readonly descending: boolean;
  readonly number?: boolean;
  readonly title?: string;
  readonly onSort: (sort: S) => void;
}

/** The head of a column by which the rows can be ordered. */
export function SortHead<S extends string>(props: SortHeadProps<S>) {
  const { name, order, sort, descending, number = false, title, onSort } = props;
  const chosen = sort === order;
  return (
    <th
      scope="col"
      aria-sort={chosen ? (descending ? 'descending' : 'ascending') : 'none'}
      className={number ? 'tree-table-number' : undefined}
      title={title}
    >
      <button type="button" onClick={() => onSort(order)}>
        {name}
        <span aria-hidden="true">{chosen ? (descending ? ' ▼' : ' ▲') : ''}</span>
      </button>
    </th>
  );
}
