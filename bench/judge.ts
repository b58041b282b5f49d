import type { Measured } from './measure/measured.ts';
import { median } from './measure/median.ts';
import type { Outcome, Row, Target } from './row.ts';

/** A measured row, as it is in results.json. */
export interface Result {
  readonly name: string;
  readonly work: string;
  readonly runs: number;
  /** Medians; null where nothing was measured. */
  readonly ms: number | null;
  readonly peakMB: number | null;
  readonly baseline: { readonly name: string; readonly ms: number; readonly peakMB: number | null } | null;
  /** Ours by the baseline's time. */
  readonly ratio: number | null;
  readonly target: Target;
  /** Null where it cannot be told. */
  readonly met: boolean | null;
  readonly note: string | null;
}

/** Holds what was measured against what is promised. */
export function judge({ name, work, target }: Row, { ours, baseline, note }: Outcome): Result {
  const { ms, peakMB } = medians(ours);
  const theirs = baseline && medians(baseline.runs);
  const ratio = theirs ? ms / theirs.ms : null;
  return {
    name,
    work,
    runs: ours.length,
    ms: rounded(ms),
    peakMB: rounded(peakMB),
    baseline: theirs ? { name: baseline.name, ms: rounded(theirs.ms), peakMB: rounded(theirs.peakMB) } : null,
    ratio: rounded(ratio),
    target,
    met: isMet([
      [ratio, target.ratio],
      [ms, target.ms],
      [peakMB, target.peakMB],
    ]),
    note: note ?? null,
  };
}

/** A row that was not measured, and why. */
export function notMeasured({ name, work, target }: Row, why: string): Result {
  const note = `not measured: ${why}`;
  return {
    name,
    work,
    runs: 0,
    ms: null,
    peakMB: null,
    baseline: null,
    ratio: null,
    target,
    met: null,
    note,
  };
}

function medians(runs: readonly Measured[]): { readonly ms: number; readonly peakMB: number | null } {
  const peaks = runs.map(({ peakBytes }) => peakBytes).filter((bytes) => bytes !== null);
  return {
    ms: median(runs.map(({ ms }) => ms)),
    peakMB: peaks.length === runs.length ? median(peaks) / 1e6 : null,
  };
}

/** One limit that does not hold decides; one that cannot be told leaves it open, as does none. */
function isMet(
  limits: readonly (readonly [value: number | null, most: number | undefined])[],
): boolean | null {
  const given = limits.filter(([, most]) => most !== undefined);
  if (given.some(([value, most]) => value !== null && value > most!)) return false;
  return given.length === 0 || given.some(([value]) => value === null) ? null : true;
}

/** Three digits, as far as such numbers come out the same again. */
function rounded(value: number): number;
function rounded(value: number | null): number | null;
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(value >= 1000 ? 4 : 3));
}
