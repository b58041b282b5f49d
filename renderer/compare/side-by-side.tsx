import { type ReactNode, useCallback, useDeferredValue, useState } from 'react';
import type { Input } from '../../shared/api/contract.ts';
import type { TreemapTile } from '../../shared/model/files.ts';
import { Breadcrumb } from '../charts/breadcrumb.tsx';
import { describeContent } from '../charts/describe-content.ts';
import type { AddressFilter } from '../charts/file-filter-address.ts';
import { ownerOf } from '../charts/owners.ts';
import { Treemap } from '../charts/treemap.tsx';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Segmented } from '../components/segmented.tsx';
import { type Call, useCall } from '../data/use-call.ts';
import { SizeChange } from '../since/size-change.tsx';
import type { ComparedSide } from './comparison.tsx';
import { type SideFilter, sideFilter } from './side-filter.ts';
import './side-by-side.css';

export interface SideBySideProps {
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  readonly filter: AddressFilter;
  /** What is selected, in words. */
  readonly filterBar: ReactNode;
  readonly path: string;
  /** Selected path on either side; undefined where it is not in that image. */
  readonly selectedLeft: string | undefined;
  readonly selectedRight: string | undefined;
  readonly oneScale: boolean;
  readonly onOneScale: (oneScale: boolean) => void;
  readonly onSelect: (path: string) => void;
  readonly onZoom: (path: string) => void;
}

/** Few enough to read at half a window's width; what is smaller is in the grey tiles. */
const tiles = 400;

const scales = [
  { value: 'fill', label: 'Fill frames' },
  { value: 'one', label: 'One scale', title: 'Equal area for equal bytes' },
] as const;

/** Both images as treemaps of one directory, with one selection, one zoom and one search. */
export function SideBySide(props: SideBySideProps) {
  const { left, right, filter, path, oneScale, onOneScale, onZoom } = props;
  const [search, setSearch] = useState('');
  const deferred = useDeferredValue(search);
  const leftFilter = sideFilter(left, filter);
  const rightFilter = sideFilter(right, filter);
  const leftMap = useCall('files.treemap', treemapOf(left, path, leftFilter));
  const rightMap = useCall('files.treemap', treemapOf(right, path, rightFilter));
  const bytes = (call: Call<'files.treemap'>) => (call.error ? 0 : (call.value?.bytes ?? 0));
  const larger = Math.max(bytes(leftMap), bytes(rightMap), 1);
  const share = (call: Call<'files.treemap'>) => (oneScale ? bytes(call) / larger : 1);
  const shared = {
    path,
    search: deferred,
    onSelect: props.onSelect,
    onZoom,
    onZoomOut: () => path !== '/' && onZoom(path.slice(0, path.lastIndexOf('/')) || '/'),
  };
  return (
    <div className="side-by-side">
      <div className="side-by-side-bar">
        <Breadcrumb path={path} onGo={onZoom} />
        {props.filterBar}
        <div className="side-by-side-tools">
          <input
            type="search"
            className="side-by-side-search"
            placeholder="Find a name"
            aria-label="Find a name: tiles without it are greyed"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Segmented
            label="Scale of the two pictures"
            options={scales}
            value={oneScale ? 'one' : 'fill'}
            onChange={(scale) => onOneScale(scale === 'one')}
          />
        </div>
      </div>
      <div className="side-by-side-maps">
        <Side
          {...shared}
          side={left}
          filter={leftFilter}
          map={leftMap}
          selected={props.selectedLeft}
          share={share(leftMap)}
        />
        <Side
          {...shared}
          side={right}
          filter={rightFilter}
          map={rightMap}
          selected={props.selectedRight}
          share={share(rightMap)}
        />
      </div>
    </div>
  );
}

interface SideProps {
  readonly side: ComparedSide;
  readonly filter: SideFilter;
  readonly map: Call<'files.treemap'>;
  readonly path: string;
  readonly selected: string | undefined;
  readonly search: string;
  readonly share: number;
  readonly onSelect: (path: string) => void;
  readonly onZoom: (path: string) => void;
  readonly onZoomOut: () => void;
}

/** Undefined where nothing can pass: then nothing is asked. */
function treemapOf(
  { handle }: ComparedSide,
  path: string,
  filter: SideFilter,
): Input<'files.treemap'> | undefined {
  return filter.state === 'nothing' ? undefined : { handle, path, filter: filter.filter, tiles };
}

function Side({ side, filter, map, path, selected, search, share, onSelect, onZoom, onZoomOut }: SideProps) {
  const format = useFormatBytes();
  const name = visibleText(side.name);
  const absent = map.error?.code === 'path-not-found';
  return (
    <section className="side" aria-label={name}>
      <h2>
        {name}{' '}
        <span className="muted">{absent || filter.state === 'nothing' ? '' : format(map.value?.bytes)}</span>{' '}
        {path === '/' && side.toldChanges && <SizeChange bytes={side.toldChanges.bytes} />}
      </h2>
      {filter.state === 'nothing' ? (
        <p className="side-absent">{filter.why}</p>
      ) : absent ? (
        <p className="side-absent">
          <bdi className="path">{visibleText(path)}</bdi> is not in this image
        </p>
      ) : map.error ? (
        <ErrorPanel error={map.error} onRetry={map.refetch} />
      ) : map.value ? (
        <SideMap
          side={side}
          root={map.value}
          selected={selected}
          search={search}
          share={share}
          filtered={filter.filter !== undefined}
          onSelect={onSelect}
          onZoom={onZoom}
          onZoomOut={onZoomOut}
        />
      ) : (
        <p className="side-absent">Loading …</p>
      )}
    </section>
  );
}

function SideMap({
  side,
  root,
  ...rest
}: Omit<SideProps, 'map' | 'path' | 'filter'> & {
  readonly root: TreemapTile;
  readonly filtered: boolean;
}) {
  const { image, owned, changes } = side;
  const ownerOfTile = useCallback((tile: TreemapTile) => ownerOf(owned, tile), [owned]);
  return (
    <Treemap
      {...rest}
      label={`Files of ${visibleText(side.name)} below ${visibleText(root.path)} by size`}
      root={root}
      changes={changes}
      ownerOf={ownerOfTile}
      describe={(tile) => describeContent(image, owned, tile)}
    />
  );
}
