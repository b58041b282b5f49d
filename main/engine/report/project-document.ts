import type { Transport } from '../../../shared/model/build.ts';
import type { ImageFacts, Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile, Stage, VariantGroup } from '../../../shared/model/project.ts';
import type {
  BuildDocument,
  GroupDocument,
  ProjectDocument,
  StageDocument,
  VariantDocument,
} from '../../../shared/model/project-document.ts';
import type { BuiltImages } from '../build/build-images.ts';
import type { VariantOutcome } from '../build/build-variants.ts';
import type { BuildTrace } from '../images/trace-build.ts';
import { chooseBaseline } from '../project/choose-baseline.ts';
import { settingsFor } from '../project/settings-for.ts';
import { stageLabel } from '../project/stage-of.ts';
import { difference, ratio } from './comparison-document.ts';
import { withOwners } from './image-facts.ts';
import { lineBytes, type StageLayers } from './line-bytes.ts';

/** What is known of a variant after its build and the reading of its image. */
export interface BuiltVariant {
  readonly outcome: VariantOutcome;
  readonly dockerfile: Dockerfile;
  readonly transport: Transport;
  readonly bytesRead: number;
  /** These three are undefined where the build failed or was cancelled. */
  readonly facts?: ImageFacts;
  /** By the index of their stage, of the stages it needs, itself among them, that could be had. */
  readonly stages?: ReadonlyMap<number, ImageFacts>;
  /** Also undefined where not all of the image is at hand. */
  readonly trace?: BuildTrace | undefined;
}

export function projectDocument(
  folder: string,
  settings: BuildSettings,
  groups: readonly VariantGroup[],
  built: readonly BuiltVariant[],
  warnings: readonly Warning[],
): ProjectDocument {
  return {
    schema: 'layerscope/project@1',
    folder,
    variants: built.map((variant) => variantDocument(variant, settings)),
    groups: groups.flatMap((group) => groupDocument(group, built)),
    warnings: [...warnings],
  };
}

function variantDocument(built: BuiltVariant, settings: BuildSettings): VariantDocument {
  const { outcome, dockerfile, facts, trace } = built;
  const { variant } = outcome;
  const { platform, buildArgs } = settingsFor(dockerfile, settings);
  const owners = trace?.stages.find(({ index }) => index === variant.stage)?.origins.owners;
  // What a stage left behind that nobody has is not known, nor so the sum.
  const hasAll = variant.needs.every((stage) => built.stages?.has(stage));
  return {
    name: variant.name,
    dockerfile: variant.dockerfile,
    context: variant.context,
    target: variant.target ?? null,
    platform: platform ?? null,
    buildArgs,
    kind: variant.kind,
    build: buildDocument(built),
    image: facts ? withOwners(facts, owners ?? []) : null,
    origins: trace?.origins ?? null,
    stages: dockerfile.stages.map((stage) => stageDocument(stage, built)),
    leftBehind: trace && hasAll ? trace.leftBehind : null,
    flows: trace?.flows ?? null,
    lines: facts ? lineBytes(dockerfile, variant.needs, layersOf(built), trace?.origins) : [],
    waste: trace?.findings?.waste ?? null,
  };
}

/** How a build went. */
function buildDocument({
  outcome,
  transport,
  bytesRead,
}: Pick<BuiltVariant, 'outcome' | 'transport' | 'bytesRead'>): BuildDocument {
  const located = outcome.steps.filter((step) => step.line !== undefined);
  return {
    status: outcome.status,
    durationMs: outcome.durationMs,
    steps: located.length,
    cachedSteps: located.filter((step) => step.status === 'cached').length,
    transport,
    bytesRead,
    tag: outcome.status === 'built' && transport === 'save' ? outcome.tag : null,
    error: outcome.status === 'failed' ? outcome.error : null,
  };
}

