import type { ReactNode } from 'react';
import type { AddressFilter } from '../charts/file-filter-address.ts';
import { useAddress } from '../charts/use-address.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Segmented } from '../components/segmented.tsx';
import type { SideNames } from './change-kinds.ts';
import { ChangesView } from './changes-view.tsx';
import type { ComparedSide } from './comparison.tsx';
import './since-tab.css';

export interface SinceTabProps {
  /** The images on screen that were built before, the one that is shown first last. */
  readonly sides: readonly ComparedSide[];
  readonly filter: AddressFilter;
  /** What is selected, in words. */
  readonly filterBar: ReactNode;
}

const beforeAndNow: SideNames = {
  left: 'Before',
  right: 'Now',
  leftImage: 'the image before',
  rightImage: 'the image now',
};

/** What changed in an image since the build before: the same view as of two images, of its two builds. */
export function SinceTab({ sides, filter, filterBar }: SinceTabProps) {
  const { query, go } = useAddress();
  const side = sides.find(({ name }) => name === query.get('since')) ?? sides.at(-1);
  if (!side?.previous) return null;
  const { toldChanges: changes, isComparing } = side;
  return (
    <div className="since-tab">
      {sides.length > 1 && (
        <Segmented
          label="What changed in"
          isLabelShown
          options={sides.map(({ name }) => ({ value: name, label: visibleText(name) }))}
          value={side.name}
          onChange={(name) => go({ since: name })}
        />
      )}
      {!changes && isComparing ? (
        <p className="comparison-wait muted">Comparing …</p>
      ) : changes?.total === 0 ? (
        <p className="comparison-wait muted">
          Every path of {visibleText(side.name)} is as it was in the build before.
        </p>
      ) : (
        <ChangesView
          left={{ ...side, handle: side.previous.handle, name: 'the build before' }}
          right={side}
          sideNames={beforeAndNow}
          totals={changes?.totals}
          filter={filter}
          filterBar={filterBar}
        />
      )}
    </div>
  );
}
