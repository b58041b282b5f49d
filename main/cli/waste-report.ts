import { formatBytes } from '../../shared/model/format-bytes.ts';
import type { LineWaste, VariantDocument } from '../../shared/model/project-document.ts';
import { rest } from './image-report.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';
import { wrapText } from './wrap-text.ts';

/** What an image stores in vain, by the lines that store and waste it, each with what to do. */
export function wasteReport({ waste }: VariantDocument, options: ReportOptions): readonly string[] {
  if (!waste || waste.total === 0) return [];
  const { width, top, styles } = options;
  const items = waste.items.slice(0, top);
  const [title = '', ...lines] = formatTable(
    [
      { title: 'WASTED', align: 'right' },
      { title: 'CAUSE' },
      { title: 'LINE' },
      { title: 'PATH', cut: 'start' },
    ],
    items.map((item) => [formatBytes(item.bytes), item.cause, placesOf(item), printable(item.path)]),
    width,
  );
  const indent = ' '.repeat(Math.max(...items.map(({ bytes }) => formatBytes(bytes).length), 6) + 2);
  return [
    styles.bold(title),
    ...lines.flatMap((line, index) => [line, ...fixLines(items[index]!, indent, options)]),
    ...rest(waste, items, styles.dim),
  ];
}

function placesOf({ storedBy, wastedBy }: LineWaste): string {
  const place = (at: LineWaste['storedBy']) => (at ? String(at.line) : 'base');
  return `${place(storedBy)} → ${place(wastedBy)}`;
}

function fixLines({ fix }: LineWaste, indent: string, { width, styles }: ReportOptions): string[] {
  if (fix === null) return [];
  return wrapText(printable(fix), width - indent.length).map((line) => styles.dim(`${indent}${line}`));
}
