import { formatBytes, formatPercent } from '../../shared/model/format-bytes.ts';
import type { OriginDocument, VariantDocument } from '../../shared/model/project-document.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { linesText } from './report-text.ts';
import { formatTable } from './table.ts';

/** Columns of the longest bar. */
const longestBar = 12;
/** Lines of an origin that are named. */
const namedLines = 3;

/** Where the bytes of a variant's image come from, where that is known. */
export function originsReport(
  { origins, image }: VariantDocument,
  { width, styles }: ReportOptions,
): readonly string[] {
  const live = image?.sizes.live;
  if (!origins || origins.length === 0 || live === null || live === undefined) return [];
  const largest = Math.max(...origins.map(({ bytes }) => bytes));
  const [title = '', ...lines] = formatTable(
    [
      { title: 'BYTES', align: 'right' },
      { title: '', align: 'right' },
      { title: '' },
      { title: 'COME FROM', cut: 'end' },
    ],
    origins.map((origin) => [
      formatBytes(origin.bytes),
      live === 0 ? '' : formatPercent(origin.bytes / live),
      bar(origin.bytes, largest),
      `${originName(origin)}${foundByContent(origin)}, ${originLines(origin)}`,
    ]),
    width,
  );
  return [styles.bold(title), ...lines];
}

/** Every origin that has bytes is seen. */
function bar(bytes: number, largest: number): string {
  return bytes === 0 ? '' : '█'.repeat(Math.max(1, Math.round((bytes / largest) * longestBar)));
}

function originName({ kind, name }: OriginDocument): string {
  switch (kind) {
    case 'base':
      return `base ${printable(name)}`;
    case 'stage':
      return `stage ${printable(name)}`;
    case 'external':
      return `image ${printable(name)}`;
    case 'context':
      return 'build context';
    case 'untraced':
      return 'not traced';
  }
}

/** Not by its path: said before anything that may be cut. */
function foundByContent({ lines }: OriginDocument): string {
  const moved = lines.reduce((sum, { bytes, rule }) => sum + (rule === 'moved' ? bytes : 0), 0);
  return moved > 0 ? ` (${formatBytes(moved)} by content)` : '';
}

/** Those that gave most. */
function originLines({ lines }: OriginDocument): string {
  const numbers = [...new Set(lines.map(({ line }) => line))];
  return `${numbers.length === 1 ? 'line' : 'lines'} ${linesText(numbers, namedLines)}`;
}
