import { toErrorInfo } from '../../../shared/api/errors.ts';
import type { BuildEvent, BuildStep } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile, Variant } from '../../../shared/model/project.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { quote } from '../project/quote.ts';
import { settingsFor } from '../project/settings-for.ts';
import { stageLabel } from '../project/stage-of.ts';
import { buildTarget } from './build-target.ts';

export interface BuildRequest {
  readonly docker: DockerEngine;
  readonly folder: string;
  readonly dockerfiles: readonly Dockerfile[];
  readonly variants: readonly Variant[];
  readonly settings: BuildSettings;
  /** For the index of the contexts. */
  readonly hashSeed: HashSeed;
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
  | { readonly status: 'failed' | 'cancelled'; readonly error: VariantError }
);

/** What the builds of one Dockerfile left in the engine. */
export interface DockerfileBuilds {
  readonly dockerfile: Dockerfile;
  /** What it was built with. */
  readonly settings: BuildSettings;
  /** By the index of the stage the tag of its image: of what was asked for, and of the stages this needs. */
  readonly tags: ReadonlyMap<number, string>;
  /** The context as it was sent with the first build that came to its end; undefined where it could not be indexed. */
  readonly context: LayerIndex | undefined;
}

export interface VariantBuilds {
  /** In the order of the request. */
  readonly outcomes: readonly VariantOutcome[];
  readonly dockerfiles: readonly DockerfileBuilds[];
  readonly warnings: readonly Warning[];
}

type VariantError = ReturnType<typeof toErrorInfo>;

/** Dockerfiles built at the same time: BuildKit shares their common steps, and more only compete for the same disk. */
const parallelDockerfiles = 3;

/**
 * Builds variants, each Dockerfile's one after the other: its last stage first, then the stages below it, which by
 * then are in the engine's cache and cost nothing. Stages that nobody ticked but that a variant needs come last: their
 * images tell where the variant's files are from. `noCache` goes to the first build of a Dockerfile only: built
 * anew, its stages would hold other content than the image they are compared with. `pull` goes to all: what a registry has
 * may not be what the engine has under the name, and without it a stage would stand on that.
 *
 * One variant failing does not stop the others. Losing the engine does: it is thrown.
 */
export async function buildVariants(request: BuildRequest): Promise<VariantBuilds> {
  const builds: DockerfileBuild[] = [];
  const queue = [...Map.groupBy(request.variants, (variant) => dockerfileOf(request, variant))];
  const lost = new AbortController();
  const signal = AbortSignal.any([request.signal, lost.signal]);
  let failure: unknown;

  async function worker(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [dockerfile, variants] = next;
      const settings = settingsFor(dockerfile, request.settings);
      try {
        builds.push(await buildDockerfile({ ...request, settings, signal }, dockerfile, variants));
      } catch (error) {
        failure ??= error;
        lost.abort();
        return;
      }
    }
  }
  await Promise.all(Array.from({ length: parallelDockerfiles }, worker));
  if (failure !== undefined) throw failure;
  const outcomes = new Map(
    builds.flatMap((build) => build.outcomes.map((outcome) => [outcome.variant.name, outcome])),
  );
  return {
    outcomes: request.variants.map((variant) => outcomes.get(variant.name)!),
    dockerfiles: builds,
    warnings: builds.flatMap(({ warnings }) => warnings),
  };
}

interface DockerfileBuild extends DockerfileBuilds {
  readonly outcomes: readonly VariantOutcome[];
  readonly warnings: readonly Warning[];
}

