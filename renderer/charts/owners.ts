import type { ImageFacts, LayerDocument } from '../../shared/model/image-document.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';

/** A token of tokens.css: `--owner-COLOR` with `--on-owner-COLOR` as the text on it. */
export type OwnerColor =
  | 'base-1'
  | 'base-2'
  | 'base-3'
  | 'base-4'
  | 'stage-1'
  | 'stage-2'
  | 'stage-3'
  | 'stage-4'
  | 'context'
  | 'untraced'
  | 'more';

/** Whom a layer belongs to. Equal ids mean the same owner, in whatever variant or view. */
export interface Owner {
  readonly id: string;
  readonly kind: 'base' | 'stage' | 'layer' | 'image' | 'shared' | 'unknown';
  /** As short as a bar's segment needs it. */
  readonly label: string;
  /** With what it is: `base debian:bookworm`, `stage builder`. */
  readonly title: string;
  readonly color: OwnerColor;
}

/** The owner of each layer of one image, by layer index. */
export type LayerOwners = readonly Owner[];

export interface OwnedImages {
  /** In the order legends and bars show them: bases first. */
  readonly owners: readonly Owner[];
  /** One for each image given, in that order. */
  readonly layers: readonly LayerOwners[];
}

const baseColors: readonly OwnerColor[] = ['base-1', 'base-2', 'base-3', 'base-4'];
const stageColors: readonly OwnerColor[] = ['stage-1', 'stage-2', 'stage-3', 'stage-4', 'context'];
const layerColors: readonly OwnerColor[] = [
  'base-1',
  'base-2',
  'stage-1',
  'stage-2',
  'stage-3',
  'context',
  'base-3',
  'stage-4',
  'base-4',
];

const unknownOwner: Owner = {
  id: 'unknown',
  kind: 'unknown',
  label: 'not traced',
  title: 'layers that could not be traced',
  color: 'untraced',
};

/**
 * The owners of built variants: base images and stages. A base image whose layers are the beginning of another
 * base's (debian under golang) keeps its own colour there too, told by diff_ids.
 */
export function ownersOfVariants(variants: readonly VariantDocument[]): OwnedImages {
  const built = variants.filter((variant) => variant.image);
  const bases = baseDiffIds(built);
  const seen = new Map<string, Omit<Owner, 'color'>>();
  const ids = variants.map((variant) => {
    const diffIds = variant.image?.layers.map((layer) => layer.diffId) ?? [];
    return (variant.image?.layers ?? []).map((layer) => {
      const owner = variantLayerOwner(variant, layer, diffIds, bases);
      if (!seen.has(owner.id)) seen.set(owner.id, owner);
      return owner.id;
    });
  });
  const owners = coloured(distinctLabels([...seen.values()]), bases);
  const byId = new Map(owners.map((owner) => [owner.id, owner]));
  return { owners, layers: ids.map((layers) => layers.map((id) => byId.get(id) ?? unknownOwner)) };
}

/** The owners of an image opened without a build, where nothing is known of bases: each layer its own. */
export function ownersOfImage(image: ImageFacts): OwnedImages {
  const layers = image.layers.map(
    (layer): Owner => ({
      id: `layer:${layer.index}`,
      kind: 'layer',
      label: `layer ${layer.index + 1}`,
      title: `layer ${layer.index + 1}`,
      color: layerColors[layer.index % layerColors.length]!,
    }),
  );
  return { owners: layers, layers: [layers] };
}

/** The owners of two images opened without a build: what they share by diff_id, and what is each one's own. */
export function ownersOfPair(left: ImageFacts, right: ImageFacts): OwnedImages {
  const owner = (id: string, kind: Owner['kind'], label: string, color: OwnerColor): Owner => ({
    id,
    kind,
    label,
    title: label,
    color,
  });
  const shared = owner('shared', 'shared', 'layers in both', 'base-1');
  const ofLeft = owner('left', 'image', `only ${left.name}`, 'base-2');
  const ofRight = owner('right', 'image', `only ${right.name}`, 'stage-1');
  const common = commonDiffIds(left, right);
  const layers = [
    left.layers.map((layer) => (common.has(layer.diffId) ? shared : ofLeft)),
    right.layers.map((layer) => (common.has(layer.diffId) ? shared : ofRight)),
  ];
  const used = new Set(layers.flat());
  return { owners: [shared, ofLeft, ofRight].filter((owner) => used.has(owner)), layers };
}

