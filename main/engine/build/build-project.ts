import type { BuildEvent } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import type { ProjectDocument } from '../../../shared/model/project-document.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import type { TracedVariant } from '../images/traced-images.ts';
import type { OpenedBuild, OpenedImage } from '../reader/reader.ts';
import { type BuiltVariant, projectDocument } from '../report/project-document.ts';
import { explainDifferences } from './explain-differences.ts';
import { traceVariants } from './trace-variants.ts';

export interface ProjectBuildRequest {
  readonly docker: DockerEngine;
  readonly registry: ImageRegistry;
  readonly project: Omit<Project, 'trusted'>;
  readonly variants: readonly Variant[];
  readonly settings: BuildSettings;
  /** Items of bounded lists. */
  readonly top: number;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

export interface ProjectBuild {
  readonly document: ProjectDocument;
  /** Variant name → image handle, of those that were built. */
  readonly handles: Readonly<Record<string, string>>;
  /** Variant name → index of a stage it needed → image handle. */
  readonly stages: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** By tag. */
type Images = ReadonlyMap<string, OpenedImage>;

/** Folder to document: builds the variants, reads what the cache does not know of their images, traces and measures them. */
export async function buildProject(request: ProjectBuildRequest): Promise<ProjectBuild> {
  const { docker, registry, project, settings, top, emit, signal } = request;
  const builds = await registry.build(
    { endpoint: docker.endpoint, project, variants: request.variants, settings, top },
    { signal, onProgress: emit },
  );
  const { dockerfiles, images, transport } = builds;
  const traces = await traceVariants({ registry, project, top, signal, builds });
  const built = builds.outcomes.filter(({ status }) => status === 'built').map(({ variant }) => variant);

  const variants = builds.outcomes.map((outcome): BuiltVariant => {
    const dockerfile = dockerfileOf(project, outcome.variant);
    const { tags } = dockerfiles.find((each) => each.dockerfile === dockerfile)!;
    const image = outcome.status === 'built' ? images.get(outcome.tag) : undefined;
    if (!image) return { outcome, dockerfile, transport, bytesRead: 0 };
    const stages = new Map(
      outcome.variant.needs.flatMap((stage) => {
        const image = images.get(tags.get(stage) ?? '');
        return image ? [[stage, image.facts] as const] : [];
      }),
    );
    const trace = traces.of.get(outcome.variant.name);
    return { outcome, dockerfile, transport, bytesRead: image.bytesRead, facts: image.facts, stages, trace };
  });
  const oddities = new Set([...images.values()].flatMap(({ filesystem }) => filesystem.warnings));
  const document = projectDocument(project.folder, settings, project.groups, variants, [
    ...(project.warnings ?? []),
    ...builds.warnings,
    ...traces.warnings,
    ...oddities,
  ]);
  const { handles, stages } = handlesOf(builds, images, traces.of);
  const explained = await explainDifferences(document, { registry, handles, top, signal });
  for (const { name } of built) emit({ type: 'variant', variant: name, status: 'built', at: Date.now() });
  return { document: explained, handles, stages };
}

function handlesOf(
  { outcomes }: OpenedBuild,
  images: Images,
  traces: ReadonlyMap<string, TracedVariant>,
): Pick<ProjectBuild, 'handles' | 'stages'> {
  // Without a prototype: a variant may be called anything.
  const handles: Record<string, string> = Object.create(null);
  const stages: Record<string, Record<string, string>> = Object.create(null);
  for (const outcome of outcomes) {
    if (outcome.status !== 'built') continue;
    const { name, stage } = outcome.variant;
    const traced = traces.get(name)?.handles ?? new Map<number, string>();
    handles[name] = traced.get(stage) ?? images.get(outcome.tag)!.handle;
    stages[name] = Object.fromEntries([...traced].filter(([index]) => index !== stage));
  }
  return { handles, stages };
}
