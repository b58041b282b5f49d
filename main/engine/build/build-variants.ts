import { join, resolve } from 'node:path';
import { LayerscopeError, toErrorInfo } from '../../../shared/api/errors.ts';
import type { BuildEvent, BuildStep } from '../../../shared/model/build.ts';
import type { BuildSettings, Dockerfile, Variant } from '../../../shared/model/project.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { imageTag, labels } from '../docker/image-tag.ts';
import { type BuildContext, openBuildContext } from '../project/build-context.ts';
import { stageTargets } from '../project/stage-targets.ts';

export interface BuildRequest {
  readonly docker: DockerEngine;
  readonly folder: string;
  readonly dockerfiles: readonly Dockerfile[];
  readonly variants: readonly Variant[];
  readonly settings: BuildSettings;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BuildEvent) => void;
}

/** How one variant's build ended; times in ms. */
export type VariantOutcome = {
  readonly variant: Variant;
  readonly durationMs: number;
  readonly steps: readonly BuildStep[];
} & (
  | { readonly status: 'built'; readonly tag: string; readonly imageId: string }
  | { readonly status: 'failed' | 'cancelled'; readonly error: ReturnType<typeof toErrorInfo> }
);

/** Dockerfiles built at the same time: BuildKit shares their common steps, and more only compete for the same disk. */
const parallelDockerfiles = 3;

/**
 * Builds variants, each Dockerfile's one after the other: its last stage first, then the stages below it, which by
 * then are in the engine's cache and cost nothing. `noCache` and `pull` go to the first build of a Dockerfile only:
 * built anew, its stages would hold other content than the image they are compared with.
 *
 * One variant failing does not stop the others. Losing the engine does: it is thrown.
 */
export async function buildVariants(request: BuildRequest): Promise<VariantOutcome[]> {
  const outcomes = new Map<string, VariantOutcome>();
  const queue = byDockerfile(request.variants);
  const lost = new AbortController();
  const signal = AbortSignal.any([request.signal, lost.signal]);
  let failure: unknown;

  async function worker(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      for (const [position, variant] of next.entries()) {
        try {
          outcomes.set(variant.name, await buildVariant({ ...request, signal }, variant, position === 0));
        } catch (error) {
          failure ??= error;
          lost.abort();
          return;
        }
      }
    }
  }
  await Promise.all(Array.from({ length: parallelDockerfiles }, worker));
  if (failure !== undefined) throw failure;
  return request.variants.map((variant) => outcomes.get(variant.name)!);
}

function byDockerfile(variants: readonly Variant[]): Variant[][] {
  const groups = Map.groupBy(variants, (variant) => variant.dockerfile);
  return [...groups.values()].map((group) => group.toSorted((a, b) => b.stage - a.stage));
}

async function buildVariant(
  request: BuildRequest,
  variant: Variant,
  firstOfDockerfile: boolean,
): Promise<VariantOutcome> {
  const { docker, folder, settings, signal } = request;
  const dockerfile = request.dockerfiles.find(({ path }) => path === variant.dockerfile)!;
  const started = Date.now();
  const steps = new Map<string, BuildStep>();
  const report = (status: 'building' | 'built' | 'failed' | 'cancelled', error?: VariantError) => {
    request.onEvent({ type: 'variant', variant: variant.name, status, at: Date.now(), error });
  };
  const ended = () => ({ variant, durationMs: Date.now() - started, steps: [...steps.values()] });
  report('building');
  try {
    signal.throwIfAborted();
    if (dockerfile.problem) throw new LayerscopeError(dockerfile.problem);
    const tag = imageTag(folder, variant.name);
    const { source, targetOf } = stageTargets(dockerfile);
    const context = await openVariantContext(folder, variant, signal, source);
    const { imageId } = await docker.build({
      context: context.stream,
      dockerfile: context.dockerfile,
      source: dockerfile,
      target: targetOf(variant.stage),
      buildArgs: settings.buildArgs,
      platform: settings.platform,
      network: settings.network,
      labels: { [labels.folder]: folder, [labels.variant]: variant.name },
      tags: [tag],
      noCache: settings.noCache && firstOfDockerfile,
      pull: settings.pull && firstOfDockerfile,
      signal,
      onEvent: (event) => {
        if (event.type === 'log') {
          request.onEvent({ type: 'log', variant: variant.name, step: event.step, text: event.text });
          return;
        }
        const stageName = dockerfile.stages[event.step.stage ?? -1]?.name;
        const step = { ...event.step, stageName };
        steps.set(step.id, step);
        request.onEvent({ type: 'step', variant: variant.name, step });
      },
    });
    return { ...ended(), status: 'built', tag, imageId };
  } catch (error) {
    const info = toErrorInfo(error);
    if (info.code === 'engine-lost') throw error;
    const status = info.code === 'cancelled' || signal.aborted ? 'cancelled' : 'failed';
    report(status, status === 'failed' ? info : undefined);
    return { ...ended(), status, error: info };
  }
}

/** The context of a variant as a tar stream, its Dockerfile included: as it is, or as `source` has it. */
export function openVariantContext(
  folder: string,
  variant: Variant,
  signal: AbortSignal,
  source?: string,
): Promise<BuildContext> {
  return openBuildContext({
    contextDir: resolve(folder, variant.context),
    dockerfilePath: join(folder, variant.dockerfile),
    dockerfileSource: source,
    signal,
  });
}

type VariantError = ReturnType<typeof toErrorInfo>;
