import type { ReactNode } from 'react';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { commonDiffIds } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { Bytes } from '../components/bytes.tsx';
import { headline } from './headline.ts';
import './headline-view.css';
import { commonBytes, nodeCount, pullCost } from './pull-cost.ts';

export interface HeadlineViewProps {
  readonly left: ImageFacts;
  readonly right: ImageFacts;
  /** What the right one's stages left behind, bytes; undefined where nothing, or nothing is known. */
  readonly leftBehind?: number;
  readonly picker?: ReactNode;
}

/** `903 MB → 201 MB` and by how much, to be read across a room. */
export function HeadlineView({ left, right, leftBehind, picker }: HeadlineViewProps) {
  const format = useFormatBytes();
  const { trend, change, words } = headline(left.sizes.live, right.sizes.live, format);
  const engine = left.sizes.engine !== null || right.sizes.engine !== null;
  return (
    <header className="headline">
      <div className="headline-row">
        <h1>
          <Bytes value={left.sizes.live} />
          <span className="headline-arrow" aria-hidden="true">
            {' → '}
          </span>
          <span className="visually-hidden"> to </span>
          <Bytes value={right.sizes.live} />
        </h1>
        <p className={`headline-change headline-${trend}`}>
          {change !== undefined && <strong>{change}</strong>}
          <span className="headline-words">
            <span>{words}</span>
            {leftBehind !== undefined && (
              <span>
                <Bytes value={leftBehind} plain /> stay behind
              </span>
            )}
          </span>
        </p>
      </div>
      <div className="headline-row headline-note">
        <p>
          Live content.{' '}
          {engine && (
            <>
              The engine says {format(left.sizes.engine)} → {format(right.sizes.engine)}.{' '}
            </>
          )}
          {layersInCommon(left, right, format)} {rollOut(left, right, format)}
        </p>
        {picker}
      </div>
    </header>
  );
}

type Format = (bytes: number | null) => string;

function layersInCommon(left: ImageFacts, right: ImageFacts, format: Format): string {
  const of = `${left.layers.length} and ${right.layers.length} layers`;
  const common = commonDiffIds(left, right);
  if (common.size === 0) return `${of}, none in common.`;
  const bytes = commonBytes(right, common);
  return `${of}; ${common.size} in common${bytes === null ? '' : `, ${format(bytes)}`}, pulled once.`;
}

/** What many machines pull and keep. */
function rollOut(left: ImageFacts, right: ImageFacts, format: Format): string {
  const [before, after] = [pullCost(left), pullCost(right)];
  const pulled =
    before.pulled === null || after.pulled === null
      ? ''
      : `pull ${format(before.pulled)} → ${format(after.pulled)} and `;
  if (before.kept === null || after.kept === null) return '';
  // Without compressed sizes, what is pulled is known no better than what is kept.
  return `${nodeCount} nodes ${pulled || 'pull and '}keep ${format(before.kept)} → ${format(after.kept)}.`;
}
