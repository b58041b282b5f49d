export type ByteBase = 'ten' | 'two';

const units: Record<ByteBase, readonly string[]> = {
  ten: ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'],
  two: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'],
};

/** U+2212: as wide as the digits, and no line breaks after it. */
export const minusSign = '−';

/**
 * Bytes as `docker images` writes them (go-units: three significant digits, no trailing zeros), with a space before
 * the unit: 963 MB, 1.05 GB, 40 kB. Base two is 1024-based with KiB, MiB, … `sign` also marks what is above zero.
 */
export function formatBytes(
  bytes: number,
  { base = 'ten', sign = false }: { readonly base?: ByteBase; readonly sign?: boolean } = {},
): string {
  const step = base === 'ten' ? 1000 : 1024;
  const names = units[base];
  let value = Math.abs(bytes);
  let unit = 0;
  let shown = threeDigits(value);
  // By what would be shown: 999.6 kB is 1 MB, not 1000 kB.
  while (shown >= step && unit < names.length - 1) {
    value /= step;
    unit += 1;
    shown = threeDigits(value);
  }
  return `${signOf(bytes, sign)}${shown} ${names[unit]}`;
}

/** Three significant digits, but never fewer than the whole number has: 1023 stays 1023. */
function threeDigits(value: number): number {
  if (value >= 999.5) return Math.round(value);
  return Number(value.toPrecision(3));
}

/** Every byte, in groups of three: `903,139,534 B`. */
export function formatExactBytes(bytes: number): string {
  return `${formatCount(bytes)} B`;
}

/** A whole number in groups of three, the same in every locale: 20,112. */
export function formatCount(count: number): string {
  const digits = String(Math.abs(count)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${signOf(count, false)}${digits}`;
}

/** Milliseconds as a person says them: 80 ms, 4.2 s, 42 s, 3 min 05 s, 1 h 02 min. */
export function formatDuration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 99.5) return `${Math.round(length)} ms`;
  if (length < 9950) return `${(length / 1000).toFixed(1)} s`;
  const seconds = Math.round(length / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** An estimate of what is left: about 8 s left, about 3 min left. Nobody counts the seconds of minutes. */
export function formatRemaining(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `about ${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
}

/**
 * A ratio (0.79, −0.79) as a percentage with a true minus sign: 79 %, −79 %. One decimal below 10 %, and near 100 %
 * too, so that what is nearly all or nearly nothing never reads as all or nothing.
 */
export function formatPercent(ratio: number, { sign = false }: { readonly sign?: boolean } = {}): string {
  const percent = Math.abs(ratio) * 100;
  const prefix = signOf(ratio, sign);
  if (percent > 0 && percent < 0.05) return `${prefix}<0.1 %`;
  if (percent > 99.9 && percent < 100) return `${prefix}>99.9 %`;
  const exact = percent < 9.95 || (percent > 99 && percent < 100);
  return `${prefix}${exact ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

function signOf(value: number, always: boolean): string {
  if (value < 0) return minusSign;
  return always && value > 0 ? '+' : '';
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
