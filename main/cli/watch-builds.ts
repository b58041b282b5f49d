import { ReadableStream } from 'node:stream/web';
import type { Api } from '../../shared/api/contract.ts';
import { exitStatus } from '../../shared/api/errors.ts';
import type { BuildResult } from '../../shared/model/build.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import type { BuildTask } from './build-task.ts';
import { namesToLoad } from './load-built.ts';
import { printWarnings, reportOptions } from './print.ts';
import { reportError, reportFailures } from './report-failures.ts';
import { watchLoader } from './watch-load.ts';
import { jsonWatchReport, textWatchReport, type WatchedBuild } from './watch-report.ts';
import { watchStatus } from './watch-status.ts';

/**
 * `layerscope build --watch FOLDER`: builds, and again at every change, until the person ends it or nobody reads it any
 * more. That is how a watch ends: it returns 0. Ended before there was anything to show it throws `cancelled`.
 */
export async function watchBuilds(task: BuildTask): Promise<number> {
  const { api, request, context } = task;
  const { watch } = await api.call('watch.start', request);
  const teller = watchTeller(task);
  try {
    for await (const snapshot of snapshots(api, watch, context.unread)) {
      await teller.see(snapshot);
      if (snapshot.state === 'stopped' && snapshot.error) return exitStatus(snapshot.error.code);
    }
  } catch (error) {
    const hasEnded = context.unread?.aborted || (context.signal.aborted && teller.hasShown());
    if (!hasEnded) throw error;
    context.ending?.(0);
  } finally {
    teller.end();
  }
  return 0;
}

function snapshots(api: Api, watch: string, unread: AbortSignal | undefined): ReadableStream<WatchSnapshot> {
  return new ReadableStream({
    start(controller) {
      let isOver = false;
      const end = (finish: () => void) => {
        isOver = true;
        finish();
      };
      // Whoever has given up following may still be told that the watch is stopped.
      const onEvent = (snapshot: WatchSnapshot) => isOver || controller.enqueue(snapshot);
      api.call('watch.follow', { watch }, unread ? { onEvent, signal: unread } : { onEvent }).then(
        () => end(() => controller.close()),
        (error) => end(() => controller.error(error)),
      );
    },
  });
}

/** Tells of each snapshot what is new in it. */
function watchTeller(task: BuildTask) {
  const { api, request, options, context } = task;
  const { stdout } = context.terminal;
  const status = watchStatus(task);
  const report = options.json
    ? jsonWatchReport(stdout)
    : textWatchReport(stdout, reportOptions(options, context), options.load);
  const loader = watchLoader(task, status, report);
  let last: WatchSnapshot | undefined;
  let shown: { readonly finishedAt: number; readonly document: ProjectDocument } | undefined;

  async function see(snapshot: WatchSnapshot): Promise<void> {
    const before = last;
    last = snapshot;
    if (snapshot.state === 'building') loader.giveUp();
    status.see(snapshot);
    const { ended, error, warning } = snapshot;
    if (warning && !isSame(warning, before?.warning)) {
      status.print(() => printWarnings([warning], options, context));
    }
    const hasEnded = ended !== undefined && ended.at !== before?.ended?.at;
    if (error && (hasEnded || !isSame(error, before?.error))) status.print(() => reportError(error, context));
    if (!hasEnded || ended.state !== 'done') return;
    const { result } = await api.call('project.result', { folder: request.folder });
    // One that a newer change has overtaken was never there to be looked at.
    if (!result || result.finishedAt === shown?.finishedAt) return;
    // The next build may have begun: what that was started for is not what this one was.
    const { changed } = snapshot.state === 'building' && before ? before : snapshot;
    tell(result, {
      durationMs: ended.durationMs,
      changed,
      repaired: before?.error !== undefined && result.document.variants.some(({ image }) => image),
      isLoading: options.load && snapshot.state !== 'building' && namesToLoad(result.document).length > 0,
    });
  }

  function tell({ document, finishedAt }: BuildResult, how: Omit<WatchedBuild, 'document' | 'at'>): void {
    const known = shown?.document.warnings ?? [];
    const warnings = document.warnings.filter((warning) => !known.some((each) => isSame(each, warning)));
    status.print(() => {
      printWarnings(warnings, options, context);
      report.built({ ...how, document, at: finishedAt });
      reportFailures(document, context);
    });
    shown = { document, finishedAt };
    if (how.isLoading) loader.load(document);
  }

  return { see, hasShown: () => shown !== undefined, end: status.end };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