/** diff_ids that both images have. */
export function commonDiffIds(left: ImageFacts, right: ImageFacts): ReadonlySet<string> {
  const ids = new Set(left.layers.map((layer) => layer.diffId));
  return new Set(right.layers.map((layer) => layer.diffId).filter((id) => ids.has(id)));
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

function targetStage({ stages, target }: VariantDocument) {
  if (target === null) return stages.at(-1);
  return stages.findLast((stage) => isNamed(stage, target)) ?? stages.find((s) => String(s.index) === target);
}

/** Stage names match in any case. */
function isNamed(stage: { readonly name: string }, name: string): boolean {
  return stage.name !== '' && stage.name.toLowerCase() === name.toLowerCase();
}

interface BaseLayers {
  readonly reference: string;
  readonly diffIds: readonly string[];
}

/** Every base's layers, the fewest first: that is the order in which one can lie under another. */
function baseDiffIds(variants: readonly VariantDocument[]): readonly BaseLayers[] {
  const bases = new Map<string, BaseLayers>();
  for (const variant of variants) {
    const reference = baseReference(variant);
    if (reference === undefined || bases.has(reference)) continue;
    const diffIds = variant.image!.layers.filter((layer) => layer.base === true).map((l) => l.diffId);
    if (diffIds.length > 0) bases.set(reference, { reference, diffIds });
  }
  return [...bases.values()].sort((a, b) => a.diffIds.length - b.diffIds.length);
}

function variantLayerOwner(
  variant: VariantDocument,
  layer: LayerDocument,
  diffIds: readonly string[],
  bases: readonly BaseLayers[],
): Omit<Owner, 'color'> {
  if (layer.base === true) {
    const under = bases.find(
      (base) => layer.index < base.diffIds.length && base.diffIds.every((id, index) => id === diffIds[index]),
    );
    const reference = under?.reference ?? baseReference(variant);
    if (reference === undefined) return unknownOwner;
    return { id: `base:${reference}`, kind: 'base', label: reference, title: `base ${reference}` };
  }
  const stage = variant.stages.find((s) => s.index === layer.stage);
  if (!stage) return unknownOwner;
  const unnamed = stage.name === '' || stage.name === String(stage.index);
  const alone = variant.stages.length === 1;
  const label = unnamed ? (alone ? variant.dockerfile : `stage ${stage.index}`) : stage.name;
  return {
    id: `stage:${variant.dockerfile}:${stage.index}`,
    kind: 'stage',
    label,
    title: unnamed ? label : `stage ${label}`,
  };
}

/** Stages of two Dockerfiles may have one name: then the Dockerfile is said too. */
function distinctLabels(owners: readonly Omit<Owner, 'color'>[]): readonly Omit<Owner, 'color'>[] {
  const counts = new Map<string, number>();
  for (const { label } of owners) counts.set(label, (counts.get(label) ?? 0) + 1);
  return owners.map((owner) => {
    if (owner.kind !== 'stage' || counts.get(owner.label) === 1) return owner;
    const dockerfile = owner.id.slice('stage:'.length, owner.id.lastIndexOf(':'));
    const where = ` (${dockerfile})`;
    return { ...owner, label: owner.label + where, title: owner.title + where };
  });
}

function coloured(owners: readonly Omit<Owner, 'color'>[], bases: readonly BaseLayers[]): readonly Owner[] {
  const order = new Map(bases.map((base, index) => [`base:${base.reference}`, index]));
  const ofKind = (kind: Owner['kind']) => owners.filter((owner) => owner.kind === kind);
  const base = ofKind('base').sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return [
    ...base.map((owner, index) => ({ ...owner, color: baseColors[index % baseColors.length]! })),
    ...ofKind('stage').map((owner, i) => ({ ...owner, color: stageColors[i % stageColors.length]! })),
    ...ofKind('unknown').map(() => unknownOwner),
  ];
}
