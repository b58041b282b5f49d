import type { Readable } from 'node:stream';
import type { EngineImage, EngineStatus, PullProgress } from '../../../shared/model/engine-status.ts';
import type { BaseLayers, BaseLayersRequest } from './base-layers.ts';
import type { BuildOutcome, BuildRequest, ExportOutcome, ExportRequest } from './build.ts';
import type { Endpoint } from './endpoint.ts';
import type { InspectedImage, PlatformOptions } from './images.ts';

export type { InspectedImage } from './images.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/**
 * A Docker engine that answered. Every method can be aborted (`cancelled`), throws `engine-lost` when the connection
 * breaks in the middle, and `engine-error` with the engine's words for what has no code of its own.
 */
export interface DockerEngine {
  readonly endpoint: Endpoint;
  readonly status: Extract<EngineStatus, { state: 'ready' }>;

  /** The rows of `docker images`, newest first. */
  images(options?: CallOptions): Promise<EngineImage[]>;

  /** Of the platform asked for, else of the engine's own. Throws `image-not-found` and `platform-unavailable`. */
  inspect(reference: string, options?: PlatformOptions): Promise<InspectedImage>;

  /**
   * Bytes of each layer as `docker history` has them, bottom first; undefined where they cannot be told apart. In the
   * containerd image store these are blocks on its disk, so more than the content of many small files.
   * Throws `image-not-found` and `platform-unavailable`.
   */
  layerSizes(reference: string, options?: PlatformOptions): Promise<readonly number[] | undefined>;

  /** Throws `image-not-found` (no such image, or private) or `pull-failed` (the registry cannot be reached). */
  pull(
    reference: string,
    options?: CallOptions & {
      /** `linux/arm64`. */
      readonly platform?: string;
      readonly onProgress?: (progress: PullProgress) => void;
    },
  ): Promise<void>;

  /** Builds with BuildKit; throws the errors of build-error.ts. */
  build(request: BuildRequest): Promise<BuildOutcome>;

  /** Builds with BuildKit and hands the image over, blob by blob; throws also ExporterMissing. */
  exportBuild(request: ExportRequest): Promise<ExportOutcome>;

  /**
   * One `docker save` archive of all images: a layer they share is in it once. The stream errors with `engine-lost`,
   * `engine-error` or `cancelled`, and never ends early without one. It has every platform that the engine has of them,
   * or the one asked for, which they must be there for. Throws `image-not-found`.
   */
  save(references: readonly string[], options?: PlatformOptions): Promise<Readable>;

  /** Removes a tag, and the image with its last one. Throws `image-not-found`. */
  remove(reference: string, options?: CallOptions): Promise<void>;

  /** Removes what Layerscope built, of one folder (absolute path) or of all; the tags and ids that went. */
  removeBuilt(options?: CallOptions & { readonly folder?: string }): Promise<string[]>;

  /** The layers of a base image, and the config a stage on it starts with. */
  baseLayers(request: BaseLayersRequest): Promise<BaseLayers>;
}