/** The document of a build that came to the same as the one before, but for how it went itself. */
export function withBuilds(
  document: ProjectDocument,
  { outcomes, transport, bytesRead }: Pick<BuiltImages, 'outcomes' | 'transport' | 'bytesRead'>,
): ProjectDocument {
  const variants = document.variants.map((variant, at) => {
    const outcome = outcomes[at]!;
    const read = outcome.status === 'built' ? (bytesRead.get(outcome.tag) ?? 0) : 0;
    return { ...variant, build: buildDocument({ outcome, transport, bytesRead: read }) };
  });
  return { ...document, variants };
}

/** The layers of each stage's image. */
function layersOf({ stages, trace }: BuiltVariant): ReadonlyMap<number, StageLayers> {
  return new Map(
    trace?.stages.flatMap(({ index, origins: { owners } }) => {
      const facts = stages?.get(index);
      return facts ? [[index, { layers: facts.layers, owners }] as const] : [];
    }),
  );
}

function stageDocument(stage: Stage, { outcome, dockerfile, facts, trace }: BuiltVariant): StageDocument {
  const traced = trace?.stages.find(({ index }) => index === stage.index);
  const found = trace?.findings?.leftBehind.get(stage.index);
  return {
    index: stage.index,
    name: stageLabel(stage),
    base: baseName(stage, dockerfile),
    // Of a build that failed nobody knows how far it came.
    built: facts !== undefined && outcome.variant.needs.includes(stage.index),
    live: traced?.live ?? null,
    own: traced?.own ?? null,
    shared: traced?.shared ?? null,
    reached: traced?.reached ?? null,
    leftBehind: traced?.leftBehind ?? null,
    leftBehindGroups: found?.groups ?? null,
    leftBehindPackages: found?.packages ?? null,
  };
}

function baseName(stage: Stage, dockerfile: Dockerfile): string {
  switch (stage.base.kind) {
    case 'image':
      return stage.base.reference;
    case 'scratch':
      return 'scratch';
    case 'stage':
      return stageLabel(dockerfile.stages[stage.base.index]!);
  }
}

function groupDocument(group: VariantGroup, all: readonly BuiltVariant[]): GroupDocument[] {
  const built = all.filter(({ outcome }) => group.variants.includes(outcome.variant.name));
  if (built.length === 0) return [];
  const chosen = chooseBaseline({
    // What was built was wanted, whether it was ticked by default or by hand.
    variants: built.map(({ outcome }) => ({ ...outcome.variant, selected: true })),
    dockerfiles: all.map(({ dockerfile }) => dockerfile),
    copiedBytes: copiedBytes(built),
  });
  // One that failed is not replaced by another: there is nothing to hold the others against.
  const baseline = built.find(({ outcome, facts }) => facts && outcome.variant.name === chosen);
  const baselineLive = baseline?.facts?.sizes.live ?? null;
  return [
    {
      context: group.context,
      baseline: baseline?.outcome.variant.name ?? null,
      rows: built.map(({ outcome, facts }) => {
        const live = facts?.sizes.live ?? null;
        return {
          variant: outcome.variant.name,
          live,
          delta: difference(baselineLive, live),
          ratio: ratio(baselineLive, live),
          difference: null,
        };
      }),
    },
  ];
}

/** Live bytes that an image has through each stage, by variant and stage index. */
function copiedBytes(built: readonly BuiltVariant[]): Map<string, Map<number, number>> {
  const result = new Map<string, Map<number, number>>();
  for (const { outcome, trace } of built) {
    if (!trace || outcome.variant.kind !== 'multi-stage') continue;
    const bytes = new Map<number, number>();
    for (const flow of trace.flows) {
      const stage = /^stage:(\d+)$/.exec(flow.from)?.[1];
      if (stage) bytes.set(Number(stage), (bytes.get(Number(stage)) ?? 0) + flow.bytes);
    }
    result.set(outcome.variant.name, bytes);
  }
  return result;
}
