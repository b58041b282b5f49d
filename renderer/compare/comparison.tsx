import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatCount } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { Legend } from '../charts/legend.tsx';
import { reconcile } from '../charts/owner-shares.ts';
import { commonDiffIds, type OwnedImage, type Owner } from '../charts/owners.ts';
import { PathStrip } from '../charts/path-strip.tsx';
import { SumCheck } from '../charts/sum-check.tsx';
import { useAddress } from '../charts/use-address.ts';
import { usePathFacts } from '../charts/use-path-facts.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { Tabs } from '../components/tabs.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import { useCall } from '../data/use-call.ts';
import { differenceCount, readKinds, toggleKind } from './change-kinds.ts';
import { ChangesTable } from './changes-table.tsx';
import { readCompareView } from './compare-view.ts';
import './comparison.css';
import { HeadlineView } from './headline-view.tsx';
import { SideBySide } from './side-by-side.tsx';
import { type BarVariant, VariantBars } from './variant-bars.tsx';

/** One of the two images that are compared. */
export interface ComparedSide {
  readonly name: string;
  readonly handle: string;
  readonly image: ImageFacts;
  readonly owned: OwnedImage;
  /** Address of the image by itself. */
  readonly address: string;
}

export interface ComparisonProps {
  readonly crumbs: readonly Crumb[];
  readonly actions?: ReactNode;
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
  const view = readCompareView(query);
  const from = query.get('from') ?? undefined;
  const kinds = readKinds(query.get('kinds'));
  const comparison = useCall('compare.open', { left: left.handle, right: right.handle, top: 0 });
  const totals = comparison.value?.totals ?? undefined;
  const leftFacts = usePathFacts(left.handle, from ?? view.select);
  const rightFacts = usePathFacts(right.handle, view.select);
  const shares = (id: string) => bars.find((bar) => bar.id === id)?.shares ?? [];

  const zoom = (path: string) => go({ path: path === '/' ? undefined : path });
  const select = (path: string, moved?: string) => go({ select: path, from: moved }, { replace: true });

  const sideBySide = (
    <SideBySide
      left={left}
      right={right}
      path={view.path}
      selectedLeft={leftFacts.state === 'absent' ? undefined : (from ?? view.select)}
      selectedRight={rightFacts.state === 'absent' ? undefined : view.select}
      oneScale={view.oneScale}
      onOneScale={(oneScale) => go({ scale: oneScale ? 'one' : undefined }, { replace: true })}
      onSelect={select}
      onZoom={zoom}
    />
  );
  const changes = comparison.error ? (
    <ErrorPanel error={comparison.error} onRetry={comparison.refetch} />
  ) : totals ? (
    <ChangesTable
      key={`${left.handle} ${right.handle} ${view.path}`}
      left={left}
      right={right}
      totals={totals}
      kinds={kinds}
      onToggleKind={(kind) => go({ kinds: toggleKind(kinds, kind) }, { replace: true })}
      path={view.path}
      selected={view.select}
      onSelect={select}
    />
  ) : (
    <p className="comparison-wait muted">
      {comparison.value
        ? 'What changed is not known: a layer of one of the images is not available.'
        : 'Comparing …'}
    </p>
  );

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
      status={
        <>
          <SumCheck name={visibleText(left.name)} result={reconcile(shares(leftId), left.image.sizes.live)} />
          <SumCheck
            name={visibleText(right.name)}
            result={reconcile(shares(rightId), right.image.sizes.live)}
          />
        </>
      }
    >
      <div className="comparison">
        <HeadlineView
          left={left.image}
          right={right.image}
          common={commonDiffIds(left.image, right.image).size}
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
          value={view.tab}
          onChange={(tab) => go({ tab: tab === 'side' ? undefined : tab })}
          aside={<Legend owners={owners} tiles />}
          tabs={[
            { id: 'side', label: 'Side by side', content: sideBySide },
            {
              id: 'changes',
              label: 'Changes',
              note: totals && formatCount(differenceCount(totals)),
              content: changes,
            },
          ]}
        />
        <PathStrip
          path={view.select}
          from={from}
          sides={[
            { ...left, facts: leftFacts },
            { ...right, facts: rightFacts },
          ]}
        />
      </div>
    </Screen>
  );
}
