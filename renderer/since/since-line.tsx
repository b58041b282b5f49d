import { formatCount } from '../../shared/model/format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { buildTime } from './build-time.ts';
import type { PathChanges } from './path-changes.ts';
import type { PreviousImage } from './previous-build.ts';
import { SizeChange } from './size-change.tsx';
import './since-line.css';

export interface SinceSide {
  readonly name: string;
  readonly previous: PreviousImage | undefined;
  /** Undefined while it is not known what changed, and where the image before is no longer at hand. */
  readonly changes: PathChanges | undefined;
}

export interface SinceLineProps {
  readonly sides: readonly SinceSide[];
  /** Shows which paths these are. */
  readonly onShow: () => void;
}

/** What changed since the build before, of each image that is shown; nothing without such a build. */
export function SinceLine({ sides, onShow }: SinceLineProps) {
  const known = sides.flatMap(({ name, previous, changes }) =>
    previous && changes ? [{ name, previous, changes }] : [],
  );
  const [first] = known;
  if (!first) return null;
  const at = buildTime(first.previous.finishedAt, Date.now());
  const changed = known.filter(({ changes }) => changes.total > 0);
  if (changed.length === 0)
    return (
      <p className="since-line muted">
        {known.every(({ changes }) => changes.isSameImage) ? 'Nothing' : 'No file'} changed since the build at{' '}
        {at}.
      </p>
    );
  return (
    <p className="since-line">
      <span className="muted">Since the build at {at}</span>
      {changed.map(({ name, changes }) => (
        <span key={name} className="since-line-side">
          {sides.length > 1 && (
            <b title={visibleText(name)}>
              <bdi>{visibleText(name)}</bdi>
            </b>
          )}
          <SizeChange bytes={changes.bytes} />
          <span className="muted">
            {formatCount(changes.total)} {changes.total === 1 ? 'path' : 'paths'}
            {changes.bytes === 0 && ', of the same size'}
          </span>
        </span>
      ))}
      <button type="button" className="link-button" onClick={onShow}>
        What changed
      </button>
    </p>
  );
}
