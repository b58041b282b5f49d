import type { LayerIndex } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import type { StageImage } from '../stages/trace-stage.ts';
import { sharedTraces, traceVariant, type VariantTrace } from '../stages/trace-variant.ts';
import type { TraceRecord } from './trace-record.ts';

export interface TraceBuildRequest {
  readonly record: TraceRecord;
  /** The images of the record's stages, by handle; where one is not whole, what is from it stays untraced. */
  readonly images: ReadonlyMap<string, Filesystem>;
  /** The record's context. */
  readonly context: LayerIndex | undefined;
}

/** Traces the variants that one Dockerfile was built to, by the index of their stage; those whose own image is there. */
export function traceBuild({
  record,
  images,
  context,
}: TraceBuildRequest): ReadonlyMap<number, VariantTrace> {
  const stages = new Map<number, StageImage>();
  for (const { image, owners, ...stage } of record.stages) {
    const filesystem = images.get(image);
    if (!filesystem?.complete) continue;
    stages.set(stage.index, { ...stage, filesystem, owners: owners.map((owner) => owner ?? undefined) });
  }
  const sent = context && mergeLayers([context]);
  const shared = sharedTraces();
  const traces = new Map<number, VariantTrace>();
  for (const { stage: target, needs } of record.targets) {
    if (!stages.has(target)) continue;
    const needed = needs.flatMap((index) => stages.get(index) ?? []);
    traces.set(target, traceVariant({ target, stages: needed, context: sent }, shared));
  }
  return traces;
}
