import { useCallback, useDeferredValue, useState } from 'react';
import type { TreemapTile } from '../../shared/model/files.ts';
import { formatCount } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { Breadcrumb } from '../charts/breadcrumb.tsx';
import { describeContent } from '../charts/describe-content.ts';
import { FileTree } from '../charts/file-tree.tsx';
import { Legend } from '../charts/legend.tsx';
import { reconcile } from '../charts/owner-shares.ts';
import { type OwnedImage, type Owner, ownerOf } from '../charts/owners.ts';
import { PathStrip } from '../charts/path-strip.tsx';
import { SumCheck } from '../charts/sum-check.tsx';
import { Treemap } from '../charts/treemap.tsx';
import { useAddress } from '../charts/use-address.ts';
import { usePathFacts } from '../charts/use-path-facts.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { Tabs } from '../components/tabs.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import { useCall } from '../data/use-call.ts';
import './image-contents.css';
import { ConfigList } from './config-list.tsx';
import { DuplicateList } from './duplicate-list.tsx';
import { ImageHeader } from './image-header.tsx';
import { readImageView } from './image-view.ts';
import { LayerList } from './layer-list.tsx';
import { SearchResults } from './search-results.tsx';
import { WasteList } from './waste-list.tsx';

export interface ImageContentsProps {
  readonly crumbs: readonly Crumb[];
  readonly handle: string;
  readonly image: ImageFacts;
  readonly owners: readonly Owner[];
  readonly owned: OwnedImage;
  readonly warnings: readonly string[];
}

const tiles = 600;

/** An open image: its layers on the left; treemap, tree and lists on the right, all of the chosen layer. */
export function ImageContents({ crumbs, handle, image, owners, owned, warnings }: ImageContentsProps) {
  const { query, go } = useAddress();
  const { layer, at, select, view, sort } = readImageView(query);
  const facts = usePathFacts(handle, select);
  const zoom = useCallback((path: string) => go({ at: path === '/' ? undefined : path }), [go]);
  const zoomOut = () => at !== '/' && zoom(at.slice(0, at.lastIndexOf('/')) || '/');
  const choose = useCallback((path: string) => go({ select: path }, { replace: true }), [go]);
  const [search, setSearch] = useState('');

  const files = (content: React.ReactNode, findWhat: string, findLabel: string) => (
    <div className="image-files">
      <div className="image-files-bar">
        <Breadcrumb path={at} onGo={zoom} />
        {layer !== undefined && (
          <button type="button" className="image-filter" onClick={() => go({ layer: undefined })}>
            only layer {layer + 1} <span aria-hidden="true">✕</span>
            <span className="visually-hidden">: show all layers</span>
          </button>
        )}
        <input
          type="search"
          className="image-search"
          placeholder={findWhat}
          aria-label={findLabel}
          maxLength={1000}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {content}
    </div>
  );

  const shared = { handle, layer, selected: select, onSelect: choose, onZoom: zoom, onZoomOut: zoomOut };
  const tabs = [
    {
      id: 'treemap',
      label: 'Treemap',
      content: files(
        <TreemapPane {...shared} image={image} owned={owned} at={at} search={search} />,
        'Find a name',
        'Find a name: tiles without it are greyed',
      ),
    },
    {
      id: 'tree',
      label: 'Tree',
      content: files(
        search === '' ? (
          <FileTree
            {...shared}
            key={`${handle} ${at} ${layer} ${sort}`}
            label={`Files of ${visibleText(image.name)} below ${visibleText(at)}`}
            path={at}
            owned={owned}
            sort={sort}
            onSort={(order) => go({ sort: order === 'bytes' ? undefined : order }, { replace: true })}
          />
        ) : (
          <SearchResults handle={handle} text={search} layer={layer} onSelect={choose} />
        ),
        'Find a path or *.glob',
        'Find paths: part of a path, or a glob',
      ),
    },
    ...(image.waste
      ? [
          {
            id: 'waste',
            label: 'Waste',
            note: formatCount(image.waste.total),
            content: <WasteList waste={image.waste} image={image} owners={owned.layers} layer={layer} />,
          },
        ]
      : []),
    ...(image.duplicates
      ? [
          {
            id: 'duplicates',
            label: 'Duplicates',
            note: formatCount(image.duplicates.total),
            content: <DuplicateList duplicates={image.duplicates} onSelect={choose} />,
          },
        ]
      : []),
    { id: 'config', label: 'Configuration', content: <ConfigList image={image} /> },
  ];

  return (
    <Screen
      layout="fill"
      crumbs={crumbs}
      status={<SumCheck result={reconcile(owned.shares, image.sizes.live)} />}
    >
      <div className="image-contents">
        <ImageHeader image={image} />
        {warnings.length > 0 && (
          <ul className="image-warnings">
            {warnings.map((warning) => (
              <li key={warning}>{visibleText(warning)}</li>
            ))}
          </ul>
        )}
        <div className="image-columns">
          <LayerList
            image={image}
            owners={owned.layers}
            chosen={layer}
            onChoose={(index) => go({ layer: index }, { replace: true })}
          />
          <div className="image-right">
            <Tabs
              label="Views of the image"
              value={tabs.some((tab) => tab.id === view) ? view : 'treemap'}
              onChange={(tab) => go({ view: tab === 'treemap' ? undefined : tab })}
              aside={owners.some((owner) => owner.kind !== 'layer') && <Legend owners={owners} tiles />}
              tabs={tabs}
            />
            {(view === 'treemap' || view === 'tree' || view === 'duplicates') && (
              <PathStrip path={select} sides={[{ name: image.name, image, owned, facts }]} />
            )}
          </div>
        </div>
      </div>
    </Screen>
  );
}

interface TreemapPaneProps {
  readonly handle: string;
  readonly image: ImageFacts;
  readonly owned: OwnedImage;
  readonly at: string;
  readonly layer: number | undefined;
  readonly search: string;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
  readonly onZoom: (path: string) => void;
  readonly onZoomOut: () => void;
}

function TreemapPane({ handle, image, owned, at, layer, search, ...rest }: TreemapPaneProps) {
  const filter = layer === undefined ? undefined : { layer };
  const { value, error, refetch } = useCall('files.treemap', { handle, path: at, filter, tiles });
  const deferred = useDeferredValue(search);
  const ownerOfTile = useCallback((tile: TreemapTile) => ownerOf(owned, tile), [owned]);
  if (error) return <ErrorPanel error={error} onRetry={refetch} />;
  if (!value) return <p className="muted">Loading …</p>;
  return (
    <Treemap
      {...rest}
      label={`Files of ${visibleText(image.name)} below ${visibleText(at)} by size`}
      root={value}
      ownerOf={ownerOfTile}
      describe={(tile) => describeContent(image, owned, tile)}
      search={deferred}
    />
  );
}
