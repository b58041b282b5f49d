import type { ReactNode } from 'react';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { Bytes } from '../components/bytes.tsx';
import { headline } from './headline.ts';
import './headline-view.css';

export interface HeadlineViewProps {
  readonly left: ImageFacts;
  readonly right: ImageFacts;
  /** Layers both images have. */
  readonly common: number;
  readonly picker?: ReactNode;
}

/** `903 MB → 201 MB` and by how much, to be read across a room. */
export function HeadlineView({ left, right, common, picker }: HeadlineViewProps) {
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
          <span>{words}</span>
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
          {layersInCommon(left, right, common)}
        </p>
        {picker}
      </div>
    </header>
  );
}

function layersInCommon(left: ImageFacts, right: ImageFacts, common: number): string {
  const of = `${left.layers.length} and ${right.layers.length} layers`;
  if (common === 0) return `${of}, none in common.`;
  return `${of}, ${common} in common: stored and pulled once.`;
}
