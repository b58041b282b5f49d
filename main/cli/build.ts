import { type ErrorInfo, LayerscopeError } from '../../shared/api/errors.ts';
import type { BuildSnapshot } from '../../shared/model/build.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import { buildProgress } from './build-progress.ts';
import { type BuildTask, prepareBuild } from './build-task.ts';
import type { Context } from './context.ts';
import { followBuild } from './follow-build.ts';
import { liveStatus } from './live-status.ts';
import { loadBuilt, type Packing, packingText } from './load-built.ts';
import type { BuildOptions } from './options.ts';
import { print, printWarnings } from './print.ts';
import { progressLine } from './progress-line.ts';
import { imagesReport, projectReport } from './project-report.ts';
import { reportError, reportFailures } from './report-failures.ts';
import { watchBuilds } from './watch-builds.ts';
import { withEngine } from './with-engine.ts';

/** `layerscope build FOLDER`. Returns the exit status: 1 when a variant failed, whose document is printed all the same. */
export async function build(folder: string, options: BuildOptions, context: Context): Promise<number> {
  const progress = progressLine(context.terminal.stderr, options.quiet);
  try {
    return await withEngine(options, context, async (api) => {
      const request = await prepareBuild(api, folder, options, context);
      const task = { api, request, options, context, progress };
      return options.watch ? watchBuilds(task) : buildOnce(task);
    });
  } finally {
    progress.clear();
  }
}

async function buildOnce(task: BuildTask): Promise<number> {
  const { options, context, progress } = task;
  const built = await buildDocument(task);
  const { document, problem } = options.load ? await load(task, built) : { document: built };
  progress.clear();
  printWarnings(document.warnings, options, context);
  print(document, options, context, (_document, layout) => [
    ...projectReport(document, layout),
    ...(problem ? [] : imagesReport(document)),
  ]);
  const status = reportFailures(document, context);
  return problem ? reportError(problem, context) : status;
}

async function buildDocument({ api, request, context, progress }: BuildTask): Promise<ProjectDocument> {
  const { build } = await api.call('build.start', request);
  let snapshot: BuildSnapshot | undefined;
  const status = liveStatus(progress, () => snapshot && buildProgress(snapshot, Date.now()));
  const show = (next: BuildSnapshot) => {
    snapshot = next;
    status.show();
  };
  await followBuild(api, build, show, context.signal).finally(status.end);
  const { result } = await api.call('project.result', { folder: request.folder });
  if (!result) throw new Error('the build has ended without a result');
  return result.document;
}

/** An image that cannot be made in the engine takes nothing from what is known of it. */
async function load(
  task: BuildTask,
  built: ProjectDocument,
): Promise<{ readonly document: ProjectDocument; readonly problem?: ErrorInfo }> {
  const { context, progress } = task;
  const startedAt = Date.now();
  let packing: Packing | undefined;
  const status = liveStatus(progress, () => packingText(packing, Date.now() - startedAt));
  const show = (next: Packing) => {
    packing = next;
    status.show();
  };
  try {
    return { document: await loadBuilt(task, built, show, context.signal) };
  } catch (error) {
    if (context.signal.aborted || !(error instanceof LayerscopeError)) throw error;
    return { document: built, problem: error.info };
  } finally {
    status.end();
  }
}
