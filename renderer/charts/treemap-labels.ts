import { type Box, intersects, type Rect } from './treemap-boxes.ts';
import { visibleText } from './visible-text.ts';

/** Width of a text in CSS pixels, in the font of the labels. */
export type MeasureText = (text: string, weight: 'normal' | 'bold') => number;

export interface Chip extends Rect {
  /** Index of the directory's box. */
  readonly box: number;
  readonly name: string;
  /** Where the size begins, from the chip's left edge; undefined where only the name fits. */
  readonly size?: { readonly text: string; readonly x: number };
}

export interface TileLabel {
  readonly box: number;
  readonly x: number;
  /** Top of the first line. */
  readonly y: number;
  readonly lines: readonly string[];
}

export const chipHeight = 18;
export const chipPadding = 5;
export const lineHeight = 15;
/** Chips touch the corner of their directory, inside the gutter around it. */
const chipInset = 1;
const tilePadding = 6;
const sizeGap = 6;

type FormatBytes = (bytes: number) => string;

/**
 * Name chips of directories, the large ones first: at the corner of the directory, beside or under the chips that
 * are there already. A chip is whole and inside its directory, or absent.
 */
export function placeChips(
  boxes: readonly Box[],
  measure: MeasureText,
  format: FormatBytes,
): readonly Chip[] {
  const chips: Chip[] = [];
  for (const box of boxes) {
    if (box.children.length === 0 || !deservesChip(box)) continue;
    const chip = placeChip(box, chips, measure, format);
    if (chip) chips.push(chip);
  }
  return chips;
}

/** A chip hides what is under it, so deeper directories need more room for one. */
function deservesChip({ depth, width, height }: Box): boolean {
  if (height < 2 * chipHeight + chipInset) return false;
  return depth <= 2 || (depth === 3 && width >= 120 && height >= 90) || (width >= 220 && height >= 160);
}

function placeChip(
  box: Box,
  placed: readonly Chip[],
  measure: MeasureText,
  format: FormatBytes,
): Chip | undefined {
  const name = visibleText(box.tile.name);
  const size = format(box.tile.bytes);
  const nameWidth = measure(name, 'bold');
  const narrow = chipPadding * 2 + nameWidth;
  const wide = narrow + sizeGap + measure(size, 'normal');
  const start = { x: box.x + chipInset, y: box.y + chipInset };
  const over = placed.filter((chip) => intersects(chip, { ...start, width: narrow, height: chipHeight }));
  const beside = { x: Math.max(start.x, ...over.map((chip) => chip.x + chip.width + 2)), y: start.y };
  const under = { x: start.x, y: Math.max(start.y, ...over.map((chip) => chip.y + chip.height + 2)) };
  for (const place of [beside, under]) {
    for (const width of [wide, narrow]) {
      const rect = { ...place, width, height: chipHeight };
      if (!isInside(rect, box) || placed.some((chip) => intersects(chip, rect))) continue;
      return {
        ...rect,
        box: box.index,
        name,
        ...(width === wide ? { size: { text: size, x: chipPadding + nameWidth + sizeGap } } : {}),
      };
    }
  }
  return undefined;
}

function isInside(rect: Rect, box: Rect): boolean {
  return (
    rect.x + rect.width <= box.x + box.width - chipInset &&
    rect.y + rect.height <= box.y + box.height - chipInset
  );
}

/** Name and size on each tile, clear of the chips: two lines, one, or none. */
export function placeTileLabels(
  boxes: readonly Box[],
  chips: readonly Chip[],
  measure: MeasureText,
  format: FormatBytes,
): readonly TileLabel[] {
  const labels: TileLabel[] = [];
  for (const box of boxes) {
    if (box.children.length > 0 || box.width < 24 || box.height < lineHeight + 4) continue;
    const room = box.width - tilePadding * 2;
    const name = visibleText(box.tile.name);
    const nameWidth = measure(name, 'normal');
    if (nameWidth > room) continue;
    const covering = chips.filter((chip) => intersects(chip, box));
    const size = format(box.tile.bytes);
    const sizeWidth = measure(size, 'normal');
    const tries = [
      ...(sizeWidth <= room ? [{ lines: [name, size], width: Math.max(nameWidth, sizeWidth) }] : []),
      { lines: [name], width: nameWidth },
    ];
    for (const { lines, width } of tries) {
      const y = clearTop(box, covering, width, lines.length * lineHeight);
      if (y === undefined) continue;
      labels.push({ box: box.index, x: box.x + tilePadding, y, lines });
      break;
    }
  }
  return labels;
}

/** The highest place in a tile where a label of this size is clear of the chips over it. */
function clearTop(box: Box, chips: readonly Chip[], width: number, height: number): number | undefined {
  const x = box.x + tilePadding;
  const tops = [box.y + 3, ...chips.map((chip) => chip.y + chip.height + 2)]
    .filter((y) => y >= box.y + 3 && y + height <= box.y + box.height - 2)
    .sort((a, b) => a - b);
  return tops.find((y) => !chips.some((chip) => intersects(chip, { x, y, width, height })));
}
