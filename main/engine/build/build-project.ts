import { Readable } from 'node:stream';
import type { BuildEvent } from '../../../shared/model/build.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile, Project, Variant } from '../../../shared/model/project.ts';
import type { ProjectDocument } from '../../../shared/model/project-document.ts';
import { type BaseLayers, scratch } from '../docker/base-layers.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import { withOwners } from '../report/image-facts.ts';
import { type BuiltVariant, projectDocument } from '../report/project-document.ts';
import { attributeLayers, stageChain } from '../stages/attribute-layers.ts';
import { buildVariants, openVariantContext, type VariantOutcome } from './build-variants.ts';

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
}

type Built = Extract<VariantOutcome, { status: 'built' }>;

/** Folder to document: builds the variants, reads what the cache does not know of their images, and measures them. */
export async function buildProject(request: ProjectBuildRequest): Promise<ProjectBuild> {
  const { project, settings, registry, emit, signal } = request;
  const outcomes = await buildVariants({
    docker: request.docker,
    folder: project.folder,
    dockerfiles: project.dockerfiles,
    variants: request.variants,
    settings,
    signal,
    onEvent: emit,
  });
  signal.throwIfAborted();

  const built = outcomes.filter((outcome) => outcome.status === 'built');
  emit({ type: 'state', state: 'reading' });
  for (const { variant } of built) {
    emit({ type: 'variant', variant: variant.name, status: 'reading', at: Date.now() });
  }
  // Neither needs the other, and the engine is waited for in both.
  const [bases, { images, warnings }] = await Promise.all([
    baseLayers(request, built),
    registry.openImages(
      {
        endpoint: request.docker.endpoint,
        references: built.map(({ tag }) => tag),
        platform: settings.platform,
        top: request.top,
      },
      {
        signal,
        onProgress: ({ image, ...progress }) => {
          if (!image) emit({ type: 'reading', progress });
        },
      },
    ),
  ]);
  const oddities: Warning[] = [];

  const handles: Record<string, string> = Object.create(null);
  const variants = outcomes.map((outcome): BuiltVariant => {
    const dockerfile = dockerfileOf(project.dockerfiles, outcome.variant);
    if (outcome.status !== 'built') return { outcome, dockerfile, bytesRead: 0 };
    const image = images.get(outcome.tag)!;
    handles[outcome.variant.name] = image.handle;
    oddities.push(...image.filesystem.warnings);
    const root = stageChain(dockerfile, outcome.variant.stage)[0]!;
    const base = root.base.kind === 'image' ? bases.get(root.base.reference) : scratch;
    const owners = attributeLayers(image.record.layers, dockerfile, outcome.variant.stage, base);
    emit({ type: 'variant', variant: outcome.variant.name, status: 'built', at: Date.now() });
    return {
      outcome,
      dockerfile,
      bytesRead: image.bytesRead,
      facts: withOwners(image.facts, owners),
    };
  });
  return {
    document: projectDocument(project.folder, settings, project.groups, variants, [...warnings, ...oddities]),
    handles,
  };
}

/** The diff_ids of every base the built variants stand on, by reference. */
async function baseLayers(
  { docker, project, settings, signal }: ProjectBuildRequest,
  built: readonly Built[],
): Promise<ReadonlyMap<string, BaseLayers>> {
  const standing = new Map<string, Variant>();
  for (const { variant } of built) {
    const root = stageChain(dockerfileOf(project.dockerfiles, variant), variant.stage)[0];
    if (root?.base.kind === 'image' && !standing.has(root.base.reference)) {
      standing.set(root.base.reference, variant);
    }
  }
  const asked = [...standing].map(async ([reference, variant]) => {
    const layers = await docker.baseLayers({
      reference,
      platform: settings.platform,
      buildArgs: settings.buildArgs,
      network: settings.network,
      context: () => Readable.from(contextOf(project.folder, variant, signal), { objectMode: false }),
      signal,
    });
    return [reference, layers] as const;
  });
  return new Map(await Promise.all(asked));
}

/** The variant's context, opened when it is first read. */
async function* contextOf(folder: string, variant: Variant, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { stream } = await openVariantContext(folder, variant, signal);
  yield* stream;
}

function dockerfileOf(dockerfiles: readonly Dockerfile[], variant: Variant): Dockerfile {
  return dockerfiles.find(({ path }) => path === variant.dockerfile)!;
}
