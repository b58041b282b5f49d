import type { BuildEvent } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import type { ProjectDocument } from '../../../shared/model/project-document.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import type { LoadedImage } from '../images/loaded-image.ts';
import type { TracedVariant } from '../images/traced-images.ts';
import { type BuiltVariant, projectDocument } from '../report/project-document.ts';
import { buildVariants, type VariantBuilds } from './build-variants.ts';
import { explainDifferences } from './explain-differences.ts';
import { stageBases } from './stage-bases.ts';
import { traceVariants } from './trace-variants.ts';

export interface ProjectBuildRequest {
  readonly docker: DockerEngine;
  readonly registry: ImageRegistry;
  /** Of the registry's layers. */
  readonly hashSeed: HashSeed;
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
type Images = ReadonlyMap<string, LoadedImage & { readonly bytesRead: number }>;

/** Folder to document: builds the variants, reads what the cache does not know of their images, traces and measures them. */
export async function buildProject(request: ProjectBuildRequest): Promise<ProjectBuild> {
  const { project, settings, emit, signal } = request;
  const builds = await buildVariants({
    docker: request.docker,
    folder: project.folder,
    dockerfiles: project.dockerfiles,
    variants: request.variants,
    settings,
    hashSeed: request.hashSeed,
    signal,
    onEvent: emit,
  });
  signal.throwIfAborted();

  emit({ type: 'state', state: 'reading' });
  const built = builds.outcomes.filter(({ status }) => status === 'built').map(({ variant }) => variant);
  for (const { name } of built) emit({ type: 'variant', variant: name, status: 'reading', at: Date.now() });
  const { dockerfiles } = builds;
  // Neither needs the other, and the engine is waited for in both.
  const [bases, { images, warnings }] = await Promise.all([
    stageBases({ docker: request.docker, folder: project.folder, dockerfiles, signal }),
    readImages(request, builds),
  ]);
  const traces = await traceVariants({ ...request, builds, images, bases });

  const variants = builds.outcomes.map((outcome): BuiltVariant => {
    const dockerfile = dockerfileOf(project, outcome.variant);
    const { tags } = dockerfiles.find((each) => each.dockerfile === dockerfile)!;
    const image = outcome.status === 'built' ? images.get(outcome.tag) : undefined;
    if (!image) return { outcome, dockerfile, bytesRead: 0 };
    const stages = new Map(
      outcome.variant.needs.flatMap((stage) => {
        const image = images.get(tags.get(stage) ?? '');
        return image ? [[stage, image.facts] as const] : [];
      }),
    );
    const trace = traces.of.get(outcome.variant.name);
    return { outcome, dockerfile, bytesRead: image.bytesRead, facts: image.facts, stages, trace };
  });
  const oddities = new Set([...images.values()].flatMap(({ filesystem }) => filesystem.warnings));
  const document = projectDocument(project.folder, settings, project.groups, variants, [
    ...(project.warnings ?? []),
    ...builds.warnings,
    ...bases.warnings,
    ...traces.warnings,
    ...warnings,
    ...oddities,
  ]);
  const { handles, stages } = handlesOf(builds, images, traces.of);
  const { registry, top } = request;
  const explained = await explainDifferences(document, { registry, handles, top, signal });
  for (const { name } of built) emit({ type: 'variant', variant: name, status: 'built', at: Date.now() });
  return { document: explained, handles, stages };
}

/**
 * All images of a platform in one request: what they share is read once. Those of variants come first, so that it counts
 * for them.
 */
async function readImages(
  { docker, registry, top, signal, emit }: ProjectBuildRequest,
  { outcomes, dockerfiles }: VariantBuilds,
): Promise<{ readonly images: Images; readonly warnings: readonly Warning[] }> {
  const ofVariants = outcomes.flatMap((outcome) => (outcome.status === 'built' ? [outcome.tag] : []));
  const requests = [...Map.groupBy(dockerfiles, ({ settings }) => settings.platform)];
  const read = await Promise.all(
    requests.map(([platform, builds]) => {
      const tags = new Set(builds.flatMap(({ tags }) => [...tags.values()]));
      const references = [...new Set([...ofVariants.filter((tag) => tags.has(tag)), ...tags])];
      return registry.openImages(
        { endpoint: docker.endpoint, references, platform, top },
        {
          signal,
          onProgress: ({ image, ...progress }) => {
            if (!image) emit({ type: 'reading', progress });
          },
        },
      );
    }),
  );
  return {
    images: new Map(read.flatMap(({ images }) => [...images])),
    warnings: read.flatMap(({ warnings }) => warnings),
  };
}

function handlesOf(
  { outcomes }: VariantBuilds,
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
