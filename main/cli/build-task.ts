import { resolve } from 'node:path';
import type { Api, ParsedInput } from '../../shared/api/contract.ts';
import { type ErrorInfo, formatError, LayerscopeError } from '../../shared/api/errors.ts';
import type { BuildSettings, Project } from '../../shared/model/project.ts';
import type { Context } from './context.ts';
import { type BuildOptions, defaultTop } from './options.ts';
import { printWarnings } from './print.ts';
import type { ProgressLine } from './progress-line.ts';

/** What a build, or a watch of many, is to do and where it tells of it. */
export interface BuildTask {
  readonly api: Api;
  readonly request: ParsedInput<'build.start'>;
  readonly options: BuildOptions;
  readonly context: Context;
  readonly progress: ProgressLine;
}

/** What is to be built of a folder, which is trusted from now on; warns of what cannot be. */
export async function prepareBuild(
  api: Api,
  path: string,
  options: BuildOptions,
  context: Context,
): Promise<BuildTask['request']> {
  const settings = settingsOf(options);
  const project = await api.call('project.open', { folder: resolve(path), settings });
  const variants = selectedVariants(project, options);
  warnOfProblems(project, options, context);
  const { folder } = project;
  // Who runs this command has said that the folder's code may run (cli.md).
  await api.call('project.trust', { folder });
  return { folder, settings, variants, top: options.top ?? defaultTop };
}

function settingsOf(options: BuildOptions): BuildSettings {
  return {
    buildArgs: options.buildArg,
    noCache: !options.cache,
    pull: options.pull,
    ...(options.platform !== undefined && { platform: options.platform }),
    ...(options.network !== undefined && { network: options.network }),
    ...(options.file && { files: options.file }),
    ...(options.target && { targets: options.target }),
    ...(options.contextDir !== undefined && { contextDir: resolve(options.contextDir) }),
    ...(options.secret && { secrets: options.secret }),
    ...(options.ssh && { ssh: options.ssh }),
    ...(options.transport && { transport: options.transport }),
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
