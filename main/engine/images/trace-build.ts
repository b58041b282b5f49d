import type { Dockerfile } from '../../../shared/model/project.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { type GroupList, groupFiles } from '../findings/group-files.ts';
import { type LineWasteList, lineWaste } from '../findings/line-waste.ts';
import { type PackageList, packageBytes } from '../findings/package-bytes.ts';
import { packagesOf } from '../packages/packages-of.ts';
import { FateId } from '../stages/origins.ts';
import type { StageImage } from '../stages/trace-stage.ts';
import {
  type StageContribution,
  sharedTraces,
  traceVariant,
  type VariantTrace,
} from '../stages/trace-variant.ts';
import type { TraceRecord } from './trace-record.ts';

export interface TraceBuildRequest {
  readonly record: TraceRecord;
  /** The images of the record's stages, by handle; where one is not whole, what is from it stays untraced. */
  readonly images: ReadonlyMap<string, Filesystem>;
  /** The record's context. */
  readonly context: LayerIndex | undefined;
  /** Given: what the document of the build says beside. */
  readonly findings?: FindingsRequest | undefined;
}

export interface FindingsRequest {
  readonly dockerfile: Dockerfile;
  /** Items of bounded lists. */
  readonly top: number;
}

/** What is found in the images of a variant, when it is traced. */
export interface VariantFindings {
  /** Of the variant's own image. */
  readonly waste: LineWasteList;
  /** By index, what each stage left behind. */
  readonly leftBehind: ReadonlyMap<number, LeftBehind>;
}

export interface LeftBehind {
  readonly groups: GroupList;
  readonly packages: PackageList;
}

export interface BuildTrace extends VariantTrace {
  readonly findings?: VariantFindings;
}

/** Traces the variants that one Dockerfile was built to, by the index of their stage; those whose own image is there. */
export function traceBuild(request: TraceBuildRequest): ReadonlyMap<number, BuildTrace> {
  const { record, images, context, findings } = request;
  const stages = new Map<number, StageImage>();
  for (const { image, owners, ...stage } of record.stages) {
    const filesystem = images.get(image);
    if (!filesystem?.complete) continue;
    stages.set(stage.index, { ...stage, filesystem, owners: owners.map((owner) => owner ?? undefined) });
  }
  const sent = context && mergeLayers([context]);
  const shared = sharedTraces();
  const traces = new Map<number, BuildTrace>();
  for (const { stage: target, needs } of record.targets) {
    if (!stages.has(target)) continue;
    const needed = needs.flatMap((index) => stages.get(index) ?? []);
    const trace = traceVariant({ target, stages: needed, context: sent }, shared);
    traces.set(target, findings ? { ...trace, findings: findIn(trace, target, stages, findings) } : trace);
  }
  return traces;
}

function findIn(
  trace: VariantTrace,
  target: number,
  stages: ReadonlyMap<number, StageImage>,
  { dockerfile, top }: FindingsRequest,
): VariantFindings {
  const { filesystem, owners } = stages.get(target)!;
  return {
    waste: lineWaste(filesystem, owners, dockerfile, top),
    leftBehind: new Map(
      trace.stages.map((stage) => [
        stage.index,
        findLeftBehind(stage, stages.get(stage.index)!.filesystem, top),
      ]),
    ),
  };
}

function findLeftBehind(
  { leftBehind, origins: { fate } }: StageContribution,
  filesystem: Filesystem,
  top: number,
): LeftBehind {
  // The packages of an image that left nothing behind, each variant's own, need not be looked for.
  if (leftBehind === 0) return { groups: nothing, packages: nothing };
  const packages = packagesOf(filesystem);
  const isLeft = (inode: number) => fate[inode] === FateId.leftBehind;
  return {
    groups: groupFiles(filesystem, packages, isLeft, top),
    packages: packageBytes(filesystem, packages, isLeft, top),
  };
}

const nothing = { total: 0, totalBytes: 0, items: [] };
