import type { StageDocument, VariantDocument } from '../../shared/model/project-document.ts';

/** The layers of a base image, by what is written after FROM. */
export interface BaseLayers {
  readonly reference: string;
  readonly diffIds: readonly string[];
}

/** Every base's layers, the fewest first: that is the order in which one can lie under another. */
export function baseLayers(variants: readonly VariantDocument[]): readonly BaseLayers[] {
  const bases = new Map<string, BaseLayers>();
  for (const variant of variants) {
    const reference = baseReference(variant);
    if (!variant.image || reference === undefined || bases.has(reference)) continue;
    const diffIds = variant.image.layers.filter((layer) => layer.base === true).map((l) => l.diffId);
    if (diffIds.length > 0) bases.set(reference, { reference, diffIds });
  }
  return [...bases.values()].sort((a, b) => a.diffIds.length - b.diffIds.length);
}

/** The image a variant's lowest stage starts from; undefined for scratch. */
export function baseReference(variant: VariantDocument): string | undefined {
  const { stages } = variant;
  let stage = targetStage(variant);
  while (stage) {
    const below = stageBelow(stages, stage);
    if (!below) return isScratch(stage.base) ? undefined : stage.base;
    stage = below;
  }
  return undefined;
}

/** The stage that a stage starts from; undefined where that is an image. */
export function stageBelow(
  stages: readonly StageDocument[],
  { base, index }: StageDocument,
): StageDocument | undefined {
  // The stage nearest above it, where two have that name; a stage without a name goes by its index.
  return stages.findLast((other) => other.index < index && isNamed(other, base));
}

export function isScratch(base: string): boolean {
  return base.toLowerCase() === 'scratch';
}

/** The stage whose image the variant's is; undefined where it is not among the stages. */
export function targetStage({ stages, target }: VariantDocument): StageDocument | undefined {
  if (target === null) return stages.at(-1);
  return stages.findLast((stage) => isNamed(stage, target)) ?? stages.find((s) => String(s.index) === target);
}

/** Stage names match in any case. */
function isNamed(stage: StageDocument, name: string): boolean {
  return stage.name !== '' && stage.name.toLowerCase() === name.toLowerCase();
}
