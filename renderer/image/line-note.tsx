import { Link } from 'react-router';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import { causes } from '../../shared/model/image-document.ts';
import { stageAddress } from '../addresses.ts';
import { targetStage } from '../charts/base-layers.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { isSamePlace, type LinePlace } from '../dockerfile/dockerfile-rows.ts';
import type { ImageBuild } from './image-build.ts';
import './image-dockerfile.css';
import type { FilesView } from './image-files.tsx';

export interface LineNoteProps extends Pick<FilesView, 'names'> {
  readonly build: ImageBuild;
  readonly line: LinePlace;
  readonly filter: FileFilter;
}

/** What of a line the files beside are not: what stays in its stage, or what it stored in vain; and the way there. */
export function LineNote({ build: { folder, variant }, names, line, filter }: LineNoteProps) {
  const { change } = useFileFilter();
  const format = useFormatBytes();
  const stage = variant.stages.find(({ index }) => index === line.stage);
  const bytes = variant.lines.find((other) => isSamePlace(other, line));
  if (!stage?.built || !bytes) return null;
  if (stage.index === targetStage(variant)?.index) {
    if (!bytes.wasted || filter.causes) return null;
    return (
      <p className="image-dockerfile-note muted">
        {format(bytes.wasted)} that it stored are wasted.{' '}
        <button type="button" className="link-button" onClick={() => change({ causes: [...causes] })}>
          Show what
        </button>
      </p>
    );
  }
  const address = stageAddress(folder, variant.name, line.stage, {
    filter: { line },
    of: variant.dockerfile,
  });
  return (
    <p className="image-dockerfile-note muted">
      {bytes.contributed === 0
        ? 'Nothing of this line is in the image.'
        : 'What of this line is in the image.'}{' '}
      <Link to={address}>
        All it made in {visibleText(names.stageNames.get(line.stage) ?? `stage ${line.stage}`)}
      </Link>
    </p>
  );
}
