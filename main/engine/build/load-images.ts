import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { BuildStep } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { ImageRecord } from '../images/image-record.ts';
import { settingsFor } from '../project/settings-for.ts';
import { buildTarget } from './build-target.ts';

export interface LoadRequest {
  readonly docker: DockerEngine;
  readonly project: Pick<Project, 'folder' | 'dockerfiles'>;
  readonly variants: readonly Variant[];
  readonly settings: BuildSettings;
  /** By variant, the image that is wanted, where it must be just that one. */
  readonly wanted: ReadonlyMap<string, ImageRecord>;
  /** The store's. */
  readonly hashSeed: HashSeed;
  readonly signal: AbortSignal;
  readonly onStep: (variant: string, step: BuildStep) => void;
}

export interface LoadedTag {
  readonly variant: string;
  readonly tag: string;
}

/**
 * Makes the images of variants in the engine, tagged as `imageTag` says: layers that came straight from BuildKit are in
 * no image there. The steps are in BuildKit's cache; what takes its time is packing the layers. Throws what a build throws,
 * and `source-changed` where another image comes of it than the one that is wanted; its tag goes again.
 */
export async function loadImages(request: LoadRequest): Promise<LoadedTag[]> {
  const { docker, project, signal, onStep } = request;
  const loaded: LoadedTag[] = [];
  for (const variant of request.variants) {
    const dockerfile = dockerfileOf(project, variant);
    // Anything but its cache would make another image than the one that was looked at.
    const wanted = request.wanted.get(variant.name);
    const given =
      wanted?.source?.kind === 'build' ? wanted.source.settings : settingsFor(dockerfile, request.settings);
    const settings = { ...given, noCache: false, pull: false };
    const { tag } = await buildTarget({
      docker,
      folder: project.folder,
      dockerfile,
      stage: variant.stage,
      name: variant.name,
      settings,
      isFirst: false,
      hashSeed: request.hashSeed,
      signal,
      onEvent: (event) => {
        if (event.type === 'step') onStep(variant.name, event.step);
      },
    });
    if (wanted) await requireSame(docker, tag, wanted, signal);
    loaded.push({ variant: variant.name, tag });
  }
  return loaded;
}

async function requireSame(
  docker: DockerEngine,
  tag: string,
  { layers, name }: ImageRecord,
  signal: AbortSignal,
): Promise<void> {
  const { diffIds } = await docker.inspect(tag, { signal });
  if (diffIds.length === layers.length && layers.every(({ diffId }, at) => diffId === diffIds[at])) return;
  await docker.remove(tag);
  throw new LayerscopeError({
    code: 'source-changed',
    message: `The project has changed since ${name} was built: another image would come of it now`,
    hint: 'Build it again, and make the image then',
  });
}
