import type { Flow, OriginDocument } from '../../../shared/model/project-document.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { totalLeftBehind } from './left-behind.ts';
import { FateId, type Origins } from './origins.ts';
import { stageFates } from './stage-fates.ts';
import { sumOrigins } from './sum-origins.ts';
import { type StageImage, sourceTrees, type TracedStage, traceStage } from './trace-stage.ts';

export interface TraceRequest {
  /** Index of the stage whose image it is. */
  readonly target: number;
  /** The target and the stages it needs, in any order. One that could not be had makes untraced what is copied from it. */
  readonly stages: readonly StageImage[];
  /** The build context as it was sent; undefined where it is not known: then nothing is traced to it. */
  readonly context?: Filesystem | undefined;
}

/** What a stage contributed to an image, bytes (reference: layers.md, "The stages"). */
export interface StageContribution {
  readonly index: number;
  readonly origins: Origins;
  readonly live: number;
  /** Live in the layers that its own instructions made; undefined where a layer's instruction is not known. */
  readonly own: number | undefined;
  /** These three sum to `live`. */
  readonly shared: number;
  readonly reached: number;
  readonly leftBehind: number;
}

export interface VariantTrace {
  /** They sum to the image's live bytes. */
  readonly origins: OriginDocument[];
  readonly flows: Flow[];
  /** Of all stages, each content once. */
  readonly leftBehind: number;
  /** Stages before those that take from them, the target last. */
  readonly stages: readonly StageContribution[];
}

/** What variants of one Dockerfile have in common: no stage is traced twice. It fills while they are traced. */
export interface SharedTraces {
  readonly traced: Map<number, TracedStage>;
  readonly treeOf: ReturnType<typeof sourceTrees>;
}

export const sharedTraces = (): SharedTraces => ({ traced: new Map(), treeOf: sourceTrees() });

/** Traces every byte of an image to the line that put it there, and every byte of its stages to what became of it. */
export function traceVariant(
  { target, stages, context }: TraceRequest,
  { traced, treeOf } = sharedTraces(),
): VariantTrace {
  const byIndex = new Map(stages.map((stage) => [stage.index, stage]));
  const order = buildOrder(target, byIndex).map((stage) => {
    const known = traced.get(stage.index);
    if (known) return known;
    const result = traceStage(stage, { traced, stages: byIndex, context, treeOf });
    traced.set(stage.index, result);
    return result;
  });
  const fates = stageFates(order);
  return {
    ...sumOrigins(order.at(-1)!),
    leftBehind: totalLeftBehind(order, fates),
    stages: order.map((stage) => contribution(stage, fates.get(stage.image.index)!)),
  };
}

/** The stages, each after those it takes from, the target last. */
function buildOrder(target: number, stages: ReadonlyMap<number, StageImage>): StageImage[] {
  const order = new Set<StageImage>();
  const entered = new Set<number>();
  const visit = (index: number) => {
    const stage = stages.get(index);
    if (!stage || entered.has(index)) return;
    entered.add(index);
    for (const needed of neededBy(stage)) visit(needed);
    order.add(stage);
  };
  // Also those that only a mount reads: all of such a stage is left behind. None needs the target, so it comes last.
  for (const index of stages.keys()) if (index !== target) visit(index);
  visit(target);
  return [...order];
}

/** Stages whose files an image of this one can hold. What a RUN reads from a mount is the RUN's. */
function neededBy({ base, owners }: StageImage): number[] {
  const copied = owners.flatMap((owner) => {
    const copy = owner?.kind === 'instruction' ? owner.copy : undefined;
    const from = copy === 'unknown' ? undefined : copy?.from;
    return from?.kind === 'stage' ? [from.index] : [];
  });
  return base.kind === 'stage' ? [base.index, ...copied] : copied;
}

function contribution({ image, sources, ofInode }: TracedStage, fate: Uint8Array): StageContribution {
  const { inodes, layerSizes } = image.filesystem;
  const bytes = [0, 0, 0, 0];
  for (let inode = 0; inode < fate.length; inode++) bytes[fate[inode]!]! += inodes.size[inode]!;
  const shared = bytes[FateId.shared]!;
  const reached = bytes[FateId.reached]!;
  const leftBehind = bytes[FateId.leftBehind]!;
  const isKnown = image.owners.every((owner) => owner !== undefined);
  const own = image.owners.reduce(
    (sum, owner, layer) =>
      owner?.kind === 'instruction' && owner.stage === image.index
        ? sum + (layerSizes[layer]?.live ?? 0)
        : sum,
    0,
  );
  return {
    index: image.index,
    origins: { sources, ofInode, owners: image.owners, fate },
    live: shared + reached + leftBehind,
    own: isKnown ? own : undefined,
    shared,
    reached,
    leftBehind,
  };
}
