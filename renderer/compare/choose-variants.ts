import type { GroupDocument, ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';

export interface ChosenVariants {
  readonly left: VariantDocument;
  readonly right: VariantDocument;
  /** All variants of their group, the left one's first if it is the baseline. */
  readonly group: readonly VariantDocument[];
  readonly baseline: string | undefined;
}

/**
 * Which two variants to compare: those asked for, else the group's baseline with its smallest multi-stage image.
 * Undefined where fewer than two variants were built.
 */
export function chooseVariants(
  document: ProjectDocument,
  left: string | undefined,
  right: string | undefined,
): ChosenVariants | undefined {
  const asked = byName(document, left) ?? byName(document, right);
  const groups = asked ? document.groups.filter((group) => inGroup(group, asked)) : document.groups;
  for (const group of [...groups, undefined]) {
    const baseline = group?.baseline ?? undefined;
    const variants = baselineFirst(
      group ? document.variants.filter((variant) => inGroup(group, variant)) : document.variants,
      baseline,
    );
    const chosenLeft =
      byName(document, left) ??
      variants.find((v) => v.name === baseline && v.name !== right) ??
      largest(variants, right);
    if (!chosenLeft) continue;
    const chosenRight = byName(document, right) ?? smallest(variants, chosenLeft);
    if (!chosenRight) continue;
    const listed = [chosenLeft, chosenRight].every((chosen) => variants.includes(chosen));
    return {
      left: chosenLeft,
      right: chosenRight,
      group: listed ? variants : baselineFirst(document.variants, baseline),
      baseline,
    };
  }
  return undefined;
}

function byName(document: ProjectDocument, name: string | undefined): VariantDocument | undefined {
  return name === undefined ? undefined : document.variants.find((variant) => variant.name === name);
}

function inGroup(group: GroupDocument, variant: VariantDocument): boolean {
  return group.rows.some((row) => row.variant === variant.name);
}

function baselineFirst(variants: readonly VariantDocument[], baseline: string | undefined) {
  return [
    ...variants.filter((variant) => variant.name === baseline),
    ...variants.filter((variant) => variant.name !== baseline),
  ];
}

function live(variant: VariantDocument): number {
  return variant.image?.sizes.live ?? 0;
}

function largest(
  variants: readonly VariantDocument[],
  except: string | undefined,
): VariantDocument | undefined {
  const built = variants.filter((variant) => variant.image && variant.name !== except);
  return built.reduce<VariantDocument | undefined>((a, b) => (a && live(a) >= live(b) ? a : b), undefined);
}

/** What the stages are for is the image at the end: a stage's own image only where there is no other. */
function smallest(variants: readonly VariantDocument[], left: VariantDocument): VariantDocument | undefined {
  const others = variants.filter((variant) => variant.image && variant.name !== left.name);
  const images = others.filter((variant) => variant.kind !== 'stage');
  const from = images.length > 0 ? images : others;
  return from.reduce<VariantDocument | undefined>((a, b) => (a && live(a) <= live(b) ? a : b), undefined);
}
