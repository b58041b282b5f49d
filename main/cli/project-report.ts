import { type ErrorInfo, formatError } from '../../shared/api/errors.ts';
import { formatBytes, formatDuration, formatPercent } from '../../shared/model/format-bytes.ts';
import type { GroupDocument, ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { headline } from './comparison-report.ts';
import { differenceReport } from './difference-report.ts';
import { originsReport } from './origins-report.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { bytesOr, unknown } from './report-text.ts';
import { stagesReport } from './stages-report.ts';
import { formatTable } from './table.ts';
import { truncate } from './text-width.ts';
import { wasteReport } from './waste-report.ts';

/** Lines a failed step printed last that are worth showing. */
const outputLines = 10;

/** What `build` says to people: the answer first, then where each image's bytes come from and what stays behind. */
export function projectReport(document: ProjectDocument, options: ReportOptions): readonly string[] {
  return [
    ...document.groups.flatMap((group) => [...groupReport(group, document, options), '']),
    ...document.variants.flatMap((variant) =>
      isToldElsewhere(variant, document) ? [] : variantReport(variant, options),
    ),
    ...failuresReport(document, options),
    ...transportReport(document),
  ];
}

/** A stage on the way to an image is told of there, where that was built, too. */
function isToldElsewhere({ kind, dockerfile }: VariantDocument, { variants }: ProjectDocument): boolean {
  return (
    kind === 'stage' && variants.some((other) => other.kind !== 'stage' && other.dockerfile === dockerfile)
  );
}

function variantReport(variant: VariantDocument, options: ReportOptions): readonly string[] {
  const parts = [
    originsReport(variant, options),
    stagesReport(variant, options),
    wasteReport(variant, options),
  ].filter((lines) => lines.length > 0);
  if (parts.length === 0) return [];
  const title = `${printable(variant.name)}  ${bytesOr(variant.image?.sizes.live)}`;
  return [options.styles.bold(title), ...parts.flatMap((lines) => [...lines, ''])];
}

function groupReport(
  group: GroupDocument,
  { variants, groups }: ProjectDocument,
  options: ReportOptions,
): readonly string[] {
  const { width, styles } = options;
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
  return [...context, ...groupHeadline(group, byName, options), styles.bold(title), ...lines];
}

/** From the baseline to the smallest variant that is a whole image, not a stage on the way to one, and why. */
function groupHeadline(
  { baseline, rows }: GroupDocument,
  byName: ReadonlyMap<string, VariantDocument>,
  options: ReportOptions,
): readonly string[] {
  const from = rows.find(({ variant }) => variant === baseline);
  const [best] = rows
    .filter(
      ({ variant, live }) => variant !== baseline && live !== null && byName.get(variant)?.kind !== 'stage',
    )
    .sort((a, b) => (a.live ?? 0) - (b.live ?? 0));
  if (!from || from.live === null || !best) return [];
  return [...differenceReport(best.difference, headline(from.live, best.live, best.ratio), options), ''];
}

function buildText(variant: VariantDocument | undefined): string {
  if (!variant) return unknown;
  const { status, durationMs, steps, cachedSteps } = variant.build;
  const cached = steps > 0 ? `, ${cachedSteps}/${steps} cached` : '';
  return `${status} in ${formatDuration(durationMs)}${status === 'built' ? cached : ''}`;
}

/** The last words of each step that failed, with all variants that it is on the way to; the error itself is on stderr. */
export function failuresReport({ variants }: ProjectDocument, options: ReportOptions): readonly string[] {
  const failed = variants.flatMap(({ name, build: { status, error } }) =>
    status === 'failed' && error ? [{ name, error }] : [],
  );
  const steps = Map.groupBy(failed, ({ error }) => formatError(error));
  return [...steps.values()].flatMap((all) =>
    failureReport(
      all.map(({ name }) => name),
      all[0]!.error,
      options,
    ),
  );
}

function failureReport(
  names: readonly string[],
  { line, text, output = [] }: ErrorInfo,
  { width, styles }: ReportOptions,
): readonly string[] {
  const where = line === undefined ? '' : ` at line ${line}`;
  const title = `${names.map(printable).join(', ')} failed${where}${text ? `: ${printable(text)}` : ''}`;
  return [
    styles.red(truncate(title, width)),
    ...output.slice(-outputLines).map((each) => `  ${printable(each.trimEnd())}`),
    '',
  ];
}

/** How the layers came from the engine, and how much of them: `Layers read: 12.3 MB by buildkit`. */
function transportReport({ variants }: ProjectDocument): readonly string[] {
  const built = variants.map(({ build }) => build).filter(({ status }) => status === 'built');
  if (built.length === 0) return [];
  const read = [...Map.groupBy(built, ({ transport }) => transport)].map(([transport, builds]) => {
    const bytes = builds.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    return `${formatBytes(bytes)} by ${transport}`;
  });
  return [`Layers read: ${read.join(', ')}`];
}

/** What can be run, or how. */
export function imagesReport({ variants }: ProjectDocument): readonly string[] {
  const built = variants.filter(({ build }) => build.status === 'built');
  if (built.length === 0) return [];
  const tags = built.flatMap(({ build }) => build.tag ?? []);
  if (tags.length === 0) return ['Images to run: build with --load'];
  return ['Images to run:', ...tags.map((tag) => `  ${printable(tag)}`)];
}
