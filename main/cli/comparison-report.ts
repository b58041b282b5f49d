import {
  type ChangeTotals,
  type ComparisonDocument,
  changeKinds,
} from '../../shared/model/comparison-document.ts';
import { formatBytes, formatCount, formatPercent } from '../../shared/model/format-bytes.ts';
import { differenceReport } from './difference-report.ts';
import { rest } from './image-report.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { bytesOr, countOr, plural, unknown } from './report-text.ts';
import { formatTable } from './table.ts';
import { truncate } from './text-width.ts';

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
    ...differenceReport(
      document.difference,
      headline(left.sizes.live, right.sizes.live, delta.ratio),
      options,
    ),
    '',
    styles.bold(title),
    ...images,
    ...sharedLayers(document),
    ...(document.totals ? totals(document.totals, options) : []),
    ...packages(document, options),
    ...config(document, options),
    ...changes(document, options),
  ];
}

/** `963 MB → 201 MB, −79 %`. */
export function headline(left: number | null, right: number | null, ratio: number | null): string {
  const change =
    ratio === null ? '' : `, ${ratio === 1 ? 'the same' : formatPercent(ratio - 1, { sign: true })}`;
  return `${bytesOr(left)} → ${bytesOr(right)}${change}`;
}

/** Who has one of the images need not pull these for the other. */
function sharedLayers({ layers }: ComparisonDocument): readonly string[] {
  const { shared, right } = layers;
  if (shared.layers === 0) return [];
  const of = plural(shared.layers + right.layers, 'layer');
  const are = shared.layers === 1 ? 'is' : 'are';
  return ['', `${shared.layers} of the ${of} on the right, ${bytesOr(shared.bytes)}, ${are} on the left too`];
}

function packages(
  { packages }: ComparisonDocument,
  { width, top, styles }: ReportOptions,
): readonly string[] {
  if (!packages || packages.total === 0) return [];
  const items = packages.items.slice(0, top);
  const version = (side: (typeof items)[number]['left']) => side && printable(side.version ?? unknown);
  const [title = '', ...lines] = formatTable(
    [
      { title: 'DIFFERENCE', align: 'right' },
      { title: 'PACKAGE' },
      { title: 'NAME', cut: 'end' },
      { title: 'LEFT' },
      { title: 'RIGHT' },
    ],
    items.map(({ ecosystem, name, left, right }) => [
      formatBytes((right?.bytes ?? 0) - (left?.bytes ?? 0), { sign: true }),
      ecosystem,
      printable(name),
      truncate(version(left) ?? '', longestVersion),
      truncate(version(right) ?? '', longestVersion),
    ]),
    width,
  );
  return ['', styles.bold(title), ...lines, ...rest(packages, items, styles.dim)];
}

/** Columns of a package's version. */
const longestVersion = 18;
/** Columns of a setting's name and of its left value. */
const longestSetting = 24;

function config({ config }: ComparisonDocument, { width, styles }: ReportOptions): readonly string[] {
  if (config.length === 0) return [];
  const value = (text: string | null) => (text === null ? unknown : printable(text));
  const [title = '', ...lines] = formatTable(
    [{ title: 'SETTING' }, { title: 'LEFT' }, { title: 'RIGHT', cut: 'end' }],
    config.map(({ setting, left, right }) => [
      truncate(printable(setting), longestSetting),
      truncate(value(left), longestSetting),
      value(right),
    ]),
    width,
  );
  return ['', styles.bold(title), ...lines];
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
