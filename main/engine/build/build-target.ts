import { join, resolve } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';
import { createContentHash, type HashSeed } from '../archive/content-hash.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import type { BuildRequest } from '../docker/build.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { imageTag, labels } from '../docker/image-tag.ts';
import type { TraceEvent } from '../docker/step-tracker.ts';
import { type BuildContext, type BuildContextOptions, openBuildContext } from '../project/build-context.ts';
import { stageTargets } from '../project/stage-targets.ts';
import { buildGrants } from './build-grants.ts';
import { indexContext } from './index-context.ts';
import { openSharedContext, type SharedContext } from './shared-context.ts';

/** One stage of a Dockerfile to be built to. */
export interface TargetRequest {
  readonly docker: DockerEngine;
  /** Absolute path of the project's folder. */
  readonly folder: string;
  readonly dockerfile: Dockerfile;
  readonly stage: number;
  /** The image is tagged and labelled with it. */
  readonly name: string;
  readonly settings: BuildSettings;
  /** Whether it is the first build of its Dockerfile: only then does `noCache` count. */
  readonly isFirst: boolean;
  /** The store's: what is known of a context, here and in the engine, is kept under it. */
  readonly hashSeed: HashSeed;
  /** Whether the context is to be indexed. */
  readonly indexesContext?: boolean;
  /** What the other builds of the Dockerfile are given, too; else it is listed for this one. */
  readonly context?: DockerfileContext;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: TraceEvent) => void;
  /** All that the target needs is built: what is left is to bring its layers. Not called where that is not told. */
  readonly onSolved?: () => void;
}

export interface BuiltTarget {
  readonly tag: string;
  /** As it was sent; undefined unless it was asked for, and where it cannot be indexed. */
  readonly context: LayerIndex | undefined;
}

/** Lists the context of a Dockerfile when it is first asked for, once for all builds of a run. Throws what listing throws. */
export type DockerfileContext = () => Promise<SharedContext>;

/** Builds and tags the image of one stage. Throws what a build throws, and what is wrong with the Dockerfile or its context. */
export async function buildTarget(request: TargetRequest): Promise<BuiltTarget> {
  const { build, index, tag } = await prepareTarget(request);
  await request.docker.build({ ...build, tags: [tag] });
  return { tag, context: await index() };
}

/** What is to be asked of an engine. */
export interface PreparedTarget {
  readonly build: Omit<BuildRequest, 'tags'>;
  /** What the image is called in the engine, where it is stored there. */
  readonly tag: string;
  /** As `BuiltTarget.context`, when the build has ended. */
  readonly index: () => Promise<LayerIndex | undefined>;
}

/** Opens the context of one stage's build. Throws what is wrong with the Dockerfile or its context. */
export async function prepareTarget(request: TargetRequest): Promise<PreparedTarget> {
  const { folder, dockerfile, settings, isFirst, signal } = request;
  signal.throwIfAborted();
  if (dockerfile.problem) throw new LayerscopeError(dockerfile.problem);
  const { targetOf } = stageTargets(dockerfile);
  const { index, ...context } = takesFiles(request.docker)
    ? await contextFiles(request)
    : await contextAsTar(request);
  const build: PreparedTarget['build'] = {
    ...context,
    source: dockerfile,
    target: targetOf(request.stage),
    buildArgs: settings.buildArgs,
    platform: settings.platform,
    network: settings.network,
    labels: { [labels.folder]: folder, [labels.variant]: request.name },
    noCache: settings.noCache && isFirst,
    pull: settings.pull,
    ...buildGrants(folder, settings),
    signal,
    onEvent: request.onEvent,
  };
  return { build, index, tag: imageTag(folder, request.name) };
}

/**
 * BuildKit takes files of every engine, but where it is old it gives every folder the time of the build, and the layers of the
 * same context differ: engines with images in containerd have a newer one, and before 28 these take no tar.
 */
function takesFiles({ status }: DockerEngine): boolean {
  return status.imageStore === 'containerd';
}

type OpenedContext = Pick<PreparedTarget['build'], 'context' | 'dockerfile'> & Pick<PreparedTarget, 'index'>;

async function contextFiles(request: TargetRequest): Promise<OpenedContext> {
  const { files, dockerfile, index } = await (request.context ?? dockerfileContext(request))();
  return { context: files, dockerfile, index: request.indexesContext ? index : notIndexed };
}

async function contextAsTar(request: TargetRequest): Promise<OpenedContext> {
  const { folder, dockerfile, hashSeed, indexesContext, signal } = request;
  const { source } = stageTargets(dockerfile);
  const { stream, dockerfile: path } = await openDockerfileContext(folder, dockerfile, signal, source);
  if (!indexesContext) return { context: stream, dockerfile: path, index: notIndexed };
  const indexed = indexContext(stream, await createContentHash(hashSeed));
  return { context: indexed.stream, dockerfile: path, index: async () => indexed.index() };
}

async function notIndexed(): Promise<undefined> {
  return undefined;
}

/** The context of a Dockerfile for several builds of one run. */
export function dockerfileContext(
  request: Pick<TargetRequest, 'folder' | 'dockerfile' | 'hashSeed' | 'signal'>,
): DockerfileContext {
  const { folder, dockerfile, hashSeed, signal } = request;
  let opened: Promise<SharedContext> | undefined;
  return () => {
    const { source } = stageTargets(dockerfile);
    opened ??= openSharedContext({ ...contextOptions(folder, dockerfile, signal, source), hashSeed });
    return opened;
  };
}

/** The context of a Dockerfile as a tar stream, the Dockerfile included: as it is, or as `source` has it. */
export function openDockerfileContext(
  folder: string,
  dockerfile: ContextDockerfile,
  signal: AbortSignal,
  source?: string,
): Promise<BuildContext> {
  return openBuildContext(contextOptions(folder, dockerfile, signal, source));
}

type ContextDockerfile = Pick<Dockerfile, 'path' | 'context' | 'inline' | 'source'>;

function contextOptions(
  folder: string,
  { path, context, inline, source: own }: ContextDockerfile,
  signal: AbortSignal,
  source: string | undefined,
): BuildContextOptions {
  return {
    contextDir: resolve(folder, context),
    dockerfilePath: join(folder, path),
    dockerfileSource: source ?? (inline && own),
    signal,
  };
}
