import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Difference } from '../../shared/model/comparison-document.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { Legend } from '../charts/legend.tsx';
import { reconcile } from '../charts/owner-shares.ts';
import type { OwnedImage, Owner } from '../charts/owners.ts';
import { PathStrip } from '../charts/path-strip.tsx';
import { SumCheck } from '../charts/sum-check.tsx';
import { useAddress } from '../charts/use-address.ts';
import { usePathFacts } from '../charts/use-path-facts.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Screen, type ScreenWatch } from '../components/screen.tsx';
import { Tabs } from '../components/tabs.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import type { PathChanges } from '../since/path-changes.ts';
import type { PreviousImage } from '../since/previous-build.ts';
import { SinceLine } from '../since/since-line.tsx';
import { type KnownChanges, usePathChanges } from '../since/use-path-changes.ts';
import { readCompareView } from './compare-view.ts';
import './comparison.css';
import { HeadlineView } from './headline-view.tsx';
import { useComparisonTabs } from './use-comparison-tabs.tsx';
import { type BarVariant, VariantBars } from './variant-bars.tsx';

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
  /** Of the same variant, in the build before. */
  readonly previous?: PreviousImage | undefined;
  /** What is other than there, as soon as it is known, and what is told of it until then. */
  readonly changes?: PathChanges | undefined;
  readonly toldChanges?: PathChanges | undefined;
  readonly isComparing?: boolean;
}

export interface ComparisonProps {
  readonly crumbs: readonly Crumb[];
  readonly actions?: ReactNode;
  readonly watch?: ScreenWatch;
  /** For the status line, before the sums. */
  readonly facts?: ReactNode;
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
export function Comparison(given: ComparisonProps) {
  const leftChanges = useSideChanges(given.left, given.folder);
  const rightChanges = useSideChanges(given.right, given.folder);
  const props: ComparisonProps = {
    ...given,
    left: { ...given.left, ...leftChanges },
    right: { ...given.right, ...rightChanges },
  };
  const {
    crumbs,
    actions,
    watch,
    facts,
    left,
    right,
    owners,
    bars,
    leftId,
    rightId,
    onChooseRight,
    picker,
    warnings,
  } = props;
  const { query, go } = useAddress();
  const view = readCompareView(query);
  const from = query.get('from') ?? undefined;
  const leftFacts = usePathFacts(left.handle, from ?? view.select);
  const rightFacts = usePathFacts(right.handle, view.select);
  const tabs = useComparisonTabs(props, {
    left: leftFacts.state === 'absent' ? undefined : (from ?? view.select),
    right: rightFacts.state === 'absent' ? undefined : view.select,
  });
  const first = tabs[0]!.id;
  const tab = tabs.find(({ id }) => id === view.tab)?.id ?? first;
  const picturesFiles = tab === 'side' || tab === 'changes' || tab === 'since';

  return (
    <Screen
      layout="fill"
      crumbs={crumbs}
      watch={watch}
      actions={
        <>
          <Link className="button button-plain" to={left.address} title={`Open ${visibleText(left.name)}`}>
            Open {visibleText(left.name)}
          </Link>
          <Link className="button button-plain" to={right.address} title={`Open ${visibleText(right.name)}`}>
            Open {visibleText(right.name)}
          </Link>
          {actions}
        </>
      }
      status={
        <>
          {facts}
          {[left, right].map(({ name, owned, image }, index) => (
            <SumCheck
              // biome-ignore lint/suspicious/noArrayIndexKey: an image may be compared with itself
              key={index}
              of={owned.origins ? 'origins' : 'layers'}
              name={visibleText(name)}
              result={reconcile(owned.shares, image.sizes.live)}
            />
          ))}
        </>
      }
    >
      <div className="comparison">
        <HeadlineView
          left={left.image}
          right={right.image}
          leftBehind={right.variant?.leftBehind || undefined}
          picker={picker}
        />
        <SinceLine
          sides={[left, right].map(({ name, previous, toldChanges }) => ({
            name,
            previous,
            changes: toldChanges,
          }))}
          onShow={() => go({ tab: 'since' })}
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
        {(view.select !== undefined || picturesFiles) && (
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

function useSideChanges({ name, handle, previous }: ComparedSide, folder: string | undefined): KnownChanges {
  return usePathChanges(previous?.handle, handle, `${folder} ${name}`);
}
