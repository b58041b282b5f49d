import type { LeftBehind } from './left-behind.ts';
import type { OwnerShare } from './owner-shares.ts';
import type { MeasureText } from './treemap-labels.ts';
import { visibleText } from './visible-text.ts';

export interface BarRow {
  /** Unique. */
  readonly id: string;
  readonly shares: readonly OwnerShare[];
  /** Live bytes; null where they are not known. */
  readonly live: number | null;
  readonly leftBehind?: LeftBehind;
}

/** Bytes of an owner in a row; 0 where it has none, or where they are not known: then there is no segment to draw. */
export function segmentBytes(row: BarRow, ownerId: string): number {
  return row.shares.find(({ owner }) => owner.id === ownerId)?.bytes ?? 0;
}

/**
 * By how much a row is shorter than the one it is held against; 0 when it is longer or not known. What was left behind
 * is there whatever it is held against: then it is the length to the end of the axis.
 */
export function missingBytes(row: BarRow, baseline: number | null, longest: number): number {
  const end = row.leftBehind ? longest : baseline;
  return row.live === null || end === null ? 0 : Math.max(0, end - row.live);
}

/** The length of the axis, bytes: that of the longest row. */
export function longestRow(rows: readonly BarRow[], baseline: number | null): number {
  return Math.max(1, baseline ?? 0, ...rows.map((row) => row.live ?? 0));
}

export interface SegmentLabel {
  readonly name: string;
  /** Where the size begins, from the name's start; undefined where only the name fits. */
  readonly size?: { readonly text: string; readonly x: number };
}

const padding = 8;
const gap = 6;

/** Name and size in a segment of this width, or the name alone, or nothing; never part of one. */
export function segmentLabel(
  label: string,
  size: string,
  width: number,
  measure: MeasureText,
): SegmentLabel | undefined {
  const name = visibleText(label);
  const room = width - 2 * padding;
  const nameWidth = measure(name, 'bold');
  if (nameWidth > room) return undefined;
  const sizeX = nameWidth + gap;
  return sizeX + measure(size, 'normal') <= room ? { name, size: { text: size, x: sizeX } } : { name };
}
