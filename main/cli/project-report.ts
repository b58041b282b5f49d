import { formatBytes, formatDuration, formatPercent } from '../../shared/model/format-bytes.ts';
import type { GroupDocument, ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { headline } from './comparison-report.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { bytesOr, plural, unknown } from './report-text.ts';
import { formatTable } from './table.ts';
import { truncate } from './text-width.ts';

/** Lines a failed step printed last that are worth showing. */
const outputLines = 10;

/** What `build` prints for people. */
export function projectReport(document: ProjectDocument, options: ReportOptions): readonly string[] {
  return [
    ...document.groups.flatMap((group) => [...groupReport(group, document, options), '']),
    ...document.variants.flatMap((variant) => [
      ...stagesReport(variant, options),
      ...failureReport(variant, options),
    ]),
    ...imagesReport(document),
  ];
}

function groupReport(
  group: GroupDocument,
  { variants, groups }: ProjectDocument,
  { width, styles }: ReportOptions,
): readonly string[] {
  const byName = new Map(variants.map((variant) => [variant.name, variant]));
  const [title = '', ...lines] = formatTable(
    [
      { title: 'VARIANT', cut: 'start' },
      { title: 'LIVE', align: 'right' },
      { title: 'DIFFERENCE', align: 'right' },
      { title: '', align: 'right' },
      { title: 'BUILD' },
    ],
    group.rows.map((row) => {
      const isBaseline = row.variant === group.baseline;
      return [
        printable(row.variant),
        bytesOr(row.live),
        isBaseline ? 'baseline' : row.delta === null ? unknown : formatBytes(row.delta, { sign: true }),
        isBaseline || row.ratio === null ? '' : formatPercent(row.ratio - 1, { sign: true }),
        buildText(byName.get(row.variant)),
      ];
    }),
    width,
  );
  const context = groups.length > 1 ? [`context ${printable(group.context)}`] : [];
  return [...context, ...groupHeadline(group, byName, styles), styles.bold(title), ...lines];
}

/** From the baseline to the smallest variant that is a whole image, not a stage on the way to one. */
function groupHeadline(
  { baseline, rows }: GroupDocument,
  byName: ReadonlyMap<string, VariantDocument>,
  { bold }: ReportOptions['styles'],
): readonly string[] {
  const from = rows.find(({ variant }) => variant === baseline);
  const [best] = rows
    .filter(
      ({ variant, live }) => variant !== baseline && live !== null && byName.get(variant)?.kind !== 'stage',
    )
    .sort((a, b) => (a.live ?? 0) - (b.live ?? 0));
  if (!from || from.live === null || !best) return [];
  return [bold(headline(from.live, best.live, best.ratio)), ''];
}

function buildText(variant: VariantDocument | undefined): string {
  if (!variant) return unknown;
  const { status, durationMs, steps, cachedSteps } = variant.build;
  const cached = steps > 0 ? `, ${cachedSteps}/${steps} cached` : '';
  return `${status} in ${formatDuration(durationMs)}${status === 'built' ? cached : ''}`;
}

/** The stages of a multi-stage variant, where it is known what each weighs. */
function stagesReport(
  { name, kind, stages, leftBehind }: VariantDocument,
  options: ReportOptions,
): readonly string[] {
  const known = stages.some(({ live, leftBehind }) => live !== null || leftBehind !== null);
  if (kind !== 'multi-stage' || !known) return [];
  const [title = '', ...lines] = formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'STAGE' },
      { title: 'LIVE', align: 'right' },
      { title: 'OWN', align: 'right' },
      { title: 'LEFT BEHIND', align: 'right' },
      { title: 'BASE', cut: 'end' },
    ],
    stages.map((stage) => [
      String(stage.index),
      printable(stage.name),
      stage.built ? bytesOr(stage.live) : 'not built',
      bytesOr(stage.own),
      bytesOr(stage.leftBehind),
      printable(stage.base),
    ]),
    options.width,
  );
  const total = leftBehind === null ? '' : `, ${formatBytes(leftBehind)} left behind`;
  return [
    `${printable(name)}: ${plural(stages.length, 'stage')}${total}`,
    options.styles.bold(title),
    ...lines,
    '',
  ];
}

/** The last words of a step that failed; the error itself is on stderr. */
function failureReport(
  { name, build }: VariantDocument,
  { width, styles }: ReportOptions,
): readonly string[] {
  if (build.status !== 'failed' || !build.error) return [];
  const { line, text, output = [] } = build.error;
  const where = line === undefined ? '' : ` at line ${line}`;
  return [
    styles.red(truncate(`${printable(name)} failed${where}${text ? `: ${printable(text)}` : ''}`, width)),
    ...output.slice(-outputLines).map((each) => `  ${printable(each.trimEnd())}`),
    '',
  ];
}

function imagesReport({ variants }: ProjectDocument): readonly string[] {
  const names = variants.flatMap(({ image }) => image?.name ?? []);
  return names.length === 0 ? [] : ['Images to run:', ...names.map((name) => `  ${printable(name)}`)];
}
