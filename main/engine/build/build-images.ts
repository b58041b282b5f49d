import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { BuildEvent, Transport } from '../../../shared/model/build.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import type { BaseLayers } from '../docker/base-layers.ts';
import { ExporterMissing } from '../docker/build.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { Known } from '../images/loaded-image.ts';
import type { ReadImage } from '../images/read-engine-images.ts';
import type { Store } from '../store/open-store.ts';
import { buildVariants, type VariantBuilds } from './build-variants.ts';
import { buildkitTransport } from './buildkit-transport.ts';
import type { LayerTransport } from './layer-transport.ts';
import { saveTransport } from './save-transport.ts';
import { stageBases } from './stage-bases.ts';

export { fingerprintOf } from './fingerprint.ts';

export interface ImagesRequest {
  readonly docker: DockerEngine;
  readonly store: Store;
  readonly known: Known;
  readonly project: Pick<Project, 'folder' | 'dockerfiles'>;
  readonly variants: readonly Variant[];
  readonly settings: BuildSettings;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/** What a run of builds came to, before any of it is merged, traced or measured. */
export interface BuiltImages extends VariantBuilds {
  readonly transport: Transport;
  /** By tag, of variants and of the stages they need. */
  readonly images: ReadonlyMap<string, ReadImage>;
  /** By tag: bytes of layers that were read for it. */
  readonly bytesRead: ReadonlyMap<string, number>;
  /** For each of `dockerfiles`, by the index of the stage that is on the base. */
  readonly bases: readonly ReadonlyMap<number, BaseLayers>[];
}

/**
 * Builds variants and brings the layers of their images: the way that the settings ask for, else the fastest the engine
 * has. Throws `cancelled`, `engine-lost`, `builder-unsupported`, and what reading an image throws.
 */
export async function buildImages(request: ImagesRequest): Promise<BuiltImages> {
  const { docker, settings } = request;
  const wanted = settings.transport ?? (docker.status.imageStore === 'containerd' ? 'buildkit' : 'save');
  if (wanted === 'save') return buildBy(saveTransport(transportOptions(request)), request);
  try {
    return await buildBy(buildkitTransport(transportOptions(request)), request);
  } catch (error) {
    if (!(error instanceof ExporterMissing)) throw error;
    if (settings.transport === 'buildkit') throw unsupported(docker, error);
    return buildBy(saveTransport(transportOptions(request)), request);
  }
}

function transportOptions({ docker, store, known, signal, emit }: ImagesRequest) {
  const onProgress = (progress: Extract<BuildEvent, { type: 'reading' }>['progress']) =>
    emit({ type: 'reading', progress });
  return { docker, store, known, signal, onProgress };
}

async function buildBy(transport: LayerTransport, request: ImagesRequest): Promise<BuiltImages> {
  const { docker, store, project, variants, settings, signal, emit } = request;
  const { folder, dockerfiles } = project;
  const { hashSeed } = store;
  const builds = await buildVariants({
    docker,
    transport,
    folder,
    dockerfiles,
    variants,
    settings,
    hashSeed,
    signal,
    onEvent: emit,
  });
  signal.throwIfAborted();

  emit({ type: 'state', state: 'reading' });
  for (const { status, variant } of builds.outcomes) {
    if (status === 'built')
      emit({ type: 'variant', variant: variant.name, status: 'reading', at: Date.now() });
  }
  // Neither needs the other, and the engine is waited for in both.
  const [bases, read] = await Promise.all([
    stageBases({ transport, folder, dockerfiles: builds.dockerfiles, signal }),
    readImages(transport, builds),
  ]);
  return {
    ...builds,
    transport: transport.name,
    images: read.images,
    bytesRead: new Map([...read.images].map(([tag, { bytesRead }]) => [tag, bytesRead])),
    bases: builds.dockerfiles.map(({ dockerfile }) => bases.of.get(dockerfile)!),
    warnings: [...builds.warnings, ...bases.warnings, ...read.warnings],
  };
}

/** The images of a platform together: what they share is read once. Those of variants come first, so that it counts for them. */
async function readImages(
  transport: LayerTransport,
  { outcomes, dockerfiles }: VariantBuilds,
): Promise<{ readonly images: ReadonlyMap<string, ReadImage>; readonly warnings: readonly Warning[] }> {
  const ofVariants = outcomes.flatMap((outcome) => (outcome.status === 'built' ? [outcome.tag] : []));
  const platforms = [...Map.groupBy(dockerfiles, ({ settings }) => settings.platform)];
  const read = await Promise.all(
    platforms.map(([platform, builds]) => {
      const tags = new Set(builds.flatMap(({ tags }) => [...tags.values()]));
      return transport.images(
        [...new Set([...ofVariants.filter((tag) => tags.has(tag)), ...tags])],
        platform,
      );
    }),
  );
  return {
    images: new Map(read.flatMap(({ images }) => [...images])),
    warnings: read.flatMap(({ warnings }) => warnings),
  };
}

function unsupported(docker: DockerEngine, cause: ExporterMissing): LayerscopeError {
  return new LayerscopeError(
    {
      code: 'builder-unsupported',
      message: `The engine ${docker.status.version} cannot hand layers over: its images are not in containerd's store`,
      hint: 'Leave the transport to Layerscope, which then uses docker save, or switch the containerd image store on',
    },
    { cause },
  );
}
