import { useCallback, useState } from 'react';
import type { Input } from '../../shared/api/contract.ts';
import type { ChangeTotals, SideFilter, TreeChange } from '../../shared/model/comparison-document.ts';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { Difference } from '../charts/path-strip.tsx';
import { SortHead, TreeTable } from '../charts/tree-table.tsx';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { useTree } from '../charts/use-tree.ts';
import { visibleText } from '../charts/visible-text.ts';
import { useApi } from '../data/host-context.tsx';
import { kindSigns, kindTitle, kindWord, type SideNames } from './change-kinds.ts';
import './changes-tree.css';
import { KindChips, type KindChipsProps } from './kind-chips.tsx';

export const treeSorts = ['difference', 'name', 'left', 'right', 'changes'] as const;
export type TreeSort = (typeof treeSorts)[number];

export interface ChangesTreeProps extends Omit<KindChipsProps, 'sum'> {
  readonly leftFilter: SideFilter | undefined;
  readonly rightFilter: SideFilter | undefined;
  readonly left: { readonly handle: string; readonly name: string };
  readonly right: { readonly handle: string; readonly name: string };
  readonly sort: TreeSort;
  readonly onSort: (sort: TreeSort) => void;
  readonly selected: string | undefined;
  readonly onSelect: (path: string, from: string | undefined) => void;
  readonly onZoomOut: () => void;
}

/** What differs as a tree: of a directory the sums of all changes below it, what saves most first. */
export function ChangesTree(props: ChangesTreeProps) {
  const { left, right, leftFilter, rightFilter, kinds, path, sort, onSort, selected, onSelect } = props;
  const query = {
    left: left.handle,
    right: right.handle,
    leftFilter,
    rightFilter,
    kinds: kinds && [...kinds],
    sort,
  };
  const { totals, ...tree } = useChangesTree(query, path, selected);
  const select = useCallback(
    (chosen: string, row: TreeChange | undefined) => onSelect(chosen, row?.from),
    [onSelect],
  );
  const root = tree.root && {
    rows: tree.root.changes,
    bytes: (tree.root.right ?? 0) - (tree.root.left ?? 0),
  };
  const head = { sort, onSort, descending: true, number: true } as const;
  return (
    <div className="changes">
      <KindChips {...props} totals={totals ?? props.totals} sum={root} />
      <TreeTable
        label="Changes by directory"
        tree={tree}
        columns="minmax(0, 1fr) 130px 90px 90px 100px"
        head={
          <>
            <SortHead {...head} name="Path" order="name" descending={false} number={false} />
            <SortHead {...head} name="Change" order="changes" number={false} />
            <SortHead {...head} name={props.sideNames.left} order="left" title={visibleText(left.name)} />
            <SortHead {...head} name={props.sideNames.right} order="right" title={visibleText(right.name)} />
            <SortHead {...head} name="Difference" order="difference" />
          </>
        }
        nameOf={(row) => visibleText(row.name)}
        hasChildren={(row) => row.kind === 'directory' && row.changes > 0}
        name={(row) => <ChangeName row={row} />}
        cells={(row) => <ChangeCells row={row} sideNames={props.sideNames} />}
        onSelect={select}
        onZoom={props.onZoom}
        onZoomOut={props.onZoomOut}
      />
    </div>
  );
}

type TreeQuery = Omit<Input<'compare.tree'>, 'path' | 'offset' | 'limit'>;

function useChangesTree(query: TreeQuery, path: string, selected: string | undefined) {
  const api = useApi();
  const [totals, setTotals] = useState<{ readonly key: string; readonly of: ChangeTotals }>();
  const key = JSON.stringify(query);
  const load = useCallback(
    async (directory: string, offset: number, limit: number) => {
      const asked = JSON.parse(key) as TreeQuery;
      const page = await api.call('compare.tree', { ...asked, path: directory, offset, limit });
      setTotals((known) => (known?.key === key ? known : { key, of: page.totals }));
      return page;
    },
    [api, key],
  );
  return { ...useTree({ path, load, selected }), totals: totals?.of };
}

function ChangeName({ row }: { readonly row: TreeChange }) {
  return (
    <span className="path tree-table-text" title={visibleText(row.path)}>
      <bdi>{visibleText(row.name)}</bdi>
      {row.kind === 'directory' && '/'}
      {row.from !== undefined && (
        <span className="muted">
          {' ← '}
          <bdi>{visibleText(row.from)}</bdi>
        </span>
      )}
    </span>
  );
}

interface CellProps {
  readonly row: TreeChange;
  readonly sideNames: SideNames;
}

function ChangeCells({ row, sideNames }: CellProps) {
  const format = useFormatBytes();
  const side = (bytes: number | null) => (
    <td className="tree-table-number" title={bytes === null ? undefined : formatExactBytes(bytes)}>
      {bytes === null ? <span className="muted">–</span> : format(bytes)}
    </td>
  );
  return (
    <>
      <KindCell row={row} sideNames={sideNames} />
      {side(row.left)}
      {side(row.right)}
      <td className="tree-table-number">
        <Difference bytes={(row.right ?? 0) - (row.left ?? 0)} format={format} />
      </td>
    </>
  );
}

function KindCell({ row, sideNames }: CellProps) {
  if (row.kind === 'directory') {
    const side =
      row.left === null
        ? kindWord('added', sideNames)
        : row.right === null
          ? kindWord('removed', sideNames)
          : undefined;
    return (
      <td className="muted changes-tree-kind">
        {side ? `${side}, ` : ''}
        {formatCount(row.changes)} {row.changes === 1 ? 'path' : 'paths'}
      </td>
    );
  }
  return (
    <td className={`change-${row.kind} changes-tree-kind`} title={kindTitle(row.kind, sideNames)}>
      <span className="change-sign" aria-hidden="true">
        {kindSigns[row.kind]}
      </span>
      {kindWord(row.kind, sideNames)}
    </td>
  );
}
