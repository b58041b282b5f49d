import type { ReactNode } from 'react';
import type { ChangeTotals } from '../../shared/model/comparison-document.ts';
import type { AddressFilter } from '../charts/file-filter-address.ts';
import { parentOf } from '../charts/files-treemap.tsx';
import { useAddress } from '../charts/use-address.ts';
import { Segmented } from '../components/segmented.tsx';
import { leftAndRight, readKinds, type SideNames, toggleKind } from './change-kinds.ts';
import { ChangesTable } from './changes-table.tsx';
import { ChangesTree, treeSorts } from './changes-tree.tsx';
import { readCompareView } from './compare-view.ts';
import type { ComparedSide } from './comparison.tsx';
import { sideFilter } from './side-filter.ts';

export interface ChangesViewProps {
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  /** Undefined where it is not known what differs. */
  readonly totals: ChangeTotals | undefined;
  readonly sideNames?: SideNames;
  readonly filter: AddressFilter;
  /** What is selected, in words. */
  readonly filterBar: ReactNode;
}

/** A side's filter as the comparison takes it. */
function changeFilter(side: ComparedSide, address: AddressFilter) {
  const chosen = sideFilter(side, address);
  return chosen.state === 'nothing' ? ('nothing' as const) : chosen.filter;
}

const modes = [
  { value: 'tree', label: 'Tree', title: 'By directory, with the sum of all below' },
  { value: 'list', label: 'List', title: 'Every path by itself, the largest difference first' },
] as const;

/** What differs, as a tree with sums or as a list of paths; of the kinds that are chosen. */
export function ChangesView(props: ChangesViewProps) {
  const { left, right, totals, sideNames = leftAndRight, filter, filterBar } = props;
  const { query, go } = useAddress();
  const { path, select } = readCompareView(query);
  const kinds = readKinds(query.get('kinds'));
  const sort = treeSorts.find((known) => known === query.get('sort')) ?? 'difference';
  const mode = query.get('as') === 'list' ? 'list' : 'tree';
  const zoom = (to: string) => go({ path: to === '/' ? undefined : to });
  if (!totals) {
    return (
      <p className="comparison-wait muted">
        What changed is not known: a layer of one of the images is not available.
      </p>
    );
  }
  const shared = {
    left,
    right,
    totals,
    sideNames,
    leftFilter: changeFilter(left, filter),
    rightFilter: changeFilter(right, filter),
    filterBar,
    kinds,
    onToggleKind: (kind: Parameters<typeof toggleKind>[1]) =>
      go({ kinds: toggleKind(kinds, kind) }, { replace: true }),
    path,
    onZoom: zoom,
    selected: select,
    onSelect: (chosen: string, moved: string | undefined) =>
      go({ select: chosen, from: moved }, { replace: true }),
    switches: (
      <Segmented
        label="Changes as"
        options={modes}
        value={mode}
        onChange={(next) => go({ as: next === 'tree' ? undefined : next }, { replace: true })}
      />
    ),
  };
  // Not of the handles: what is open stays open when the folder is built again.
  const key = `${left.name} ${right.name} ${path}`;
  return mode === 'list' ? (
    <ChangesTable key={key} {...shared} />
  ) : (
    <ChangesTree
      key={key}
      {...shared}
      sort={sort}
      onSort={(next) => go({ sort: next === 'difference' ? undefined : next }, { replace: true })}
      onZoomOut={() => path !== '/' && zoom(parentOf(path))}
    />
  );
}
