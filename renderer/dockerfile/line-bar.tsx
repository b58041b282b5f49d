import type { LineBytes } from '../../shared/model/project-document.ts';
import type { OwnerColor } from '../charts/owners.ts';
import './line-bar.css';

export interface LineBarProps {
  readonly bytes: LineBytes;
  /** Bytes of a full bar. */
  readonly largest: number;
  readonly color: OwnerColor | undefined;
}

/** What an instruction added, the live part and the wasted, and over it what of the image is from it. */
export function LineBar({ bytes: { live, wasted, contributed }, largest, color }: LineBarProps) {
  const width = (bytes: number | null) => (bytes ? `max(2px, ${(100 * bytes) / largest}%)` : '0');
  return (
    <div className="line-bar">
      <i className="line-bar-live" style={{ width: width(live) }} />
      <i className="line-bar-wasted" style={{ width: width(wasted) }} />
      <i
        className="line-bar-image"
        style={{ width: width(contributed), background: color && `var(--owner-${color})` }}
      />
    </div>
  );
}
