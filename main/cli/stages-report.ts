import { formatBytes } from '../../shared/model/format-bytes.ts';
import type { StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { bytesOr, plural } from './report-text.ts';
import { formatTable } from './table.ts';
import { truncate } from './text-width.ts';

/** Groups of what a stage left behind that are named. */
const namedGroups = 3;
/** Columns of a stage's name. */
const longestName = 24;

/** What the stages of a multi-stage variant weigh, gave, and left behind. */
export function stagesReport(variant: VariantDocument, { width, styles }: ReportOptions): readonly string[] {
  const { kind, stages, leftBehind } = variant;
  const known = stages.some((stage) => stage.live !== null || stage.leftBehind !== null);
  if (kind !== 'multi-stage' || !known) return [];
  const [title = '', ...lines] = formatTable(
    [
      { title: 'STAGE' },
      { title: 'LIVE', align: 'right' },
      { title: 'SHARED', align: 'right' },
      { title: 'REACHED', align: 'right' },
      { title: 'LEFT BEHIND', align: 'right' },
      { title: '', cut: 'end' },
    ],
    stages.flatMap((stage) => [stageRow(stage), ...groupRows(stage)]),
    width,
  );
  const total = leftBehind === null ? '' : `, ${formatBytes(leftBehind)} left behind`;
  return [`${plural(stages.length, 'stage')}${total}`, styles.bold(title), ...lines];
}

function stageRow({ name, base, built, live, shared, reached, leftBehind }: StageDocument): string[] {
  const stage = truncate(printable(name), longestName);
  if (!built) return [stage, 'not built', '', '', '', `on ${printable(base)}`];
  const sizes = [live, shared, reached, leftBehind].map(bytesOr);
  return [stage, ...sizes, `on ${printable(base)}`];
}

/** The largest groups of what it left behind, and the rest, below that number. */
function groupRows({ leftBehindGroups }: StageDocument): string[][] {
  if (!leftBehindGroups || leftBehindGroups.totalBytes === 0) return [];
  const { total, totalBytes, items } = leftBehindGroups;
  const named = items.slice(0, namedGroups);
  const rest = named.reduce((bytes, group) => bytes - group.bytes, totalBytes);
  const row = (bytes: number, text: string) => ['', '', '', '', formatBytes(bytes), text];
  return [
    ...named.map(({ name, path, bytes }) => {
      const where = path === null || path === name ? '' : `  ${printable(path)}`;
      return row(bytes, `  ${printable(name)}${where}`);
    }),
    ...(rest > 0 ? [row(rest, `  ${plural(total - named.length, 'more', 'more')}`)] : []),
  ];
}
