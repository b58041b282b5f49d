import { useCallback, useMemo, useState } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import { formatCount } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { anywhere, filterFor } from '../charts/file-filter-address.ts';
import { Legend } from '../charts/legend.tsx';
import { isOwnerFilter, ownerFilter } from '../charts/owner-filter.ts';
import { reconcile } from '../charts/owner-shares.ts';
import { type OwnedImage, type Owner, ownersOfImage } from '../charts/owners.ts';
import { PathStrip } from '../charts/path-strip.tsx';
import { SumCheck } from '../charts/sum-check.tsx';
import { TransportFact } from '../charts/transport-fact.tsx';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { usePathFacts } from '../charts/use-path-facts.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Screen, type ScreenWatch } from '../components/screen.tsx';
import { type Tab, Tabs } from '../components/tabs.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import './image-contents.css';
import { SinceTab } from '../compare/since-tab.tsx';
import type { PreviousImage } from '../since/previous-build.ts';
import { SinceLine } from '../since/since-line.tsx';
import { usePathChanges } from '../since/use-path-changes.ts';
import { ConfigList } from './config-list.tsx';
import { DuplicateList } from './duplicate-list.tsx';
import type { ImageBuild } from './image-build.ts';
import { ImageDockerfile, type ImageDockerfileProps } from './image-dockerfile.tsx';
import { type FilesView, ImageFiles, ImageFilterBar } from './image-files.tsx';
import { ImageHeader } from './image-header.tsx';
import { type ImageViewName, readImageView } from './image-view.ts';
import { LayerList } from './layer-list.tsx';
import { OriginList } from './origin-list.tsx';
import { RunImage } from './run-image.tsx';
import { WasteList } from './waste-list.tsx';

export interface ImageContentsProps {
  readonly crumbs: readonly Crumb[];
  readonly watch?: ScreenWatch | undefined;
  readonly handle: string;
  readonly image: ImageFacts;
  /** What its bytes are from, or layers where that is not known. */
  readonly owned: OwnedImage;
  readonly warnings: readonly string[];
  /** What it was built from; undefined of an image opened otherwise. */
  readonly build?: ImageBuild;
  /** The same variant in the build before. */
  readonly previous?: PreviousImage | undefined;
}

/** The views that show files, and so the selected one. */
const withSelection: readonly ImageViewName[] = ['treemap', 'tree', 'duplicates', 'dockerfile', 'since'];

/** An open image: origins and layers on the left, its views on the right; one filter and one selection for all. */
export function ImageContents(props: ImageContentsProps) {
  const { crumbs, watch, handle, image, owned, warnings, build, previous } = props;
  const { query, go } = useAddress();
  const { select, view, colour, at } = readImageView(query);
  const zoom = useCallback((path: string) => go({ at: path === '/' ? undefined : path }), [go]);
  const { filter, of, change } = useFileFilter();
  const known = usePathChanges(previous?.handle, handle, `${build?.folder} ${build?.variant.name}`);
  const { changes, toldChanges } = known;
  const facts = usePathFacts(handle, select);
  const choose = useCallback((path: string) => go({ select: path }, { replace: true }), [go]);
  const [search, setSearch] = useState('');

  const byOrigin = owned.origins !== undefined && colour === 'origin';
  const byLayer = useMemo(() => ownersOfImage(image).images[0]!, [image]);
  const shown = owned.origins === undefined || byOrigin ? owned : byLayer;
  const dockerfile = build?.variant.dockerfile;
  const files = {
    handle,
    image,
    owned: shown,
    names: owned,
    build,
    changes,
    builtBefore: toldChanges !== undefined,
    hasColours: owned.origins !== undefined,
    filter: filterFor({ filter, of }, dockerfile),
    search,
    onSearch: setSearch,
    selected: select,
    onSelect: choose,
    path: at,
    onZoom: zoom,
  };
  const since = previous && (
    <SinceTab
      sides={[
        {
          name: image.name,
          handle,
          image,
          owned,
          variant: build?.variant,
          address: '',
          previous,
          ...known,
        },
      ]}
      filter={{ filter, of }}
      filterBar={<ImageFilterBar names={owned} build={build} />}
    />
  );
  const tabs = [
    ...imageTabs(image, owned, files, filter),
    ...(since ? [{ id: 'since', label: 'Since before', content: since }] : []),
  ];
  const tab = tabs.some(({ id }) => id === view) ? view : 'treemap';

  return (
    <Screen
      layout="fill"
      crumbs={crumbs}
      watch={watch}
      // Of another image's layers: what was made of one is no longer its.
      actions={build && <RunImage key={handle} build={build} handle={handle} />}
      status={
        <>
          {build && <TransportFact variants={[build.variant]} />}
          <SumCheck
            of={owned.origins ? 'origins' : 'layers'}
            result={reconcile(owned.shares, image.sizes.live)}
          />
        </>
      }
    >
      <div className="image-contents">
        <ImageHeader image={image} />
        <SinceLine
          sides={[{ name: image.name, previous, changes: toldChanges }]}
          onShow={() => go({ view: 'since' })}
        />
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
            <ImageLeft image={image} owned={owned} shown={shown} dockerfile={dockerfile} />
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

/** The views that the image has something to show in. */
function imageTabs(
  image: ImageFacts,
  owned: OwnedImage,
  files: FilesView & Pick<ImageDockerfileProps, 'path' | 'onZoom'>,
  filter: FileFilter,
): readonly Tab[] {
  const { build } = files;
  const { waste, duplicates } = image;
  return [
    { id: 'treemap', label: 'Treemap', content: <ImageFiles {...files} as="treemap" /> },
    { id: 'tree', label: 'Tree', content: <ImageFiles {...files} as="tree" /> },
    ...(build
      ? [{ id: 'dockerfile', label: 'Dockerfile', content: <ImageDockerfile {...files} build={build} /> }]
      : []),
    ...(waste
      ? [
          {
            id: 'waste',
            label: 'Waste',
            note: formatCount(waste.total),
            content: <WasteList waste={waste} image={image} owners={owned.layers} layer={filter.layer} />,
          },
        ]
      : []),
    ...(duplicates
      ? [
          {
            id: 'duplicates',
            label: 'Duplicates',
            note: formatCount(duplicates.total),
            content: <DuplicateList duplicates={duplicates} onSelect={files.onSelect} />,
          },
        ]
      : []),
    { id: 'config', label: 'Configuration', content: <ConfigList image={image} /> },
  ];
}

interface ImageLeftProps {
  readonly image: ImageFacts;
  readonly owned: OwnedImage;
  /** Whose colours the views have. */
  readonly shown: OwnedImage;
  readonly dockerfile: string | undefined;
}

/** Where the bytes are from and in which layers they are; choosing there filters every view. */
function ImageLeft({ image, owned, shown, dockerfile }: ImageLeftProps) {
  const { filter, change } = useFileFilter();
  const isChosen = (owner: Owner) => isOwnerFilter(filter, owned, owner);
  const chooseOwner = (owner: Owner) =>
    change(
      isChosen(owner)
        ? { origin: undefined, layers: undefined }
        : { ...anywhere, ...ownerFilter(owned, owner) },
      dockerfile,
    );
  return (
    <div className="image-left">
      {owned.origins && (
        <OriginList
          shares={owned.shares}
          coloured={shown === owned}
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
  );
}
