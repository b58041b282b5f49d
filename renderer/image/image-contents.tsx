import { useCallback, useMemo, useState } from 'react';
import { formatCount } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { anywhere, filterFor } from '../charts/file-filter-address.ts';
import { Legend } from '../charts/legend.tsx';
import { isOwnerFilter, ownerFilter } from '../charts/owner-filter.ts';
import { reconcile } from '../charts/owner-shares.ts';
import { type OwnedImage, type Owner, ownersOfImage } from '../charts/owners.ts';
import { PathStrip } from '../charts/path-strip.tsx';
import { SumCheck } from '../charts/sum-check.tsx';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { usePathFacts } from '../charts/use-path-facts.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Screen } from '../components/screen.tsx';
import { Tabs } from '../components/tabs.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import './image-contents.css';
import { ConfigList } from './config-list.tsx';
import { DuplicateList } from './duplicate-list.tsx';
import { ImageDockerfile } from './image-dockerfile.tsx';
import { type FilesView, ImageFiles } from './image-files.tsx';
import { ImageHeader } from './image-header.tsx';
import { type ImageViewName, readImageView } from './image-view.ts';
import { LayerList } from './layer-list.tsx';
import { OriginList } from './origin-list.tsx';
import { WasteList } from './waste-list.tsx';

export interface ImageContentsProps {
  readonly crumbs: readonly Crumb[];
  readonly handle: string;
  readonly image: ImageFacts;
  /** What its bytes are from, or layers where that is not known. */
  readonly owned: OwnedImage;
  readonly warnings: readonly string[];
  /** What it was built from; undefined of an image opened otherwise. */
  readonly build?: ImageBuild;
}

export interface ImageBuild {
  readonly folder: string;
  readonly variant: VariantDocument;
}

/** The views that show files, and so the selected one. */
const withSelection: readonly ImageViewName[] = ['treemap', 'tree', 'duplicates', 'dockerfile'];

/** An open image: origins and layers on the left, its views on the right; one filter and one selection for all. */
export function ImageContents({ crumbs, handle, image, owned, warnings, build }: ImageContentsProps) {
  const { query, go } = useAddress();
  const { select, view, colour, at } = readImageView(query);
  const zoom = useCallback((path: string) => go({ at: path === '/' ? undefined : path }), [go]);
  const { filter, of, change } = useFileFilter();
  const facts = usePathFacts(handle, select);
  const choose = useCallback((path: string) => go({ select: path }, { replace: true }), [go]);
  const [search, setSearch] = useState('');

  const byOrigin = owned.origins !== undefined && colour === 'origin';
  const byLayer = useMemo(() => ownersOfImage(image).images[0]!, [image]);
  const shown = owned.origins === undefined || byOrigin ? owned : byLayer;
  const dockerfile = build?.variant.dockerfile;
  const files: FilesView = {
    handle,
    image,
    owned: shown,
    names: owned,
    build,
    hasColours: owned.origins !== undefined,
    filter: filterFor({ filter, of }, dockerfile),
    search,
    onSearch: setSearch,
    selected: select,
    onSelect: choose,
  };
  const isChosen = (owner: Owner) => isOwnerFilter(filter, owned, owner);
  const chooseOwner = (owner: Owner) =>
    change(
      isChosen(owner)
        ? { origin: undefined, layers: undefined }
        : { ...anywhere, ...ownerFilter(owned, owner) },
      dockerfile,
    );

  const tabs = [
    { id: 'treemap', label: 'Treemap', content: <ImageFiles {...files} as="treemap" /> },
    { id: 'tree', label: 'Tree', content: <ImageFiles {...files} as="tree" /> },
    ...(build
      ? [
          {
            id: 'dockerfile',
            label: 'Dockerfile',
            content: <ImageDockerfile {...files} build={build} path={at} onZoom={zoom} />,
          },
        ]
      : []),
    ...(image.waste
      ? [
          {
            id: 'waste',
            label: 'Waste',
            note: formatCount(image.waste.total),
            content: (
              <WasteList waste={image.waste} image={image} owners={owned.layers} layer={filter.layer} />
            ),
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
  const tab = tabs.some(({ id }) => id === view) ? view : 'treemap';

  return (
    <Screen
      layout="fill"
      crumbs={crumbs}
      status={
        <SumCheck
          of={owned.origins ? 'origins' : 'layers'}
          result={reconcile(owned.shares, image.sizes.live)}
        />
      }
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
        <div className="image-columns" data-view={tab}>
          {/* The Dockerfile says of each layer what its list does, and wants the room. */}
          {tab !== 'dockerfile' && (
            <div className="image-left">
              {owned.origins && (
                <OriginList
                  shares={owned.shares}
                  coloured={byOrigin}
                  isChosen={isChosen}
                  onChoose={chooseOwner}
                />
              )}
              <LayerList
                image={image}
                owners={owned.layers}
                colours={shown.layers}
                filter={filter}
                onChoose={(layers) => change({ layer: undefined, layers: undefined, ...layers })}
              />
            </div>
          )}
          <div className="image-right">
            <Tabs
              label="Views of the image"
              value={tab}
              onChange={(next) => go({ view: next === 'treemap' ? undefined : next })}
              aside={
                // Elsewhere the lists beside have the same colours and names.
                tab === 'dockerfile' && <Legend owners={owned.shares.map(({ owner }) => owner)} tiles />
              }
              tabs={tabs}
            />
            {withSelection.includes(tab) && (
              <PathStrip
                path={select}
                sides={[
                  {
                    name: image.name,
                    image,
                    owned,
                    facts,
                    onFilter: build && ((parts) => change({ ...anywhere, ...parts }, dockerfile)),
                  },
                ]}
              />
            )}
          </div>
        </div>
      </div>
    </Screen>
  );
}
