import { stageAddress } from '../addresses.ts';
import { anywhere, filterOrNone } from '../charts/file-filter-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { DockerfileView } from '../dockerfile/dockerfile-view.tsx';
import { useDockerfile } from '../dockerfile/use-dockerfile.ts';
import type { ImageBuild } from './image-build.ts';
import './image-dockerfile.css';
import { type FilesView, ImageFilterBar, OfAnotherDockerfile, OwnedTreemap } from './image-files.tsx';
import { LineNote } from './line-note.tsx';

export interface ImageDockerfileProps extends Omit<FilesView, 'search' | 'onSearch' | 'hasColours'> {
  readonly build: ImageBuild;
  /** The directory whose files are shown. */
  readonly path: string;
  readonly onZoom: (path: string) => void;
}

/** The Dockerfile with what each line did, and beside it the files of the chosen line. */
export function ImageDockerfile({
  handle,
  image,
  owned,
  names,
  build,
  filter,
  changes,
  selected,
  onSelect,
  path,
  onZoom,
}: ImageDockerfileProps) {
  const { change } = useFileFilter();
  const { dockerfile, loading, error, retry } = useDockerfile(build);
  if (error) return <ErrorPanel error={error} onRetry={retry} />;
  return (
    <div className="image-dockerfile">
      {dockerfile ? (
        <DockerfileView
          dockerfile={dockerfile}
          variant={build.variant}
          owned={names}
          chosen={filter?.line}
          onChoose={(line) => change({ ...anywhere, line, causes: undefined }, build.variant.dockerfile)}
          stageAddress={(stage) => stageAddress(build.folder, build.variant.name, stage)}
        />
      ) : (
        <p className="muted">{loading ? 'Loading …' : 'The folder no longer has this Dockerfile.'}</p>
      )}
      <div className="image-dockerfile-files">
        <ImageFilterBar names={names} build={build} />
        {filter?.line && <LineNote build={build} names={names} line={filter.line} filter={filter} />}
        {filter === undefined ? (
          <OfAnotherDockerfile />
        ) : (
          <OwnedTreemap
            handle={handle}
            image={image}
            owned={owned}
            path={path}
            filter={filterOrNone(filter)}
            changes={changes}
            selected={selected}
            onSelect={onSelect}
            onZoom={onZoom}
          />
        )}
      </div>
    </div>
  );
}
