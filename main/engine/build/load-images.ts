import type { BuildStep } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { settingsFor } from '../project/settings-for.ts';
import { buildTarget } from './build-target.ts';

export interface LoadRequest {
  readonly docker: DockerEngine;
  readonly project: Pick<Project, 'folder' | 'dockerfiles'>;
  readonly variants: readonly Variant[];
  readonly settings: BuildSettings;
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
 * no image there. The steps are in BuildKit's cache; what takes its time is packing the layers. Throws what a build throws.
 */
export async function loadImages(request: LoadRequest): Promise<LoadedTag[]> {
  const { docker, project, signal, onStep } = request;
  const loaded: LoadedTag[] = [];
  for (const variant of request.variants) {
    const dockerfile = dockerfileOf(project, variant);
    // Anything but its cache would make another image than the one that was looked at.
    const settings = { ...settingsFor(dockerfile, request.settings), noCache: false, pull: false };
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
    loaded.push({ variant: variant.name, tag });
  }
  return loaded;
}
