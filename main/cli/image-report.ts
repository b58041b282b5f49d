import { formatCount, formatPercent, minusSign } from '../../shared/model/format-bytes.ts';
import type { ImageDocument, ImageFacts } from '../../shared/model/image-document.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { bytesOr, countOr, instructionText, plural, shortId, unknown } from './report-text.ts';
import { formatTable } from './table.ts';

/** What `analyze` prints for people. */
export function imageReport({ image }: ImageDocument, options: ReportOptions): readonly string[] {
  const { bold } = options.styles;
  return [
    `${bold(printable(image.name))}  ${printable(image.platform)}  ${shortId(image.id)}`,
    ...(image.created ? [`created ${printable(image.created)}`] : []),
    '',
    ...sizes(image),
    '',
    ...layers(image, options),
    ...waste(image, options),
    ...duplicates(image, options),
  ];
}

function sizes({ sizes, files, efficiency }: ImageFacts): readonly string[] {
  return formatTable(
    [{ title: '' }, { title: '', align: 'right' }, { title: '' }],
    [
      ['live', bytesOr(sizes.live), files === null ? '' : plural(files, 'file')],
      ['stored', bytesOr(sizes.stored), ''],
      [
        'reclaimable',
        bytesOr(sizes.reclaimable),
        efficiency === null ? '' : `efficiency ${formatPercent(efficiency)}`,
      ],
      ['duplicates', bytesOr(sizes.duplicates), ''],
      [
        'layer tars',
        bytesOr(sizes.tar),
        sizes.compressed === null ? '' : `${bytesOr(sizes.compressed)} compressed`,
      ],
      ['docker says', bytesOr(sizes.engine), ''],
    ],
  ).slice(1);
}

function layers({ layers }: ImageFacts, { width, styles }: ReportOptions): readonly string[] {
  const [title = '', ...lines] = formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'STORED', align: 'right' },
      { title: 'LIVE', align: 'right' },
      { title: 'FILES' },
      { title: 'FROM' },
      { title: 'INSTRUCTION', cut: 'end' },
    ],
    layers.map((layer) => [
      String(layer.index),
      bytesOr(layer.stored),
      bytesOr(layer.live),
      filesOf(layer),
      fromOf(layer),
      instructionText(layer.createdBy),
    ]),
    width,
  );
  return [styles.bold(title), ...lines];
}

/** `+16,908 ~11 −4`: added, modified, removed; what did not happen is left out. */
function filesOf({ added, modified, removed }: ImageFacts['layers'][number]): string {
  if (added === null || modified === null || removed === null) return unknown;
  const parts = [['+', added] as const, ['~', modified] as const, [minusSign, removed] as const];
  const shown = parts.filter(([, count]) => count > 0).map(([sign, count]) => sign + formatCount(count));
  return shown.join(' ');
}

function fromOf({ base, line, endLine }: ImageFacts['layers'][number]): string {
  if (line !== null) return endLine !== null && endLine !== line ? `line ${line}–${endLine}` : `line ${line}`;
  if (base === null) return unknown;
  return base ? 'base' : 'here';
}

function waste({ waste }: ImageFacts, { width, top, styles }: ReportOptions): readonly string[] {
  if (!waste || waste.total === 0) return [];
  const items = waste.items.slice(0, top);
  const [title = '', ...lines] = formatTable(
    [
      { title: 'WASTED', align: 'right' },
      { title: 'CAUSE' },
      { title: 'LAYER', align: 'right' },
      { title: 'HIDDEN BY', align: 'right' },
      { title: 'PATH', cut: 'start' },
    ],
    items.map((item) => [
      bytesOr(item.bytes),
      item.cause,
      String(item.layer),
      String(item.hiddenBy),
      printable(item.path),
    ]),
    width,
  );
  return ['', styles.bold(title), ...lines, ...rest(waste, items, styles.dim)];
}

function duplicates({ duplicates }: ImageFacts, { width, top, styles }: ReportOptions): readonly string[] {
  if (!duplicates || duplicates.total === 0) return [];
  const items = duplicates.items.slice(0, top);
  const [title = '', ...lines] = formatTable(
    [
      { title: 'DUPLICATE', align: 'right' },
      { title: 'COPIES', align: 'right' },
      { title: 'PATH', cut: 'start' },
    ],
    items.map((item) => [bytesOr(item.bytes), countOr(item.copies), printable(item.paths[0] ?? '')]),
    width,
  );
  return ['', styles.bold(title), ...lines, ...rest(duplicates, items, styles.dim)];
}

/** What a list leaves out, if anything. */
export function rest(
  list: { readonly total: number; readonly totalBytes: number },
  shown: readonly unknown[],
  dim: (text: string) => string,
): readonly string[] {
  const more = list.total - shown.length;
  return more > 0
    ? [dim(`and ${plural(more, 'more', 'more')}; ${bytesOr(list.totalBytes)} in all (--top N)`)]
    : [];
}
