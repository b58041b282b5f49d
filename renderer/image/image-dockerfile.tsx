import { useCallback } from 'react';
import { Link } from 'react-router';
import { stageAddress } from '../addresses.ts';
import { targetStage } from '../charts/base-layers.ts';
import { filterOrNone } from '../charts/file-filter-address.ts';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { isSamePlace, type LinePlace } from '../dockerfile/dockerfile-rows.ts';
import { DockerfileView } from '../dockerfile/dockerfile-view.tsx';
import { useDockerfile } from '../dockerfile/use-dockerfile.ts';
import type { ImageBuild } from './image-contents.tsx';
import './image-dockerfile.css';
import { type FilesView, ImageFilterBar, OfAnotherDockerfile, OwnedTreemap } from './image-files.tsx';
import { readImageView } from './image-view.ts';

/** Of a line in a stage that others copy from, most is not in the image: it is on the page of its stage. */
function StageOfLine({
  build: { folder, variant },
  names,
  line,
}: Pick<FilesView, 'names'> & { readonly build: ImageBuild; readonly line: LinePlace }) {
  const stage = variant.stages.find(({ index }) => index === line.stage);
  if (!stage?.built || stage.index === targetStage(variant)?.index) return null;
  const address = stageAddress(folder, variant.name, line.stage, {
    filter: { line },
    of: variant.dockerfile,
  });
  const contributed = variant.lines.find((other) => isSamePlace(other, line))?.contributed;
  return (
    <p className="image-dockerfile-note muted">
      {contributed === 0 ? 'Nothing of this line is in the image.' : 'What of this line is in the image.'}{' '}
      <Link to={address}>
        All it made in {visibleText(names.stageNames.get(line.stage) ?? `stage ${line.stage}`)}
      </Link>
    </p>
  );
}

/** The Dockerfile with what each line did, and beside it the files of the chosen line. */
export function ImageDockerfile({
  handle,
  image,
  owned,
  names,
  build,
  filter,
  selected,
  onSelect,
}: FilesView & { readonly build: ImageBuild }) {
  const { query, go } = useAddress();
  const { change } = useFileFilter();
  const { at } = readImageView(query);
  const { dockerfile, loading, error, retry } = useDockerfile(build);
  const zoom = useCallback((path: string) => go({ at: path === '/' ? undefined : path }), [go]);
  if (error) return <ErrorPanel error={error} onRetry={retry} />;
  return (
    <div className="image-dockerfile">
      {dockerfile ? (
        <DockerfileView
          dockerfile={dockerfile}
          variant={build.variant}
          owned={names}
          chosen={filter?.line}
          onChoose={(line) => change({ line }, build.variant.dockerfile)}
          stageAddress={(stage) => stageAddress(build.folder, build.variant.name, stage)}
        />
      ) : (
        <p className="muted">{loading ? 'Loading …' : 'The folder no longer has this Dockerfile.'}</p>
      )}
      <div className="image-dockerfile-files">
        <ImageFilterBar names={names} build={build} />
        {filter?.line && <StageOfLine build={build} names={names} line={filter.line} />}
        {filter === undefined ? (
          <OfAnotherDockerfile />
        ) : (
          <OwnedTreemap
            handle={handle}
            image={image}
            owned={owned}
            path={at}
            filter={filterOrNone(filter)}
            selected={selected}
            onSelect={onSelect}
            onZoom={zoom}
          />
        )}
      </div>
    </div>
  );
}
