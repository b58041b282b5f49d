import { textWidth, truncate } from './text-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The column that gives way when a line is too long, and on which side it is cut. */
  readonly cut?: 'start' | 'end';
}

const gap = '  ';
const narrowest = 12;

/**
 * Aligned lines, the titles first; no line is longer than `width` columns as long as the column to be cut can give
 * way. Cells must be printable text.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): readonly string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => textWidth(line[index] ?? ''))));
  const elastic = columns.findIndex(({ cut }) => cut);
  if (elastic >= 0) {
    const others = widths.reduce((sum, each, index) => sum + (index === elastic ? 0 : each + gap.length), 0);
    widths[elastic] = Math.min(widths[elastic] ?? 0, Math.max(narrowest, width - others));
  }
  return lines.map((line) =>
    columns
      .map((column, index) => cell(line[index] ?? '', widths[index] ?? 0, column))
      .join(gap)
      .trimEnd(),
  );
}

function cell(text: string, width: number, { align, cut }: Column): string {
  const shown = cut ? truncate(text, width, cut) : text;
  const padding = ' '.repeat(Math.max(0, width - textWidth(shown)));
  return align === 'right' ? padding + shown : shown + padding;
}
