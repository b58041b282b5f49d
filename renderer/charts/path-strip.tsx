import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { FileRow } from '../../shared/model/files.ts';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { formatMode } from '../charts/format-mode.ts';
import { Swatch } from '../charts/legend.tsx';
import { type OwnedImage, ownerOf } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import type { PathFacts } from '../charts/use-path-facts.ts';
import { visibleText } from '../charts/visible-text.ts';
import { describeContent } from './describe-content.ts';
import './path-strip.css';

export interface StripSide {
  readonly name: string;
  readonly image: Pick<ImageFacts, 'layers'>;
  readonly owned: OwnedImage;
  readonly facts: PathFacts;
  /** Restricts the views to what the same line brought, or to the package; undefined where they have no filter. */
  readonly onFilter?: (parts: Pick<FileFilter, 'line' | 'package'>) => void;
}

export interface PathStripProps {
  readonly path: string | undefined;
  /** Where it is on the left, of a moved file. */
  readonly from?: string;
  /** One image, or the two that are compared. */
  readonly sides: readonly StripSide[];
}

/** What is known of the selected path, in each image. */
export function PathStrip({ path, from, sides }: PathStripProps) {
  const format = useFormatBytes();
  if (path === undefined) {
    return (
      <div className="path-strip muted">
        Select a tile or a row to see what it is and what put it there. Double-click, or Enter, goes into a
        directory.
      </div>
    );
  }
  const [left, right] = sides.map(({ facts }) => bytesOf(facts));
  return (
    <section className="path-strip" aria-label="Selected path">
      <div className="path-strip-path">
        <span className="path" title={visibleText(path)}>
          {from !== undefined && from !== path && (
            <>
              <bdi>{visibleText(from)}</bdi>
              <span className="muted"> → </span>
            </>
          )}
          <bdi>{visibleText(path)}</bdi>
        </span>
        {sides.length === 2 && left !== undefined && right !== undefined && (
          <Difference bytes={right - left} format={format} />
        )}
        {sides.map(
          ({ name, facts, onFilter }) =>
            onFilter &&
            facts.state === 'here' && <StripFilters key={name} row={facts.row} onFilter={onFilter} />,
        )}
      </div>
      <div className="path-strip-sides">
        {sides.map((side) => (
          <SideFacts key={side.name} side={side} named={sides.length > 1} format={format} />
        ))}
      </div>
    </section>
  );
}

type Format = ReturnType<typeof useFormatBytes>;

function SideFacts({
  side: { name, image, owned, facts },
  named,
  format,
}: {
  readonly side: StripSide;
  readonly named: boolean;
  readonly format: Format;
}) {
  const label = named && <b>{visibleText(name)} </b>;
  if (facts.state === 'absent') {
    return (
      <p>
        {label}
        <span className="muted">not in this image</span>
      </p>
    );
  }
  if (facts.state === 'failed') {
    return (
      <p>
        {label}
        <span className="path-strip-error">{facts.error.message}</span>
      </p>
    );
  }
  if (facts.state !== 'here') return <p className="muted">{label}…</p>;
  const { row } = facts;
  // A directory's own entry says nothing of who brought what is in it.
  const owner = row.kind === 'directory' ? undefined : ownerOf(owned, row);
  const description = owner && describeContent(image, owned, row);
  return (
    <p>
      {label}
      <span title={formatExactBytes(row.bytes)}>{format(row.bytes)}</span>
      <span className="muted"> · {formatExactBytes(row.bytes)}</span>
      {row.kind === 'directory' && <span className="muted"> · {formatCount(row.files)} files</span>}
      <span className="muted path-strip-mode">
        {formatMode(row.kind, row.mode)} {row.uid}:{row.gid}
      </span>
      {row.target !== undefined && <span className="path"> → {visibleText(row.target)}</span>}
      {row.sameAs !== undefined && (
        <span className="muted">
          {' '}
          same content as <span className="path">{visibleText(row.sameAs)}</span>
        </span>
      )}
      {owner && (
        <span className="path-strip-layer" title={description}>
          <Swatch color={owner.color} /> {description}
        </span>
      )}
      {row.package && (
        <span className="path-strip-layer">
          {row.package.ecosystem} package <b>{visibleText(row.package.name)}</b>
          {row.package.version !== null && <span className="muted"> {visibleText(row.package.version)}</span>}
        </span>
      )}
    </p>
  );
}

function StripFilters({
  row,
  onFilter,
}: {
  readonly row: FileRow;
  readonly onFilter: NonNullable<StripSide['onFilter']>;
}) {
  const { origin, package: owner } = row;
  return (
    <span className="path-strip-filters">
      {origin && origin.kind !== 'untraced' && (
        <button
          type="button"
          className="link-button"
          onClick={() => onFilter({ line: { stage: origin.stage, line: origin.line } })}
        >
          All from this line
        </button>
      )}
      {owner && (
        <button type="button" className="link-button" onClick={() => onFilter({ package: owner.id })}>
          All of this package
        </button>
      )}
    </span>
  );
}

/** A difference with its sign and a colour. */
export function Difference({ bytes, format }: { readonly bytes: number; readonly format: Format }) {
  const tone = bytes < 0 ? 'smaller' : bytes > 0 ? 'larger' : 'same';
  return (
    <span className={`difference difference-${tone}`} title={formatExactBytes(bytes)}>
      {bytes === 0 ? '±0' : format(bytes, true)}
    </span>
  );
}

/** Bytes a path has, 0 where it is not; undefined while nothing is known. */
function bytesOf(facts: PathFacts): number | undefined {
  if (facts.state === 'here') return facts.row.bytes;
  return facts.state === 'absent' ? 0 : undefined;
}
