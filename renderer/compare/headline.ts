import { formatBytes, formatPercent } from '../../shared/model/format-bytes.ts';

export type Trend = 'smaller' | 'larger' | 'same' | 'unknown';

export interface Headline {
  readonly trend: Trend;
  /** `−78 %`, `+12 %`, `4.1 ×`; undefined where there is nothing to divide by or nothing is known. */
  readonly change: string | undefined;
  /** `702 MB smaller`. */
  readonly words: string;
}

/** From this growth on a factor reads better than a percentage. */
const factorFrom = 10;

/** What a person should know first of two sizes in live bytes. */
export function headline(
  left: number | null,
  right: number | null,
  format: (bytes: number) => string = formatBytes,
): Headline {
  if (left === null || right === null) {
    return { trend: 'unknown', change: undefined, words: 'a size is not known' };
  }
  const delta = right - left;
  if (delta === 0) return { trend: 'same', change: '±0', words: 'the same size to the byte' };
  const trend = delta < 0 ? 'smaller' : 'larger';
  const words = `${format(Math.abs(delta))} ${trend}`;
  if (left === 0) return { trend, change: undefined, words };
  if (right / left >= factorFrom)
    return { trend, change: `${Number((right / left).toPrecision(3))} ×`, words };
  return { trend, change: formatPercent(delta / left, { sign: true }), words };
}
