import type { ProgressLine } from './progress-line.ts';

/** Says again every second what is going on: a step that prints nothing for minutes must not look as if it hung. */
export interface LiveStatus {
  /** Says it now, because it has changed. */
  show(): void;
  end(): void;
}

const everyMs = 1000;

/** @param text what is going on, with how long it has; undefined while there is nothing to say */
export function liveStatus(progress: ProgressLine, text: () => string | undefined): LiveStatus {
  let hasEnded = false;
  const show = () => {
    const now = hasEnded ? undefined : text();
    if (now !== undefined) progress.show(now);
  };
  const clock = setInterval(show, everyMs);
  return {
    show,
    end: () => {
      hasEnded = true;
      clearInterval(clock);
    },
  };
}
