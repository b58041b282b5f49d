import { formatBytes, formatDuration } from '../../shared/model/format-bytes.ts';
import type { ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { bytesOr, plural } from './report-text.ts';
import { formatTable } from './table.ts';
import { textWidth, truncate } from './text-width.ts';
import type { WatchedBuild } from './watch-report.ts';

/** A variant as it was last shown: its last good image, and whether a build has failed since. */
export interface ShownVariant {
  readonly id: string | undefined;
  readonly live: number | null;
  readonly failed: boolean;
}

export type Shown = ReadonlyMap<string, ShownVariant>;

/** Columns that what has changed may always have. */
const changedWidth = 24;
/** Paths that are named of what has changed. */
const namedPaths = 2;
const gap = '   ';

/**
 * What a change came to: `14:03:22  main.go  0.4 s   Dockerfile 2.1 MB (+12.3 kB)`. On one line where the terminal has
 * room for it whatever has changed, else with a line for each variant below.
 */
export function watchLines(
  build: Omit<WatchedBuild, 'isLoading'> & { readonly before: Shown },
  { width, styles }: ReportOptions,
): readonly string[] {
  const { document, before, durationMs, repaired } = build;
  const variants = document.variants.map((variant) => stateOf(variant, before.get(variant.name)));
  const time = timeOfDay(build.at);
  const duration = `${formatDuration(durationMs)}${repaired ? '  works again' : ''}`;
  const tail = variants.map(({ name, state, note }) => `${name} ${state}${note && ` (${note})`}`).join(gap);
  const room = width - textWidth(`${time}    ${duration}`);
  const isShort = textWidth(gap + tail) <= room - changedWidth;
  const changed = changedText(build.changed, isShort ? room - textWidth(gap + tail) : room);
  const head = `${styles.dim(time)}  ${changed}  ${duration}`;
  if (isShort) return [`${head}${gap}${tail}`];
  const indent = ' '.repeat(time.length + 2);
  const [, ...rows] = formatTable(
    [{ title: '', cut: 'start' }, { title: '', align: 'right' }, { title: '' }],
    variants.map(({ name, state, note }) => [name, state, note]),
    width - indent.length,
  );
  return [head, ...rows.map((row) => `${indent}${row}`)];
}

/** What is shown when this document has been. */
export function shownAfter(before: Shown, { variants }: ProjectDocument): Shown {
  return new Map(
    variants.map(({ name, image, build }) => {
      const last = before.get(name);
      const failed = build.status !== 'built';
      if (!image) return [name, { id: last?.id, live: last?.live ?? null, failed }];
      return [name, { id: image.id, live: image.sizes.live, failed }];
    }),
  );
}

function stateOf(
  { name, build, image }: VariantDocument,
  before: ShownVariant | undefined,
): { readonly name: string; readonly state: string; readonly note: string } {
  if (build.status !== 'built') return { name: printable(name), state: build.status, note: '' };
  const live = image?.sizes.live ?? null;
  const notes = [before?.failed ? 'works again' : '', differenceText(image?.id, live, before)];
  return { name: printable(name), state: bytesOr(live), note: notes.filter(Boolean).join(', ') };
}

function differenceText(
  id: string | undefined,
  live: number | null,
  before: ShownVariant | undefined,
): string {
  if (!before || before.live === null || live === null) return '';
  if (id === before.id) return 'no change';
  return live === before.live ? 'same size' : formatBytes(live - before.live, { sign: true });
}

/** `main.go`, `main.go, go.mod and 3 more`, or of one long path its end. */
function changedText(changed: WatchedBuild['changed'], room: number): string {
  if (!changed || changed.paths.length === 0) return 'built again';
  const whole = pathsText(changed, namedPaths);
  if (textWidth(whole) <= room) return whole;
  const [first = ''] = changed.paths;
  const rest = pathsText(changed, 1).slice(printable(first).length);
  return `${truncate(printable(first), Math.max(1, room - textWidth(rest)), 'start')}${rest}`;
}

function pathsText({ paths, total }: NonNullable<WatchedBuild['changed']>, most: number): string {
  const named = paths.slice(0, most);
  const more = total - named.length;
  return `${named.map(printable).join(', ')}${more > 0 ? ` and ${plural(more, 'more', 'more')}` : ''}`;
}

/** As the clock on the wall has it: 14:03:22. */
export function timeOfDay(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
