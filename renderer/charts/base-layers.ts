import type { VariantDocument } from '../../shared/model/project-document.ts';

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
    const { base, index } = stage;
    // The stage nearest above it, where two have that name; a stage without a name goes by its index.
    const below: (typeof stages)[number] | undefined = stages.findLast(
      (other) => other.index < index && isNamed(other, base),
    );
    if (!below) return base.toLowerCase() === 'scratch' ? undefined : base;
    stage = below;
  }
  return undefined;
}

/** The stage whose image the variant's is; undefined where it is not among the stages. */
export function targetStage({ stages, target }: VariantDocument) {
  if (target === null) return stages.at(-1);
  return stages.findLast((stage) => isNamed(stage, target)) ?? stages.find((s) => String(s.index) === target);
}

/** Stage names match in any case. */
function isNamed(stage: { readonly name: string }, name: string): boolean {
  return stage.name !== '' && stage.name.toLowerCase() === name.toLowerCase();
}
