import { type ReactNode, useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import type { ComparisonDocument, Difference } from '../../shared/model/comparison-document.ts';
import { formatCount } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { stageAddress } from '../addresses.ts';
import type { AddressFilter } from '../charts/file-filter-address.ts';
import { FilterBar } from '../charts/filter-bar.tsx';
import { filterNames } from '../charts/filter-names.ts';
import type { FilterNames } from '../charts/filter-words.ts';
import { Legend } from '../charts/legend.tsx';
import { reconcile } from '../charts/owner-shares.ts';
import type { OwnedImage, Owner } from '../charts/owners.ts';
import { PathStrip } from '../charts/path-strip.tsx';
import { SumCheck } from '../charts/sum-check.tsx';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { usePathFacts } from '../charts/use-path-facts.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { Tabs } from '../components/tabs.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import { type Call, useCall } from '../data/use-call.ts';
import { useDockerfile } from '../dockerfile/use-dockerfile.ts';
import { differenceCount } from './change-kinds.ts';
import { ChangesView } from './changes-view.tsx';
import { readCompareView } from './compare-view.ts';
import './comparison.css';
import { DockerfileTab } from './dockerfile-tab.tsx';
import { flowGraph, selectionFilter } from './flow-graph.ts';
import { FlowView } from './flow-view.tsx';
import { HeadlineView } from './headline-view.tsx';
import { SideBySide } from './side-by-side.tsx';
import { type BarVariant, VariantBars } from './variant-bars.tsx';
import { WhyView } from './why-view.tsx';

/** Directories, packages and changes that are listed of each. */
const listed = 12;

/** One of the two images that are compared. */
export interface ComparedSide {
  readonly name: string;
  readonly handle: string;
  readonly image: ImageFacts;
  readonly owned: OwnedImage;
  /** After a build here. */
  readonly variant?: VariantDocument;
  /** Address of the image by itself. */
  readonly address: string;
}

export interface ComparisonProps {
  readonly crumbs: readonly Crumb[];
  readonly actions?: ReactNode;
  /** Of the project whose variants these are. */
  readonly folder?: string;
  /** What makes the difference, where the build knows more of it than the images. */
  readonly difference?: Difference;
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  readonly owners: readonly Owner[];
  /** A bar each; ids of the two that are compared are given beside. */
  readonly bars: readonly BarVariant[];
  readonly leftId: string;
  readonly rightId: string;
  readonly onChooseRight?: (id: string) => void;
  /** Choosing other variants, where there are more than two. */
  readonly picker?: ReactNode;
  /** What went wrong on the way and is still worth knowing. */
  readonly warnings: readonly string[];
}

/** The answer first and large, then the bars, then the picture. */
export function Comparison(props: ComparisonProps) {
  const { crumbs, actions, left, right, owners, bars, leftId, rightId, onChooseRight, picker, warnings } =
    props;
  const { query, go } = useAddress();
  const fileFilter = useFileFilter();
  const view = readCompareView(query);
  const from = query.get('from') ?? undefined;
  const comparison = useCall('compare.open', { left: left.handle, right: right.handle, top: listed });
  const totals = comparison.value?.totals ?? undefined;
  const leftFacts = usePathFacts(left.handle, from ?? view.select);
  const rightFacts = usePathFacts(right.handle, view.select);
  const select = (path: string, moved?: string) => go({ select: path, from: moved }, { replace: true });
  const filterBar = (
    <FilterBar
      filter={fileFilter.filter}
      names={useFilterNames(props, fileFilter)}
      onRemove={(part) => fileFilter.change({ [part]: undefined })}
    />
  );

  const tabs = [
    ...(right.variant && props.folder !== undefined
      ? [
          {
            id: 'flow',
            label: 'Flow',
            content: (
              <Flow
                side={right}
                variant={right.variant}
                folder={props.folder}
                filterBar={filterBar}
                selected={view.select}
                onSelect={select}
              />
            ),
          },
        ]
      : []),
    {
      id: 'side',
      label: 'Side by side',
      content: (
        <SideBySide
          left={left}
          right={right}
          filter={fileFilter}
          filterBar={filterBar}
          path={view.path}
          selectedLeft={leftFacts.state === 'absent' ? undefined : (from ?? view.select)}
          selectedRight={rightFacts.state === 'absent' ? undefined : view.select}
          oneScale={view.oneScale}
          onOneScale={(oneScale) => go({ scale: oneScale ? 'one' : undefined }, { replace: true })}
          onSelect={select}
          onZoom={(path) => go({ path: path === '/' ? undefined : path })}
        />
      ),
    },
    {
      id: 'changes',
      label: 'Changes',
      note: totals && formatCount(differenceCount(totals)),
      content: (
        <Compared call={comparison}>
          {(document) => <ChangesView left={left} right={right} document={document} />}
        </Compared>
      ),
    },
    {
      id: 'why',
      label: 'Why',
      content: (
        <Compared call={comparison}>
          {(document) => (
            <WhyView
              difference={props.difference}
              comparison={document}
              selected={view.select}
              onSelect={select}
            />
          )}
        </Compared>
      ),
    },
    ...(left.variant && right.variant && props.folder !== undefined
      ? [
          {
            id: 'dockerfile',
            label: 'Dockerfile',
            content: <DockerfileTab folder={props.folder} left={left} right={right} onSelect={select} />,
          },
        ]
      : []),
  ];
  const first = tabs[0]!.id;
  const tab = tabs.find(({ id }) => id === view.tab)?.id ?? first;

  return (
    <Screen
      layout="fill"
      crumbs={crumbs}
      actions={
        <>
          <Link className="button button-plain" to={left.address}>
            Open {visibleText(left.name)}
          </Link>
          <Link className="button button-plain" to={right.address}>
            Open {visibleText(right.name)}
          </Link>
          {actions}
        </>
      }
      status={[left, right].map(({ name, owned, image }, index) => (
        <SumCheck
          // biome-ignore lint/suspicious/noArrayIndexKey: an image may be compared with itself
          key={index}
          of={owned.origins ? 'origins' : 'layers'}
          name={visibleText(name)}
          result={reconcile(owned.shares, image.sizes.live)}
        />
      ))}
    >
      <div className="comparison">
        <HeadlineView
          left={left.image}
          right={right.image}
          leftBehind={right.variant?.leftBehind || undefined}
          picker={picker}
        />
        {warnings.length > 0 && (
          <ul className="comparison-warnings">
            {warnings.map((warning) => (
              <li key={warning}>{visibleText(warning)}</li>
            ))}
          </ul>
        )}
        <VariantBars variants={bars} owners={owners} left={leftId} right={rightId} onChoose={onChooseRight} />
        <Tabs
          label="Views of the comparison"
          value={tab}
          onChange={(next) => go({ tab: next === first ? undefined : next })}
          aside={<Legend owners={owners} tiles={tab === 'side'} />}
          tabs={tabs}
        />
        {(view.select !== undefined || tab === 'side' || tab === 'changes') && (
          <PathStrip
            path={view.select}
            from={from}
            sides={[
              { ...left, facts: leftFacts },
              { ...right, facts: rightFacts },
            ]}
          />
        )}
      </div>
    </Screen>
  );
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

interface FlowProps {
  readonly side: ComparedSide;
  readonly variant: VariantDocument;
  readonly folder: string;
  readonly filterBar: ReactNode;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

function Flow({ side, variant, folder, filterBar, selected, onSelect }: FlowProps) {
  const filter = useFileFilter();
  const navigate = useNavigate();
  const { owned } = side;
  const graph = useMemo(() => flowGraph(variant, owned), [variant, owned]);
  return (
    <FlowView
      variant={variant}
      handle={side.handle}
      graph={graph}
      filter={filter}
      filterBar={filterBar}
      onFilter={(selection) => filter.change(selectionFilter(selection), variant.dockerfile)}
      onLeftBehind={(stage) =>
        navigate(
          stageAddress(folder, variant.name, stage, {
            filter: { fate: 'leftBehind' },
            of: variant.dockerfile,
          }),
        )
      }
      selected={selected}
      onSelect={onSelect}
    />
  );
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
