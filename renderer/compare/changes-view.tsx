import type { ComparisonDocument } from '../../shared/model/comparison-document.ts';
import { parentOf } from '../charts/files-treemap.tsx';
import { useAddress } from '../charts/use-address.ts';
import { Segmented } from '../components/segmented.tsx';
import { readKinds, toggleKind } from './change-kinds.ts';
import { ChangesTable } from './changes-table.tsx';
import { ChangesTree, treeSorts } from './changes-tree.tsx';
import { readCompareView } from './compare-view.ts';

export interface ChangesViewProps {
  readonly left: { readonly handle: string; readonly name: string };
  readonly right: { readonly handle: string; readonly name: string };
  readonly document: ComparisonDocument;
}

const modes = [
  { value: 'tree', label: 'Tree', title: 'By directory, with the sum of all below' },
  { value: 'list', label: 'List', title: 'Every path by itself, the largest difference first' },
] as const;

/** What differs, as a tree with sums or as a list of paths; of the kinds that are chosen. */
export function ChangesView({ left, right, document }: ChangesViewProps) {
  const { query, go } = useAddress();
  const { path, select } = readCompareView(query);
  const kinds = readKinds(query.get('kinds'));
  const sort = treeSorts.find((known) => known === query.get('sort')) ?? 'difference';
  const mode = query.get('changes') === 'list' ? 'list' : 'tree';
  const zoom = (to: string) => go({ path: to === '/' ? undefined : to });
  if (!document.totals) {
    return (
      <p className="comparison-wait muted">
        What changed is not known: a layer of one of the images is not available.
      </p>
    );
  }
  const shared = {
    left,
    right,
    totals: document.totals,
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
        onChange={(next) => go({ changes: next === 'tree' ? undefined : next }, { replace: true })}
      />
    ),
  };
  const key = `${left.handle} ${right.handle} ${path}`;
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
