import { toErrorInfo } from '../../../shared/api/errors.ts';
import type { BuildEvent, BuildStep } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile, Variant } from '../../../shared/model/project.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { ExporterMissing } from '../docker/build.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { quote } from '../project/quote.ts';
import { settingsFor } from '../project/settings-for.ts';
import { stageLabel } from '../project/stage-of.ts';
import { type DockerfileContext, dockerfileContext } from './build-target.ts';
import type { LayerTransport } from './layer-transport.ts';

export interface BuildRequest {
  readonly docker: DockerEngine;
  readonly transport: LayerTransport;
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
  | { readonly status: 'built'; readonly tag: string }
  | { readonly status: 'failed' | 'cancelled'; readonly error: VariantError }
);

/** What the builds of one Dockerfile came to. */
export interface DockerfileBuilds {
  readonly dockerfile: Dockerfile;
  /** What it was built with. */
  readonly settings: BuildSettings;
  /** By the index of the stage what its image is called, in the engine where it is stored there: of what was asked for, and of the stages this needs. */
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
 * then are in the engine's cache and cost nothing; the next one begins when all is built that the one before needs, while
 * its layers still come. Stages that nobody ticked but that a variant needs come last: their
 * images tell where the variant's files are from. `noCache` goes to the first build of a Dockerfile only: built
 * anew, its stages would hold other content than the image they are compared with. `pull` goes to all: what a registry has
 * may not be what the engine has under the name, and without it a stage would stand on that.
 *
 * One variant failing does not stop the others. Losing the engine does: it is thrown, and so is ExporterMissing.
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
  const { folder, hashSeed, signal } = request;
  const context = dockerfileContext({ folder, dockerfile, hashSeed, signal });
  const solved: Variant[] = [];
  /** Whether one reads the context: it is the same for all. */
  let indexing = false;
  const begun = await beginInTurn(
    variants.toSorted((a, b) => b.stage - a.stage),
    async (variant, isFirst, next) => {
      const indexesContext = !indexing;
      indexing = true;
      const onSolved = () => {
        solved.push(variant);
        next();
      };
      const turn = { isFirst, context, indexesContext, onSolved };
      const built = await buildVariant(request, dockerfile, variant, turn);
      if (indexesContext) indexing = built.context !== undefined;
      return built;
    },
  );
  const stages = stagesToTrace(solved);
  const traced = await beginInTurn(stages, (stage, _, next) =>
    buildStage(request, dockerfile, stage, { context, onSolved: next }),
  );
  const builds = await allEnded(begun);
  const found = await allEnded(traced);

  const outcomes = builds.map(({ outcome }) => outcome);
  const tags = new Map<number, string>();
  const warnings: Warning[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'built') tags.set(outcome.variant.stage, outcome.tag);
  }
  for (const [at, built] of found.entries()) {
    if (typeof built === 'string') tags.set(stages[at]!, built);
    else warnings.push(built);
  }
  const sent = builds.find((build) => build.context)?.context;
  return { dockerfile, settings: request.settings, tags, context: sent, outcomes, warnings };
}

/** Begins all, in their order: the next one when the one before says so, or has ended. Returns when the last one did. */
async function beginInTurn<T, R>(
  items: readonly T[],
  begin: (item: T, isFirst: boolean, next: () => void) => Promise<R>,
): Promise<Promise<R>[]> {
  const begun: Promise<R>[] = [];
  for (const item of items) {
    const turn = Promise.withResolvers<void>();
    const run = begin(item, begun.length === 0, turn.resolve);
    begun.push(run);
    await Promise.race([run, turn.promise]).catch(() => undefined);
  }
  return begun;
}

/** What they came to, when none of them runs any more; throws what the first of them threw. */
async function allEnded<R>(begun: readonly Promise<R>[]): Promise<R[]> {
  await Promise.allSettled(begun);
  return Promise.all(begun);
}

/** What these variants need beside themselves, the last first. */
function stagesToTrace(variants: readonly Variant[]): number[] {
  const needed = new Set(variants.flatMap(({ needs }) => needs));
  for (const { stage } of variants) needed.delete(stage);
  return [...needed].sort((a, b) => b - a);
}

/** One of the builds of a Dockerfile. */
interface Turn {
  /** Of all of them. */
  readonly context: DockerfileContext;
  readonly onSolved: () => void;
}

async function buildVariant(
  request: BuildRequest,
  dockerfile: Dockerfile,
  variant: Variant,
  turn: Turn & { readonly isFirst: boolean; readonly indexesContext: boolean },
): Promise<{ readonly outcome: VariantOutcome; readonly context?: LayerIndex | undefined }> {
  const { docker, folder, settings, signal, hashSeed } = request;
  const started = Date.now();
  const steps = new Map<string, BuildStep>();
  let isSolved = false;
  const report = (status: 'building' | 'reading' | 'failed' | 'cancelled', error?: VariantError) => {
    request.onEvent({ type: 'variant', variant: variant.name, status, at: Date.now(), error });
  };
  const ended = () => ({ variant, durationMs: Date.now() - started, steps: [...steps.values()] });
  report('building');
  try {
    const { tag, context } = await request.transport.build({
      docker,
      folder,
      dockerfile,
      stage: variant.stage,
      name: variant.name,
      settings,
      isFirst: turn.isFirst,
      hashSeed,
      indexesContext: turn.indexesContext,
      context: turn.context,
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
      onSolved: () => {
        if (isSolved) return;
        isSolved = true;
        report('reading');
        turn.onSolved();
      },
    });
    if (!isSolved) turn.onSolved();
    return { outcome: { ...ended(), status: 'built', tag }, context };
  } catch (error) {
    const info = toErrorInfo(error);
    if (info.code === 'engine-lost' || error instanceof ExporterMissing) throw error;
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
  { docker, transport, folder, variants, settings, hashSeed, signal }: BuildRequest,
  dockerfile: Dockerfile,
  index: number,
  turn: Turn,
): Promise<string | Warning> {
  try {
    const name = stageName(dockerfile, index, variants);
    const target = { docker, folder, dockerfile, stage: index, name, settings, hashSeed, isFirst: false };
    return (await transport.build({ ...target, ...turn, signal })).tag;
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
