import { useCallback } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { FileRow } from '../../shared/model/files.ts';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { markSigns, rowMark } from '../since/change-mark.ts';
import type { PathChanges } from '../since/path-changes.ts';
import { describeContent } from './describe-content.ts';
import './file-tree.css';
import { Swatch } from './legend.tsx';
import { type OwnedImage, ownerOf } from './owners.ts';
import { SortHead, TreeTable } from './tree-table.tsx';
import { useFileTree } from './use-file-tree.ts';
import { useFormatBytes } from './use-format-bytes.ts';
import { visibleText } from './visible-text.ts';

export interface FileTreeProps {
  readonly label: string;
  readonly handle: string;
  /** The directory whose children are the first level. */
  readonly path: string;
  readonly filter?: FileFilter;
  /** For the words of where a file is from. */
  readonly image: Pick<ImageFacts, 'layers'>;
  readonly owned: OwnedImage;
  readonly sort: 'bytes' | 'name';
  readonly onSort: (sort: 'bytes' | 'name') => void;
  /** What is other than in the build before. */
  readonly changes?: PathChanges | undefined;
  /** Whether rows have a column for it. */
  readonly builtBefore?: boolean | undefined;
  readonly selected?: string;
  readonly onSelect: (path: string) => void;
  readonly onZoom: (path: string) => void;
  readonly onZoomOut: () => void;
}

/** The merged filesystem as rows that open. */
export function FileTree(props: FileTreeProps) {
  const { label, handle, path, filter, image, owned, sort, onSort, selected, onSelect } = props;
  const { changes, builtBefore } = props;
  const tree = useFileTree({ handle, path, filter, sort, selected });
  const select = useCallback((chosen: string) => onSelect(chosen), [onSelect]);
  const hasOrigins = owned.origins !== undefined;
  const hasLayers = owned.layers.length > 0;
  return (
    <TreeTable
      label={label}
      tree={tree}
      columns={`minmax(0, 1fr) 150px${builtBefore ? ' 96px' : ''} 60px${hasOrigins ? ' 180px' : ''}${hasLayers ? ' 48px' : ''}`}
      head={
        <>
          <SortHead name="Name" order="name" descending={false} sort={sort} onSort={onSort} />
          <SortHead name="Size" order="bytes" descending number sort={sort} onSort={onSort} />
          {builtBefore && (
            <th scope="col" className="tree-table-number" title="Since the build before">
              Since before
            </th>
          )}
          <th scope="col" className="tree-table-number">
            Files
          </th>
          {hasOrigins && <th scope="col">From</th>}
          {hasLayers && (
            <th scope="col" className="tree-table-number">
              Layer
            </th>
          )}
        </>
      }
      nameOf={(row) => visibleText(row.name)}
      hasChildren={(row) => row.hasChildren}
      name={(row) => <FileName row={row} />}
      cells={(row) => (
        <>
          <SizeCell row={row} whole={tree.root?.bytes ?? 0} />
          {builtBefore && <SinceCell row={row} changes={changes} filtered={filter !== undefined} />}
          <td className="tree-table-number muted">
            {row.kind === 'directory' ? formatCount(row.files) : ''}
          </td>
          {hasOrigins && <OriginCell row={row} image={image} owned={owned} />}
          {hasLayers && <LayerCell row={row} owned={owned} coloured={!hasOrigins} />}
        </>
      )}
      onSelect={select}
      onZoom={props.onZoom}
      onZoomOut={props.onZoomOut}
    />
  );
}

function SizeCell({ row, whole }: { readonly row: FileRow; readonly whole: number }) {
  const format = useFormatBytes();
  return (
    <td className="tree-table-number" title={formatExactBytes(row.bytes)}>
      <span className="file-tree-bar">
        <i style={{ width: `${whole > 0 ? Math.min(100, (100 * row.bytes) / whole) : 0}%` }} />
      </span>
      {format(row.bytes)}
    </td>
  );
}

function SinceCell({
  row,
  changes,
  filtered,
}: {
  readonly row: FileRow;
  readonly changes: PathChanges | undefined;
  readonly filtered: boolean;
}) {
  const format = useFormatBytes();
  const mark = rowMark(changes, row, filtered, format);
  if (!mark) return <td />;
  return (
    <td className={`tree-table-number file-tree-since file-tree-${mark.tone}`} title={mark.words}>
      <span aria-hidden="true">
        {markSigns[mark.tone]} {mark.bytes ? format(mark.bytes, true) : ''}
      </span>
      <span className="visually-hidden">{mark.words}</span>
    </td>
  );
}

/** Of a directory nothing is said: its own entry is not what is in it. */
function OriginCell({
  row,
  image,
  owned,
}: { readonly row: FileRow } & Pick<FileTreeProps, 'image' | 'owned'>) {
  const owner = row.kind === 'directory' ? undefined : ownerOf(owned, row);
  if (!owner) return <td />;
  return (
    <td className="file-tree-from" title={describeContent(image, owned, row)}>
      <Swatch color={owner.color} />
      <span>
        <bdi>{visibleText(owner.label)}</bdi>
        {row.origin && row.origin.kind !== 'base' && `, line ${row.origin.line}`}
      </span>
    </td>
  );
}

function LayerCell({
  row,
  owned,
  coloured,
}: {
  readonly row: FileRow;
  readonly owned: OwnedImage;
  readonly coloured: boolean;
}) {
  const layer = row.kind === 'directory' ? undefined : row.layer;
  const owner = layer === undefined ? undefined : owned.layers[layer];
  return (
    <td className="file-tree-layer muted">
      {coloured && owner && <Swatch color={owner.color} />}
      {layer === undefined ? '' : layer + 1}
    </td>
  );
}

function FileName({ row }: { readonly row: FileRow }) {
  return (
    <span className="path tree-table-text" title={visibleText(row.path)}>
      <bdi>{visibleText(row.name)}</bdi>
      {row.kind === 'directory' && '/'}
      {row.target !== undefined && (
        <span className="muted">
          {' → '}
          <bdi>{visibleText(row.target)}</bdi>
        </span>
      )}
      {row.sameAs !== undefined && (
        <span className="muted">
          {' = '}
          <bdi>{visibleText(row.sameAs)}</bdi>
        </span>
      )}
      {row.kind !== 'file' && row.kind !== 'directory' && row.kind !== 'symlink' && (
        <span className="muted"> {row.kind}</span>
      )}
    </span>
  );
}
