import { createPortal } from 'react-dom';

export interface FlowTooltipProps {
  /** In the window. */
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

const maxWidth = 380;

/** What is under the pointer or has the focus, with its exact bytes. */
export function FlowTooltip({ x, y, lines }: FlowTooltipProps) {
  const left = Math.max(8, Math.min(x + 14, window.innerWidth - maxWidth - 8));
  const above = y > window.innerHeight - 200;
  return createPortal(
    <div
      className="treemap-tooltip"
      aria-hidden="true"
      style={{ left, maxWidth, ...(above ? { bottom: window.innerHeight - y + 14 } : { top: y + 18 }) }}
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never change places
        <div key={index} className={index === 0 ? 'flow-tooltip-name' : undefined}>
          {line}
        </div>
      ))}
    </div>,
    document.body,
  );
}
