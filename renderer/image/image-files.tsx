import { useCallback } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { TreemapTile } from '../../shared/model/files.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { describeContent } from '../charts/describe-content.ts';
import { filterOrNone, isEmptyFilter } from '../charts/file-filter-address.ts';
import { FileTree } from '../charts/file-tree.tsx';
import { FilesBar } from '../charts/files-bar.tsx';
import { FilesTreemap, parentOf } from '../charts/files-treemap.tsx';
import { FilterBar } from '../charts/filter-bar.tsx';
import { FilterMenu } from '../charts/filter-menu.tsx';
import { filterNames } from '../charts/filter-names.ts';
import { type OwnedImage, ownerOf } from '../charts/owners.ts';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Segmented } from '../components/segmented.tsx';
import { useDockerfile } from '../dockerfile/use-dockerfile.ts';
import type { PathChanges } from '../since/path-changes.ts';
import type { ImageBuild } from './image-build.ts';
import './image-files.css';
import { readImageView } from './image-view.ts';
import { SearchResults } from './search-results.tsx';

/** What the views of an image's files have in common. */
export interface FilesView {
  readonly handle: string;
  readonly image: Pick<ImageFacts, 'name' | 'layers'>;
  /** Whose colours the files have. */
  readonly owned: OwnedImage;
  /** What owners are called in the words of the filter. */
  readonly names: OwnedImage;
  readonly build: ImageBuild | undefined;
  /** Undefined: it is about the stages of another Dockerfile, so nothing here passes it. */
  readonly filter: FileFilter | undefined;
  /** Whether tiles and rows may have the colours of origins or of layers. */
  readonly hasColours: boolean;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  /** What is other than in the build before. */
  readonly changes?: PathChanges | undefined;
  /** Whether rows have a column for it, whatever is known right now. */
  readonly builtBefore?: boolean;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

const colours = [
  { value: 'origin', label: 'Origin', title: 'Colour by where the content is from' },
  { value: 'layer', label: 'Layer', title: 'Colour by the layer that holds it' },
] as const;

/** The files that pass the filter, as a treemap or as a tree, below the directory that is zoomed to. */
export function ImageFiles({ as, ...view }: FilesView & { readonly as: 'treemap' | 'tree' }) {
  const { handle, image, owned, names, filter, hasColours, search, onSearch, selected, onSelect } = view;
  const { query, go } = useAddress();
  const address = useFileFilter();
  const { at, sort, colour } = readImageView(query);
  const zoom = useCallback((path: string) => go({ at: path === '/' ? undefined : path }), [go]);
  const passing = filter && filterOrNone(filter);
  const { changes } = view;
  const shared = { handle, changes, selected, onSelect, onZoom: zoom, filter: passing, path: at };
  const isTree = as === 'tree';
  return (
    <div className="image-files">
      <FilesBar
        path={at}
        onGo={zoom}
        search={search}
        onSearch={onSearch}
        searchHint={isTree ? 'Find a path or *.glob' : 'Find a name'}
        searchLabel={
          isTree ? 'Find paths: part of a path, or a glob' : 'Find a name: tiles without it are greyed'
        }
      >
        {hasColours && (
          <Segmented
            label="Colour by"
            isLabelShown
            options={colours}
            value={colour}
            onChange={(next) => go({ colour: next === 'origin' ? undefined : next }, { replace: true })}
          />
        )}
        <FilterMenu
          filter={address.filter}
          onChange={(parts) => address.change(parts, view.build?.variant.dockerfile)}
        />
      </FilesBar>
      <ImageFilterBar names={names} build={view.build} />
      {filter === undefined ? (
        <OfAnotherDockerfile />
      ) : isTree && search !== '' ? (
        <SearchResults handle={handle} text={search} filter={passing} onSelect={onSelect} />
      ) : isTree ? (
        <FileTree
          {...shared}
          key={`${at} ${JSON.stringify(passing)} ${sort}`}
          label={`Files of ${visibleText(image.name)} below ${visibleText(at)}`}
          image={image}
          owned={owned}
          builtBefore={view.builtBefore}
          onZoomOut={() => at !== '/' && zoom(parentOf(at))}
          sort={sort}
          onSort={(order) => go({ sort: order === 'bytes' ? undefined : order }, { replace: true })}
        />
      ) : (
        <OwnedTreemap {...shared} image={image} owned={owned} search={search} />
      )}
    </div>
  );
}

interface OwnedTreemapProps
  extends Pick<Parameters<typeof FilesTreemap>[0], 'handle' | 'path' | 'filter' | 'search' | 'changes'>,
    Pick<FilesView, 'image' | 'owned' | 'selected' | 'onSelect'> {
  readonly onZoom: (path: string) => void;
}

/** Tiles in the colours of whose they are. */
export function OwnedTreemap({ image, owned, ...rest }: OwnedTreemapProps) {
  const ownerOfTile = useCallback((tile: TreemapTile) => ownerOf(owned, tile), [owned]);
  return (
    <FilesTreemap
      {...rest}
      name={image.name}
      ownerOf={ownerOfTile}
      describe={(tile) => describeContent(image, owned, tile)}
    />
  );
}

/** The filter of the address with the words of this image's build. */
export function ImageFilterBar({ names, build }: Pick<FilesView, 'names' | 'build'>) {
  const { filter, change } = useFileFilter();
  const { dockerfile } = useDockerfile(isEmptyFilter(filter) ? undefined : build);
  return (
    <FilterBar
      filter={filter}
      names={filterNames(names, dockerfile)}
      onRemove={(part) => change({ [part]: undefined })}
    />
  );
}

/** Instead of files: what is asked for cannot be in this image. */
export function OfAnotherDockerfile() {
  const { of, clear } = useFileFilter();
  return (
    <div className="image-nothing">
      <p>
        The filter is about the stages of <b>{visibleText(of ?? '')}</b>: nothing of this image is from them.
      </p>
      <button type="button" className="button button-plain" onClick={clear}>
        Show all files
      </button>
    </div>
  );
}
