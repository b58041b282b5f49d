import type { ReactNode } from 'react';
import type { ComparisonDocument } from '../../shared/model/comparison-document.ts';
import { formatCount } from '../../shared/model/format-bytes.ts';
import type { AddressFilter } from '../charts/file-filter-address.ts';
import { FilterBar } from '../charts/filter-bar.tsx';
import { filterNames } from '../charts/filter-names.ts';
import type { FilterNames } from '../charts/filter-words.ts';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import type { Tab } from '../components/tabs.tsx';
import { type Call, useCall } from '../data/use-call.ts';
import { useDockerfile } from '../dockerfile/use-dockerfile.ts';
import { differenceCount } from './change-kinds.ts';
import { ChangesView } from './changes-view.tsx';
import { type CompareTab, readCompareView } from './compare-view.ts';
import type { ComparisonProps } from './comparison.tsx';
import { DockerfileTab } from './dockerfile-tab.tsx';
import { FlowTab } from './flow-tab.tsx';
import { SideBySide } from './side-by-side.tsx';
import { SinceTab } from './since-tab.tsx';
import { WhyView } from './why-view.tsx';

/** Directories, packages and changes that are listed of each. */
const listed = 12;

/** The selected path on either side; undefined where it is not in that image. */
export interface SelectedPaths {
  readonly left: string | undefined;
  readonly right: string | undefined;
}

/** The views of a comparison, all of one selection and one filter; what only a build tells is there after one. */
export function useComparisonTabs(
  props: ComparisonProps,
  selected: SelectedPaths,
): readonly (Tab & { readonly id: CompareTab })[] {
  const { left, right, folder, difference } = props;
  const { query, go } = useAddress();
  const filter = useFileFilter();
  const names = useFilterNames(props, filter);
  const view = readCompareView(query);
  const comparison = useCall('compare.open', { left: left.handle, right: right.handle, top: listed });
  const totals = comparison.value?.totals ?? undefined;
  const select = (path: string) => go({ select: path, from: undefined }, { replace: true });
  const filterBar = (
    <FilterBar
      filter={filter.filter}
      names={names}
      onRemove={(part) => filter.change({ [part]: undefined })}
    />
  );
  const flow = right.variant && folder !== undefined && (
    <FlowTab
      side={right}
      variant={right.variant}
      folder={folder}
      filterBar={filterBar}
      selected={view.select}
      onSelect={select}
    />
  );
  const sideBySide = (
    <SideBySide
      left={left}
      right={right}
      filter={filter}
      filterBar={filterBar}
      path={view.path}
      selectedLeft={selected.left}
      selectedRight={selected.right}
      oneScale={view.oneScale}
      onOneScale={(oneScale) => go({ scale: oneScale ? 'one' : undefined }, { replace: true })}
      onSelect={select}
      onZoom={(path) => go({ path: path === '/' ? undefined : path })}
    />
  );
  const changes = (document: ComparisonDocument) => (
    <ChangesView
      left={left}
      right={right}
      totals={document.totals ?? undefined}
      filter={filter}
      filterBar={filterBar}
    />
  );
  const why = (document: ComparisonDocument) => (
    <WhyView difference={difference} comparison={document} selected={view.select} onSelect={select} />
  );
  const dockerfile = left.variant && right.variant && folder !== undefined && (
    <DockerfileTab folder={folder} left={left} right={right} onSelect={select} />
  );
  const builtBefore = [left, right].filter(({ previous }) => previous);
  const since = builtBefore.length > 0 && (
    <SinceTab sides={builtBefore} filter={filter} filterBar={filterBar} />
  );
  return [
    ...(flow ? [{ id: 'flow', label: 'Flow', content: flow } as const] : []),
    { id: 'side', label: 'Side by side', content: sideBySide },
    {
      id: 'changes',
      label: 'Changes',
      note: totals && formatCount(differenceCount(totals)),
      content: <Compared call={comparison}>{changes}</Compared>,
    },
    { id: 'why', label: 'Why', content: <Compared call={comparison}>{why}</Compared> },
    ...(dockerfile ? [{ id: 'dockerfile', label: 'Dockerfile', content: dockerfile } as const] : []),
    ...(since ? [{ id: 'since', label: 'Since before', content: since } as const] : []),
  ];
}

/** What the parts of the filter are called: by the image whose Dockerfile they are about. */
function useFilterNames({ left, right, folder }: ComparisonProps, { of }: AddressFilter): FilterNames {
  const side =
    of !== undefined && left.variant?.dockerfile === of && right.variant?.dockerfile !== of ? left : right;
  const { dockerfile } = useDockerfile(
    folder === undefined || !side.variant || of === undefined ? undefined : { folder, variant: side.variant },
  );
  return filterNames(side.owned, dockerfile);
}

interface ComparedProps {
  readonly call: Call<'compare.open'>;
  readonly children: (document: ComparisonDocument) => ReactNode;
}

/** What is known when the images are compared. */
function Compared({ call, children }: ComparedProps) {
  if (call.error) return <ErrorPanel error={call.error} onRetry={call.refetch} />;
  if (!call.value) return <p className="comparison-wait muted">Comparing …</p>;
  return children(call.value);
}
