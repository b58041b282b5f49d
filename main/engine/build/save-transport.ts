import type { ReadProgress } from '../../../shared/model/build.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { Known } from '../images/loaded-image.ts';
import { readEngineImages } from '../images/read-engine-images.ts';
import type { Store } from '../store/open-store.ts';
import { buildTarget } from './build-target.ts';
import type { LayerTransport } from './layer-transport.ts';

export interface TransportOptions {
  readonly docker: DockerEngine;
  readonly store: Store;
  readonly known: Known;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReadProgress) => void;
}

/**
 * The way that every engine knows: an image is stored and tagged, then all are saved as one archive, whole where one layer
 * of them is new.
 */
export function saveTransport({
  docker,
  store,
  known,
  signal,
  onProgress,
}: TransportOptions): LayerTransport {
  return {
    name: 'save',
    build: buildTarget,
    images: (references, platform) =>
      readEngineImages({
        docker,
        store,
        known,
        references,
        platform,
        signal,
        onProgress: ({ image, ...progress }) => {
          if (!image) onProgress(progress);
        },
      }),
    baseLayers: (request) => docker.baseLayers(request),
  };
}
