import { join, resolve } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';
import { createContentHash, type HashSeed } from '../archive/content-hash.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import type { BuildRequest } from '../docker/build.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { imageTag, labels } from '../docker/image-tag.ts';
import type { TraceEvent } from '../docker/step-tracker.ts';
import { type BuildContext, openBuildContext } from '../project/build-context.ts';
import { stageTargets } from '../project/stage-targets.ts';
import { buildGrants } from './build-grants.ts';
import { indexContext } from './index-context.ts';

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
  /** Given: the context is indexed while it is sent. */
  readonly hashSeed?: HashSeed | undefined;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: TraceEvent) => void;
  /** All that the target needs is built: what is left is to bring its layers. Not called where that is not told. */
  readonly onSolved?: () => void;
}

export interface BuiltTarget {
  readonly tag: string;
  readonly imageId: string;
  /** As it was sent; undefined unless it was asked for, and where it cannot be indexed. */
  readonly context: LayerIndex | undefined;
}

/** Builds and tags the image of one stage. Throws what a build throws, and what is wrong with the Dockerfile or its context. */
export async function buildTarget(request: TargetRequest): Promise<BuiltTarget> {
  const { build, index, tag } = await prepareTarget(request);
  const { imageId } = await request.docker.build({ ...build, tags: [tag] });
  return { tag, imageId, context: index() };
}

/** What is to be asked of an engine. */
export interface PreparedTarget {
  readonly build: Omit<BuildRequest, 'tags'>;
  /** What the image is called in the engine, where it is stored there. */
  readonly tag: string;
  /** As `BuiltTarget.context`, when the build has ended. */
  readonly index: () => LayerIndex | undefined;
}

/** Opens the context of one stage's build. Throws what is wrong with the Dockerfile or its context. */
export async function prepareTarget(request: TargetRequest): Promise<PreparedTarget> {
  const { folder, dockerfile, settings, isFirst, signal } = request;
  signal.throwIfAborted();
  if (dockerfile.problem) throw new LayerscopeError(dockerfile.problem);
  const { source, targetOf } = stageTargets(dockerfile);
  const hash = request.hashSeed && (await createContentHash(request.hashSeed));
  const context = await openDockerfileContext(folder, dockerfile, signal, source);
  const { stream, index } = hash
    ? indexContext(context.stream, hash)
    : { stream: context.stream, index: () => undefined };
  const build: PreparedTarget['build'] = {
    context: stream,
    dockerfile: context.dockerfile,
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

/** The context of a Dockerfile as a tar stream, the Dockerfile included: as it is, or as `source` has it. */
export function openDockerfileContext(
  folder: string,
  { path, context, inline, source: own }: Pick<Dockerfile, 'path' | 'context' | 'inline' | 'source'>,
  signal: AbortSignal,
  source?: string,
): Promise<BuildContext> {
  return openBuildContext({
    contextDir: resolve(folder, context),
    dockerfilePath: join(folder, path),
    dockerfileSource: source ?? (inline && own),
    signal,
  });
}