async function buildDockerfile(
  request: BuildRequest,
  dockerfile: Dockerfile,
  variants: readonly Variant[],
): Promise<DockerfileBuild> {
  const tags = new Map<number, string>();
  const outcomes: VariantOutcome[] = [];
  let context: LayerIndex | undefined;
  for (const variant of variants.toSorted((a, b) => b.stage - a.stage)) {
    const isFirst = outcomes.length === 0;
    const { outcome, context: sent } = await buildVariant(request, dockerfile, variant, isFirst, !context);
    outcomes.push(outcome);
    if (outcome.status === 'built') tags.set(variant.stage, outcome.tag);
    context ??= sent;
  }
  const warnings: Warning[] = [];
  for (const stage of stagesToTrace(outcomes, tags)) {
    const built = await buildStage(request, dockerfile, stage);
    if (typeof built === 'string') tags.set(stage, built);
    else warnings.push(built);
  }
  return { dockerfile, settings: request.settings, tags, context, outcomes, warnings };
}

/** What the variants that were built need beside themselves, the last first. */
function stagesToTrace(outcomes: readonly VariantOutcome[], built: ReadonlyMap<number, string>): number[] {
  const needed = outcomes.flatMap(({ status, variant }) => (status === 'built' ? variant.needs : []));
  return [...new Set(needed)].filter((stage) => !built.has(stage)).sort((a, b) => b - a);
}

async function buildVariant(
  request: BuildRequest,
  dockerfile: Dockerfile,
  variant: Variant,
  isFirst: boolean,
  indexesContext: boolean,
): Promise<{ readonly outcome: VariantOutcome; readonly context?: LayerIndex | undefined }> {
  const { docker, folder, settings, signal } = request;
  const started = Date.now();
  const steps = new Map<string, BuildStep>();
  const report = (status: 'building' | 'built' | 'failed' | 'cancelled', error?: VariantError) => {
    request.onEvent({ type: 'variant', variant: variant.name, status, at: Date.now(), error });
  };
  const ended = () => ({ variant, durationMs: Date.now() - started, steps: [...steps.values()] });
  report('building');
  try {
    const { tag, imageId, context } = await buildTarget({
      docker,
      folder,
      dockerfile,
      stage: variant.stage,
      name: variant.name,
      settings,
      isFirst,
      hashSeed: indexesContext ? request.hashSeed : undefined,
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
    return { outcome: { ...ended(), status: 'built', tag, imageId }, context };
  } catch (error) {
    const info = toErrorInfo(error);
    if (info.code === 'engine-lost') throw error;
    const status = info.code === 'cancelled' || signal.aborted ? 'cancelled' : 'failed';
    report(status, status === 'failed' ? info : undefined);
    return { outcome: { ...ended(), status, error: info } };
  }
}

/**
 * Builds a stage that is only wanted for tracing: its tag, or why it cannot be had. Nobody watches it: every step is in
 * the engine's cache, and its Dockerfile's variants are on the screen.
 */
async function buildStage(
  { docker, folder, variants, settings, signal }: BuildRequest,
  dockerfile: Dockerfile,
  index: number,
): Promise<string | Warning> {
  try {
    const name = stageName(dockerfile, index, variants);
    const request = { docker, folder, dockerfile, stage: index, name, settings, isFirst: false, signal };
    return (await buildTarget(request)).tag;
  } catch (error) {
    const { code, message } = toErrorInfo(error);
    if (signal.aborted || code === 'engine-lost' || code === 'cancelled') throw error;
    const stage = quote(stageLabel(dockerfile.stages[index]!));
    return {
      code: 'stage-unavailable',
      message: `What comes from stage ${stage} of ${dockerfile.path} cannot be traced: ${message}`,
    };
  }
}

/** What the image of a stage is called that is no variant of this build: no other one's name. */
function stageName(
  { path, readFor = path, stages }: Dockerfile,
  index: number,
  variants: readonly Variant[],
): string {
  let name = `${readFor}#${stages[index]!.name ?? index}`;
  const isTaken = () =>
    variants.some((variant) => variant.name === name) ||
    // Of several stages with one name, each has its own image.
    stages.some((stage) => stage.index !== index && `${readFor}#${stage.name ?? stage.index}` === name);
  if (isTaken()) name = `${readFor}#${index}`;
  while (isTaken()) name += '~';
  return name;
}
