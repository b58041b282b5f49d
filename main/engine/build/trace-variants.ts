import { toErrorInfo } from '../../../shared/api/errors.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { Dockerfile, Project } from '../../../shared/model/project.ts';
import type { BaseLayers } from '../docker/base-layers.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import type { TraceRecord } from '../images/trace-record.ts';
import type { TracedVariant } from '../images/traced-images.ts';
import type { OpenedBuild } from '../reader/reader.ts';
import type { DockerfileBuilds } from './build-variants.ts';
import { recordTrace } from './record-trace.ts';

export interface TraceVariantsRequest {
  readonly registry: ImageRegistry;
  readonly project: Pick<Project, 'dockerfiles'>;
  /** Items of bounded lists. */
  readonly top: number;
  readonly signal: AbortSignal;
  readonly builds: OpenedBuild;
}

export interface VariantTraces {
  /** By variant. */
  readonly of: ReadonlyMap<string, TracedVariant>;
  readonly warnings: readonly Warning[];
}

/** Traces what was built. Where that takes more than there is, the images are there all the same, with a warning. */
export async function traceVariants(request: TraceVariantsRequest): Promise<VariantTraces> {
  const of = new Map<string, TracedVariant>();
  const warnings: Warning[] = [];
  const traced = request.builds.dockerfiles.map(async (builds, at) => {
    try {
      const { variants, record } = await traceDockerfile(request, builds, request.builds.bases[at]!);
      for (const [variant, trace] of variants) of.set(variant, trace);
      if (!builds.context && copiesFromContext(record)) warnings.push(contextUnknown(builds.dockerfile));
    } catch (error) {
      const { code, message } = toErrorInfo(error);
      if (request.signal.aborted || code === 'cancelled') throw error;
      const { path } = builds.dockerfile;
      warnings.push({ code: 'trace-failed', message: `What ${path} builds could not be traced: ${message}` });
    }
  });
  await Promise.all(traced);
  return { of, warnings };
}

async function traceDockerfile(
  { registry, project, top, signal, builds: { outcomes, images } }: TraceVariantsRequest,
  { dockerfile, settings, tags, context }: DockerfileBuilds,
  bases: ReadonlyMap<number, BaseLayers>,
): Promise<{ readonly variants: [string, TracedVariant][]; readonly record?: TraceRecord }> {
  const variants = outcomes
    .filter(({ status, variant }) => status === 'built' && dockerfileOf(project, variant) === dockerfile)
    .map(({ variant }) => variant);
  if (variants.length === 0) return { variants: [] };
  const record = recordTrace({
    dockerfile,
    variants,
    images: new Map([...tags].map(([stage, tag]) => [stage, images.get(tag)!])),
    context: context?.diffId,
    bases,
    settings,
  });
  const traces = await registry.trace({ record, context, findings: { dockerfile, top } }, signal);
  const traced = variants.flatMap(({ name, stage }): [string, TracedVariant][] => {
    const trace = traces.get(stage);
    return trace ? [[name, trace]] : [];
  });
  return { variants: traced, record };
}

function copiesFromContext(record: TraceRecord | undefined): boolean {
  const owners = record?.stages.flatMap((stage) => stage.owners) ?? [];
  return owners.some((owner) => {
    const copy = owner?.kind === 'instruction' ? owner.copy : undefined;
    return copy !== undefined && copy !== 'unknown' && copy.from === undefined;
  });
}

function contextUnknown({ path }: Dockerfile): Warning {
  return {
    code: 'context-unknown',
    message: `What ${path} copies from its context cannot be traced: the context is too much to be indexed`,
  };
}
