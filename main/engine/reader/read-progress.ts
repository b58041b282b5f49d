import type { ReadProgress } from '../../../shared/model/build.ts';

/** Ten a second are enough for the eye, and every window gets each one. */
const everyMs = 100;
/** No estimate before: the first bytes tell little. */
const settledMs = 1000;
/** How far back the rate looks, as the time constant of its average. */
const memoryMs = 3000;
/** Who has to wait longer is not helped by a number. */
const longestMs = 24 * 3_600_000;

/** Turns what a reader says after every chunk into a few reports with an estimate of the time that is left. */
export function progressMeter(
  report: (progress: ReadProgress) => void,
  now: () => number = () => performance.now(),
): (progress: { readonly bytes: number; readonly total?: number | undefined }) => void {
  const started = now();
  let last = { at: started, bytes: 0 };
  /** Bytes per ms. */
  let rate: number | undefined;
  let reported = false;

  return ({ bytes, total }) => {
    const at = now();
    const passed = at - last.at;
    if (reported && passed < everyMs) return;
    reported = true;
    if (passed > 0) {
      const current = (bytes - last.bytes) / passed;
      // The plain average of all there is, until that is more than the memory holds.
      const weight = Math.max(1 - Math.exp(-passed / memoryMs), passed / (at - started));
      rate = rate === undefined ? current : rate + weight * (current - rate);
    }
    last = { at, bytes };
    const remaining =
      total === undefined || bytes >= total || !rate || rate <= 0 || at - started < settledMs
        ? undefined
        : (total - bytes) / rate;
    report({
      bytes,
      ...(total !== undefined && { total }),
      ...(remaining !== undefined && remaining <= longestMs && { remainingMs: Math.round(remaining) }),
    });
  };
}
