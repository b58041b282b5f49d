import { formatDuration } from '../../shared/model/format-bytes.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import type { ReportOptions } from './print.ts';
import { printableJsonLine } from './printable.ts';
import { failuresReport, imagesReport, projectReport } from './project-report.ts';
import { plural } from './report-text.ts';
import type { TextSink } from './terminal.ts';
import { type Shown, shownAfter, timeOfDay, watchLines } from './watch-line.ts';

export interface WatchedBuild {
  readonly document: ProjectDocument;
  /** When it ended, ms since the epoch, and how long it took from the change, ms. */
  readonly at: number;
  readonly durationMs: number;
  readonly changed: WatchSnapshot['changed'];
  /** Nothing could be built before it. */
  readonly repaired: boolean;
  /** Its images are made in the engine next: `loaded` follows. */
  readonly isLoading: boolean;
}

/** What a watch prints of its builds. */
export interface WatchReport {
  built(build: WatchedBuild): void;
  /** With their tags in the document; without a duration (ms) they are not there: a newer change came, or it failed. */
  loaded(document: ProjectDocument, tookMs: number | undefined): void;
}

/** A document a line, after each build, and after its images are loaded where that is asked for. */
export function jsonWatchReport(stdout: TextSink): WatchReport {
  const print = (document: ProjectDocument) => stdout.write(printableJsonLine(document));
  return {
    built: ({ document, isLoading }) => void (isLoading || print(document)),
    loaded: print,
  };
}

/** For people: the whole report once, then what each change did. `load`: images are to be made in the engine. */
export function textWatchReport(stdout: TextSink, layout: ReportOptions, load: boolean): WatchReport {
  let shown: Shown | undefined;
  let hasNamedImages = false;
  const print = (lines: readonly string[]) => stdout.write(`${lines.join('\n')}\n`);
  return {
    built(build) {
      const { document, isLoading } = build;
      if (shown) {
        print([...watchLines({ ...build, before: shown }, layout), ...failuresReport(document, layout)]);
      } else {
        // Of a build that was overtaken none are made, but of a later one.
        const awaitsImages = load && document.variants.every(({ build }) => build.tag === null);
        const images = isLoading || awaitsImages ? [] : imagesReport(document);
        print([...projectReport(document, layout), ...images]);
      }
      shown = shownAfter(shown ?? new Map(), document);
    },
    loaded(document, tookMs) {
      if (tookMs === undefined) return;
      const images = document.variants.filter(({ build }) => build.tag !== null);
      const count = plural(images.length, 'image');
      // The tags stay the same.
      if (!hasNamedImages) print(imagesReport(document));
      else
        print([`${layout.styles.dim(timeOfDay(Date.now()))}  ${count} loaded in ${formatDuration(tookMs)}`]);
      hasNamedImages = true;
    },
  };
}
