import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * How much memory this process has at its peak beyond what it has now, bytes; null where the system does not tell:
 * that takes Linux, which is told to forget the peak so far (proc(5), clear_refs).
 */
export function memoryGrowth(): { stop(): number | null } {
  collectGarbage();
  const before = resetPeak() ? peak() : undefined;
  return {
    stop: () => {
      const after = before === undefined ? undefined : peak();
      return before === undefined || after === undefined ? null : Math.max(0, after - before);
    },
  };
}

/** What is no longer used must not seem to be room that is taken anew. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
}

function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function peak(): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
