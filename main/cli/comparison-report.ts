import {
  type ChangeTotals,
  type ComparisonDocument,
  changeKinds,
} from '../../shared/model/comparison-document.ts';
import { formatBytes, formatCount, formatPercent } from '../../shared/model/format-bytes.ts';
import { rest } from './image-report.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { bytesOr, countOr, unknown } from './report-text.ts';
import { formatTable } from './table.ts';

/** What `compare` prints for people. */
export function comparisonReport(document: ComparisonDocument, options: ReportOptions): readonly string[] {
  const { left, right, delta } = document;
  const { width, styles } = options;
  const [title = '', ...images] = formatTable(
    [
      { title: '' },
      { title: 'LIVE', align: 'right' },
      { title: 'STORED', align: 'right' },
      { title: 'FILES', align: 'right' },
      { title: 'IMAGE', cut: 'end' },
    ],
    (['left', 'right'] as const).map((side) => {
      const { name, sizes, files } = document[side];
      return [side, bytesOr(sizes.live), bytesOr(sizes.stored), countOr(files), printable(name)];
    }),
    width,
  );
  return [
    styles.bold(headline(left.sizes.live, right.sizes.live, delta.ratio)),
    '',
    styles.bold(title),
    ...images,
    ...(document.totals ? totals(document.totals, options) : []),
    ...changes(document, options),
  ];
}

/** `963 MB → 201 MB, −79 %`. */
export function headline(left: number | null, right: number | null, ratio: number | null): string {
  const change =
    ratio === null ? '' : `, ${ratio === 1 ? 'the same' : formatPercent(ratio - 1, { sign: true })}`;
  return `${bytesOr(left)} → ${bytesOr(right)}${change}`;
}

function totals(totals: ChangeTotals, { styles }: ReportOptions): readonly string[] {
  const [title = '', ...lines] = formatTable(
    [{ title: 'CHANGE' }, { title: 'FILES', align: 'right' }, { title: 'BYTES', align: 'right' }],
    [...changeKinds, 'same' as const].map((kind) => {
      const { files, bytes } = totals[kind];
      return [kind, formatCount(files), formatBytes(bytes, { sign: kind !== 'same' })];
    }),
  );
  return ['', styles.bold(title), ...lines];
}

function changes({ changes }: ComparisonDocument, { width, top, styles }: ReportOptions): readonly string[] {
  if (!changes || changes.total === 0) return [];
  const items = changes.items.slice(0, top);
  const [title = '', ...lines] = formatTable(
    [
      { title: 'DIFFERENCE', align: 'right' },
      { title: 'LEFT', align: 'right' },
      { title: 'RIGHT', align: 'right' },
      { title: 'CHANGE' },
      { title: 'PATH', cut: 'start' },
    ],
    items.map(({ left, right, kind, path, from }) => [
      formatBytes((right ?? 0) - (left ?? 0), { sign: true }),
      left === null ? unknown : formatBytes(left),
      right === null ? unknown : formatBytes(right),
      kind,
      from === undefined ? printable(path) : `${printable(from)} → ${printable(path)}`,
    ]),
    width,
  );
  return ['', styles.bold(title), ...lines, ...rest(changes, items, styles.dim)];
}
