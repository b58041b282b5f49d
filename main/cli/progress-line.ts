import { printable } from './printable.ts';
import type { TextSink } from './terminal.ts';
import { truncate } from './text-width.ts';

const everyMs = 100;

/** One line at the bottom of a terminal that says what is going on; nothing at all where there is no terminal. */
export interface ProgressLine {
  show(text: string): void;
  /** Wipes the line and stops: call it before anything else is printed. */
  clear(): void;
}

export function progressLine(sink: TextSink, quiet: boolean): ProgressLine {
  if (!sink.isTTY || quiet) return { show: () => {}, clear: () => {} };
  let latest: string | undefined;
  /** What stands there: the same again would only undo what somebody has marked with the mouse. */
  let drawn: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    timer = undefined;
    if (latest === undefined) return;
    // One column stays free: a full line would wrap, and then could not be wiped.
    const line = truncate(printable(latest), (sink.columns ?? 80) - 1);
    latest = undefined;
    if (line === drawn) return;
    drawn = line;
    sink.write(`\r${line}\x1b[K`);
    timer = setTimeout(draw, everyMs);
    timer.unref();
  };

  return {
    show(text) {
      latest = text;
      if (!timer) draw();
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      latest = undefined;
      drawn = undefined;
      sink.write('\r\x1b[K');
    },
  };
}
