import { createPortal } from 'react-dom';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { type ChangeMark, markSigns } from '../since/change-mark.ts';
import { Swatch } from './legend.tsx';
import type { Owner } from './owners.ts';
import type { Box } from './treemap-boxes.ts';
import { useFormatBytes } from './use-format-bytes.ts';
import { visibleText } from './visible-text.ts';

interface TreemapTooltipProps {
  readonly box: Box;
  /** Of the pointer, in the window. */
  readonly x: number;
  readonly y: number;
  readonly owner: Owner | undefined;
  readonly mark: ChangeMark | undefined;
  /** Where its content is from. */
  readonly description: string;
}

const maxWidth = 380;

/** What is under the pointer. The same facts are in the details of what is selected, for the keyboard. */
export function TreemapTooltip({ box, x, y, owner, mark, description }: TreemapTooltipProps) {
  const format = useFormatBytes();
  const { tile } = box;
  const left = Math.max(8, Math.min(x + 14, window.innerWidth - maxWidth - 8));
  const above = y > window.innerHeight - 160;
  return createPortal(
    <div
      className="treemap-tooltip"
      aria-hidden="true"
      style={{ left, maxWidth, ...(above ? { bottom: window.innerHeight - y + 14 } : { top: y + 18 }) }}
    >
      <div className="treemap-tooltip-path">
        <bdi>{visibleText(tile.path)}</bdi>
        {tile.kind === 'more' && <span> · {visibleText(tile.name)}</span>}
      </div>
      <div>
        <b>{format(tile.bytes)}</b> · {formatExactBytes(tile.bytes)}
        {tile.kind !== 'file' && ` · ${formatCount(tile.files)} ${tile.files === 1 ? 'file' : 'files'}`}
      </div>
      {mark && (
        <div className={`treemap-tooltip-mark treemap-tooltip-${mark.tone}`}>
          <b>
            {markSigns[mark.tone]} {mark.bytes ? format(mark.bytes, true) : ''}
          </b>{' '}
          {mark.words}
        </div>
      )}
      <div className="treemap-tooltip-owner">
        {owner && <Swatch color={owner.color} />}
        {tile.kind === 'file' ? '' : 'mostly '}
        {description}
      </div>
    </div>,
    document.body,
  );
}
