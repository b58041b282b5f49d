import { type KeyboardEvent, type RefObject, useState } from 'react';

export interface RovingFocus {
  /** The key of the one part that Tab leads to. */
  readonly active: string | undefined;
  readonly setActive: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** One tab stop for many parts, found by their `data-key`: arrows, Home and End go through them in this order. */
export function useRovingFocus(frame: RefObject<HTMLElement | null>, order: readonly string[]): RovingFocus {
  const [chosen, setActive] = useState<string>();
  // Parts may have gone.
  const active = chosen !== undefined && order.includes(chosen) ? chosen : order[0];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = order.indexOf(active ?? '');
    const last = order.length - 1;
    const places: Record<string, number> = {
      ArrowRight: Math.min(last, at + 1),
      ArrowDown: Math.min(last, at + 1),
      ArrowLeft: Math.max(0, at - 1),
      ArrowUp: Math.max(0, at - 1),
      Home: 0,
      End: last,
    };
    const key = Object.hasOwn(places, event.key) ? order[places[event.key]!] : undefined;
    if (key === undefined) return;
    event.preventDefault();
    setActive(key);
    frame.current?.querySelector<SVGElement>(`[data-key="${key}"]`)?.focus();
  };
  return { active, setActive, onKeyDown };
}
