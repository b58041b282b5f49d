import { useDeferredValue } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useCall } from '../data/use-call.ts';
import { Treemap, type TreemapProps } from './treemap.tsx';
import { visibleText } from './visible-text.ts';

export interface FilesTreemapProps
  extends Pick<
    TreemapProps,
    'ownerOf' | 'describe' | 'search' | 'changes' | 'selected' | 'onSelect' | 'onZoom'
  > {
  readonly handle: string;
  /** Whose files these are, in words. */
  readonly name: string;
  readonly path: string;
  readonly filter: FileFilter | undefined;
}

const tiles = 600;

/** The files of an image that pass the filter, below a directory. */
export function FilesTreemap({ handle, name, path, filter, search, ...rest }: FilesTreemapProps) {
  const { value, error, refetch } = useCall('files.treemap', { handle, path, filter, tiles });
  const deferred = useDeferredValue(search);
  if (error) return <ErrorPanel error={error} onRetry={refetch} />;
  if (!value) return <p className="muted">Loading …</p>;
  return (
    <Treemap
      {...rest}
      label={`Files of ${visibleText(name)} below ${visibleText(path)} by size`}
      root={value}
      search={deferred}
      filtered={filter !== undefined}
      onZoomOut={() => path !== '/' && rest.onZoom(parentOf(path))}
    />
  );
}

/** `/usr` of `/usr/lib`, `/` of `/usr`. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
