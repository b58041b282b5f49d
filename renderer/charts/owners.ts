import type { ImageFacts, LayerDocument } from '../../shared/model/image-document.ts';
import type { FileOrigin } from '../../shared/model/origin.ts';
import type { OriginDocument, StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { type BaseLayers, baseLayers, baseReference, isScratch, stageBelow } from './base-layers.ts';
import { layerShares, type OwnerShare, originShares } from './owner-shares.ts';

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
  | 'external-1'
  | 'external-2'
  | 'context'
  | 'untraced'
  | 'more';

/** Whose content is. Equal ids mean the same owner, in whatever variant or view. */
export interface Owner {
  /**
   * Of origins as in the document, `base:REF`, `context`, `external:REF`, `untraced`, but stages with their
   * Dockerfile: `stage:DOCKERFILE:INDEX`.
   */
  readonly id: string;
  readonly kind: 'base' | 'context' | 'stage' | 'external' | 'untraced' | 'layer' | 'image' | 'shared';
  /** As short as a bar's segment needs it. */
  readonly label: string;
  /** With what it is: `base debian:bookworm`, `stage builder`. */
  readonly title: string;
  readonly color: OwnerColor;
}

/** The owner of each layer of one image, by layer index. */
export type LayerOwners = readonly Owner[];

/** Whose the bytes of one image are. */
export interface OwnedImage {
  readonly layers: LayerOwners;
  /** By id as the document has it (`stage:0`); undefined where origins are not known: then layers say what there is. */
  readonly origins: ReadonlyMap<string, Owner> | undefined;
  /** Live bytes of each owner that has some, in the order of `owners`. */
  readonly shares: readonly OwnerShare[];
  /** By index, what people call the stages. */
  readonly stageNames: ReadonlyMap<number, string>;
}

export interface OwnedImages {
  /** In the order legends and bars show them: bases first. */
  readonly owners: readonly Owner[];
  /** One for each image given, in that order. */
  readonly images: readonly OwnedImage[];
}

const baseColors: readonly OwnerColor[] = ['base-1', 'base-2', 'base-3', 'base-4'];
const stageColors: readonly OwnerColor[] = ['stage-1', 'stage-2', 'stage-3', 'stage-4'];
const externalColors: readonly OwnerColor[] = ['external-1', 'external-2'];
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

type Uncoloured = Omit<Owner, 'color'>;

const context: Owner = {
  id: 'context',
  kind: 'context',
  label: 'context',
  title: 'build context',
  color: 'context',
};
const untraced: Owner = {
  id: 'untraced',
  kind: 'untraced',
  label: 'untraced',
  title: 'untraced',
  color: 'untraced',
};

/** Whose content of this layer with this origin is; either may not be known. */
export function ownerOf(
  { layers, origins }: OwnedImage,
  { layer, origin }: { readonly layer?: number; readonly origin?: string | FileOrigin },
): Owner | undefined {
  const ofLayer = layer === undefined ? undefined : layers[layer];
  const id = typeof origin === 'object' ? origin.id : origin;
  const ofOrigin = id === undefined ? undefined : origins?.get(id);
  // A base that lies under another one is of the same origin: its layers tell it apart.
  if (ofOrigin?.kind === 'base' && ofLayer?.kind === 'base') return ofLayer;
  return ofOrigin ?? ofLayer;
}

/**
 * The owners of built variants: what the content is from, or where that is not known, the stage or base that made its
 * layer. A base image whose layers are the beginning of another base's (debian under golang) keeps its own colour
 * there too, told by diff_ids.
 */
export function ownersOfVariants(variants: readonly VariantDocument[]): OwnedImages {
  const bases = baseLayers(variants);
  const layerOwners = variants.map((variant) =>
    (variant.image?.layers ?? []).map((layer, _, layers) => ownerOfLayer(variant, layer, layers, bases)),
  );
  const originOwners = variants.map((variant) =>
    variant.origins?.map((origin) => [origin.id, ownerOfOrigin(variant, origin)] as const),
  );
  // Those that have bytes first: they get the first colours.
  const seen = new Map<string, Uncoloured>();
  const see = (owner: Uncoloured) => seen.has(owner.id) || seen.set(owner.id, owner);
  for (const [index, layers] of layerOwners.entries()) {
    const origins = originOwners[index];
    if (origins) for (const [, owner] of origins) see(owner);
    for (const owner of layers) if (!origins || owner.kind === 'base') see(owner);
  }
  layerOwners.flat().forEach(see);
  const others = variants.map((variant) => (variant.origins ? ownersOfStages(variant) : []));
  for (const [, owner] of others.flat()) see(owner);

  const owners = coloured(distinctLabels([...seen.values()]), bases);
  const byId = new Map(owners.map((owner) => [owner.id, owner]));
  const owner = ({ id }: Uncoloured) => byId.get(id) ?? untraced;
  const images = variants.map((variant, index): OwnedImage => {
    const layers = layerOwners[index]!.map(owner);
    const known = originOwners[index];
    const origins = known && new Map([...others[index]!, ...known].map(([id, draft]) => [id, owner(draft)]));
    return {
      layers,
      origins,
      shares:
        origins && variant.origins
          ? originShares(variant, variant.origins, { layers, origins }, owners)
          : layerShares(variant.image, layers, owners),
      stageNames: new Map(variant.stages.map((stage) => [stage.index, stageName(stage)])),
    };
  });
  return { owners, images };
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
  return { owners: layers, images: [ownedByLayer(image, layers, layers)] };
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
  const owners = [shared, ofLeft, ofRight].filter((owner) => used.has(owner));
  return {
    owners,
    images: [ownedByLayer(left, layers[0]!, owners), ownedByLayer(right, layers[1]!, owners)],
  };
}

function ownedByLayer(image: ImageFacts, layers: LayerOwners, owners: readonly Owner[]): OwnedImage {
  const shares = layerShares(image, layers, owners);
  return { layers, origins: undefined, shares, stageNames: new Map() };
}

/** diff_ids that both images have. */
export function commonDiffIds(left: ImageFacts, right: ImageFacts): ReadonlySet<string> {
  const ids = new Set(left.layers.map((layer) => layer.diffId));
  return new Set(right.layers.map((layer) => layer.diffId).filter((id) => ids.has(id)));
}

function ownerOfLayer(
  variant: VariantDocument,
  layer: LayerDocument,
  layers: readonly LayerDocument[],
  bases: readonly BaseLayers[],
): Uncoloured {
  if (layer.base === true) {
    const under = bases.find(
      ({ diffIds }) =>
        layer.index < diffIds.length && diffIds.every((id, index) => id === layers[index]?.diffId),
    );
    const reference = under?.reference ?? baseReference(variant);
    return reference === undefined ? untraced : ownerOfBase(reference);
  }
  const stage = variant.stages.find((s) => s.index === layer.stage);
  return stage ? ownerOfStage(variant, stage) : untraced;
}

/** The stages and the images they start from, also those that nothing of the image is from: their pages show them. */
function ownersOfStages(variant: VariantDocument): readonly (readonly [string, Uncoloured])[] {
  return variant.stages.flatMap((stage) => {
    const onImage = !isScratch(stage.base) && !stageBelow(variant.stages, stage);
    return [
      ...(onImage ? [[`base:${stage.base}`, ownerOfBase(stage.base)] as const] : []),
      [`stage:${stage.index}`, ownerOfStage(variant, stage)] as const,
    ];
  });
}

function ownerOfOrigin(variant: VariantDocument, { kind, id, name }: OriginDocument): Uncoloured {
  switch (kind) {
    case 'base':
      return ownerOfBase(name);
    case 'context':
      return context;
    case 'external':
      return { id, kind, label: name, title: `image ${name}` };
    case 'stage': {
      const stage = variant.stages.find(({ index }) => id === `stage:${index}`);
      return stage ? ownerOfStage(variant, stage) : untraced;
    }
    case 'untraced':
      return untraced;
  }
}

function ownerOfBase(reference: string): Uncoloured {
  return { id: `base:${reference}`, kind: 'base', label: reference, title: `base ${reference}` };
}

function ownerOfStage(variant: VariantDocument, stage: StageDocument): Uncoloured {
  const unnamed = isUnnamed(stage);
  const label = unnamed && variant.stages.length === 1 ? variant.dockerfile : stageName(stage);
  return {
    id: `stage:${variant.dockerfile}:${stage.index}`,
    kind: 'stage',
    label,
    title: unnamed ? label : `stage ${label}`,
  };
}

/** What people call a stage: its name, or `stage 1`. */
export function stageName(stage: StageDocument): string {
  return isUnnamed(stage) ? `stage ${stage.index}` : stage.name;
}

function isUnnamed({ name, index }: StageDocument): boolean {
  return name === '' || name === String(index);
}

/** Stages of two Dockerfiles may have one name: then the Dockerfile is said too. An image may be copied from and a base. */
function distinctLabels(owners: readonly Uncoloured[]): readonly Uncoloured[] {
  const counts = new Map<string, number>();
  for (const { label } of owners) counts.set(label, (counts.get(label) ?? 0) + 1);
  return owners.map((owner) => {
    if (counts.get(owner.label) === 1) return owner;
    if (owner.kind === 'external') return { ...owner, label: owner.title };
    if (owner.kind !== 'stage') return owner;
    const dockerfile = owner.id.slice('stage:'.length, owner.id.lastIndexOf(':'));
    const where = ` (${dockerfile})`;
    return { ...owner, label: owner.label + where, title: owner.title + where };
  });
}

function coloured(owners: readonly Uncoloured[], bases: readonly BaseLayers[]): readonly Owner[] {
  const order = new Map(bases.map((base, index) => [`base:${base.reference}`, index]));
  const place = ({ id }: Uncoloured) => order.get(id) ?? bases.length;
  const ofKind = (kind: Owner['kind']) => owners.filter((owner) => owner.kind === kind);
  const withColors = (drafts: readonly Uncoloured[], colors: readonly OwnerColor[]): Owner[] =>
    drafts.map((owner, index) => ({ ...owner, color: colors[index % colors.length]! }));
  return [
    ...withColors(
      ofKind('base').sort((a, b) => place(a) - place(b)),
      baseColors,
    ),
    ...ofKind('context').map(() => context),
    ...withColors(ofKind('stage'), stageColors),
    ...withColors(ofKind('external'), externalColors),
    ...ofKind('untraced').map(() => untraced),
  ];
}
