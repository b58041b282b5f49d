import { resolve } from 'node:path';
import type { Api } from '../../shared/api/contract.ts';
import {
  cancelled,
  type ErrorInfo,
  exitStatus,
  formatError,
  LayerscopeError,
} from '../../shared/api/errors.ts';
import { applyBuildEvent } from '../../shared/model/apply-build-event.ts';
import type { BuildSnapshot } from '../../shared/model/build.ts';
import type { BuildSettings, Project } from '../../shared/model/project.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import { buildProgress } from './build-progress.ts';
import type { Context } from './context.ts';
import { type BuildOptions, defaultTop } from './options.ts';
import { print, printWarnings } from './print.ts';
import { printable } from './printable.ts';
import { type ProgressLine, progressLine } from './progress-line.ts';
import { projectReport } from './project-report.ts';
import { withEngine } from './with-engine.ts';

/** `layerscope build FOLDER`. Returns the exit status: 1 when a variant failed, whose document is printed all the same. */
export async function build(folder: string, options: BuildOptions, context: Context): Promise<number> {
  const progress = progressLine(context.terminal.stderr, options.quiet);
  try {
    const document = await withEngine(options, context, (api) =>
      buildFolder(api, resolve(folder), options, context, progress),
    );
    progress.clear();
    printWarnings(document.warnings, options, context);
    print(document, options, context, projectReport);
    return reportFailures(document, context);
  } finally {
    progress.clear();
  }
}

async function buildFolder(
  api: Api,
  folder: string,
  options: BuildOptions,
  context: Context,
  progress: ProgressLine,
): Promise<ProjectDocument> {
  const settings = settingsOf(options);
  const project = await api.call('project.open', { folder, settings });
  const variants = selectedVariants(project, options);
  warnOfProblems(project, options, context);
  // Who runs this command has said that the folder's code may run (cli.md).
  await api.call('project.trust', { folder: project.folder });
  const { build } = await api.call('build.start', {
    folder: project.folder,
    settings,
    variants,
    top: options.top ?? defaultTop,
  });
  await follow(api, build, context.signal, progress);
  const { result } = await api.call('project.result', { folder: project.folder });
  if (!result) throw new Error('the build has ended without a result');
  return result.document;
}

/** Shows the build until it has ended; throws what ended it early. */
async function follow(api: Api, build: string, signal: AbortSignal, progress: ProgressLine): Promise<void> {
  let snapshot: BuildSnapshot | undefined;
  const show = () => {
    if (snapshot) progress.show(buildProgress(snapshot, Date.now()));
  };
  // A step that prints nothing for minutes must not look as if it hung.
  const clock = setInterval(show, 1000);
  const { state } = await api
    .call(
      'build.follow',
      { build },
      {
        onEvent: (event) => {
          if (event.type === 'snapshot') snapshot = event.snapshot;
          else if (snapshot) snapshot = applyBuildEvent(snapshot, event);
          show();
        },
      },
    )
    .finally(() => clearInterval(clock));
  if (signal.aborted || state === 'cancelled') throw cancelled();
  if (snapshot?.error) throw new LayerscopeError(snapshot.error);
}

export function settingsOf(options: BuildOptions): BuildSettings {
  return {
    buildArgs: options.buildArg,
    noCache: !options.cache,
    pull: options.pull,
    ...(options.platform !== undefined && { platform: options.platform }),
    ...(options.network !== undefined && { network: options.network }),
    ...(options.file && { files: options.file }),
    ...(options.target && { targets: options.target }),
    ...(options.contextDir !== undefined && { contextDir: resolve(options.contextDir) }),
  };
}

/** The variants a comparison includes; asked for by name, a Dockerfile that cannot be built is an error. */
function selectedVariants(project: Project, options: BuildOptions): string[] {
  const problems = project.dockerfiles.flatMap(({ problem }) => problem ?? []);
  const [problem] = problems;
  if (problem && options.file) throw new LayerscopeError(problem);
  const names = project.variants.filter(({ selected }) => selected).map(({ name }) => name);
  if (names.length > 0) return names;
  if (problem) throw new LayerscopeError(problem);
  throw new LayerscopeError({
    code: 'nothing-selected',
    message: `Nothing in ${project.folder} is selected to be built`,
    hint: 'Name a Dockerfile with --file or a stage with --target',
  });
}

function warnOfProblems(project: Project, options: BuildOptions, context: Context): void {
  const problems = project.dockerfiles.flatMap(({ problem }) => problem ?? []);
  printWarnings(
    problems.map((problem) => ({ code: problem.code, message: withoutCode(problem) })),
    options,
    context,
  );
}

function withoutCode(info: ErrorInfo): string {
  return formatError(info).slice(info.code.length + 2);
}

/** One line on stderr for each variant that failed. */
function reportFailures(document: ProjectDocument, { terminal }: Context): number {
  const statuses = document.variants.map(({ name, build }) => {
    if (build.status === 'cancelled') return exitStatus('cancelled');
    if (build.status === 'built') return 0;
    const info: ErrorInfo = build.error ?? {
      code: 'build-failed',
      message: `${name} was not built`,
      hint: 'Read the log of its steps in the app',
    };
    terminal.stderr.write(`layerscope: ${printable(formatError(info))}\n`);
    // An engine that went away is no fault of the Dockerfile: 3 as for every other command.
    return exitStatus(info.code);
  });
  return statuses.find((status) => status === 1) ?? statuses.find((status) => status !== 0) ?? 0;
}
