import { readFileSync } from 'node:fs';

const everyMs = 5;

/**
 * The peak memory of a running process from what Linux keeps of it, for machines without GNU time: looked at every
 * few milliseconds, since it goes with the process. What grows in the last of them is missed.
 */
export function watchHighWater(pid: number): { stop(): number | null } {
  let highest: number | null = null;
  const look = () => {
    highest = highWaterOf(pid) ?? highest;
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return highest;
    },
  };
}

function highWaterOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined; // It has ended, or this is not Linux.
  }
}
