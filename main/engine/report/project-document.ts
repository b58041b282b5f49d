import type { ImageFacts, Warning } from '../../../shared/model/image-document.ts';
import type {
  BuildSettings,
  Dockerfile,
  Stage,
  Variant,
  VariantGroup,
} from '../../../shared/model/project.ts';
import type {
  GroupDocument,
  ProjectDocument,
  StageDocument,
  VariantDocument,
} from '../../../shared/model/project-document.ts';
import type { VariantOutcome } from '../build/build-variants.ts';
import { chooseBaseline } from '../project/choose-baseline.ts';
import { stageLabel } from '../project/stage-of.ts';
import { difference, ratio } from './comparison-document.ts';

/** What is known of a variant after its build and the reading of its image. */
export interface BuiltVariant {
  readonly outcome: VariantOutcome;
  readonly dockerfile: Dockerfile;
  /** Undefined where the build failed or was cancelled. */
  readonly facts?: ImageFacts;
  readonly bytesRead: number;
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
    variants: built.map((variant) => variantDocument(variant, built, settings)),
    groups: groups.flatMap((group) => groupDocument(group, built)),
    warnings: [...warnings],
  };
}

function variantDocument(
  { outcome, dockerfile, facts, bytesRead }: BuiltVariant,
  all: readonly BuiltVariant[],
  settings: BuildSettings,
): VariantDocument {
  const { variant } = outcome;
  const located = outcome.steps.filter((step) => step.line !== undefined);
  return {
    name: variant.name,
    dockerfile: variant.dockerfile,
    context: variant.context,
    target: variant.target ?? null,
    platform: settings.platform ?? null,
    buildArgs: settings.buildArgs,
    kind: variant.kind,
    build: {
      status: outcome.status,
      durationMs: outcome.durationMs,
      steps: located.length,
      cachedSteps: located.filter((step) => step.status === 'cached').length,
      transport: 'save',
      bytesRead,
      error: outcome.status === 'failed' ? outcome.error : null,
    },
    image: facts ?? null,
    origins: null,
    stages: dockerfile.stages.map((stage) => stageDocument(stage, dockerfile, variant, facts, all)),
    leftBehind: null,
    flows: null,
    lines: [],
    waste: null,
  };
}

/**
 * A stage as the image that its own variant built shows it. What of it reached the final image other than by a layer
 * in common is below the level of a layer, so it is null here.
 */
function stageDocument(
  stage: Stage,
  dockerfile: Dockerfile,
  variant: Variant,
  image: ImageFacts | undefined,
  all: readonly BuiltVariant[],
): StageDocument {
  // Of a build that failed nobody knows how far it came.
  const built = image !== undefined && variant.needs.includes(stage.index);
  const facts = built
    ? all.find(
        ({ outcome }) =>
          outcome.variant.dockerfile === variant.dockerfile && outcome.variant.stage === stage.index,
      )?.facts
    : undefined;
  const finalLayers = image && new Set(image.layers.map((layer) => layer.diffId));
  return {
    index: stage.index,
    name: stageLabel(stage),
    base: baseName(stage, dockerfile),
    built,
    live: facts?.sizes.live ?? null,
    own: facts
      ? liveOf(
          facts,
          (layer) => layer.stage === stage.index,
          (layer) => layer.base !== null,
        )
      : null,
    shared: facts && finalLayers ? liveOf(facts, (layer) => finalLayers.has(layer.diffId)) : null,
    reached: null,
    leftBehind: null,
    leftBehindGroups: null,
    leftBehindPackages: null,
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

type Layer = ImageFacts['layers'][number];

/** Live bytes of the layers that match; null where a layer is not known well enough to tell. */
function liveOf(
  facts: ImageFacts,
  matches: (layer: Layer) => boolean,
  known = (_: Layer) => true,
): number | null {
  let sum = 0;
  for (const layer of facts.layers) {
    if (layer.live === null || !known(layer)) return null;
    if (matches(layer)) sum += layer.live;
  }
  return sum;
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

/** Live bytes that each stage gave an image by `COPY --from`, by variant and stage index. */
function copiedBytes(built: readonly BuiltVariant[]): Map<string, Map<number, number>> {
  const result = new Map<string, Map<number, number>>();
  for (const { outcome, dockerfile, facts } of built) {
    if (!facts || outcome.variant.kind !== 'multi-stage') continue;
    const bytes = new Map<number, number>();
    for (const copy of dockerfile.stages.flatMap((stage) => stage.copies)) {
      if (copy.source.kind !== 'stage') continue;
      const layer = facts.layers.find(({ line }) => line === copy.line);
      if (layer) bytes.set(copy.source.index, (bytes.get(copy.source.index) ?? 0) + (layer.live ?? 0));
    }
    result.set(outcome.variant.name, bytes);
  }
  return result;
}
