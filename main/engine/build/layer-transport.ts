import type { Transport } from '../../../shared/model/build.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BaseLayers, BaseLayersRequest } from '../docker/base-layers.ts';
import type { ReadImage } from '../images/read-engine-images.ts';
import type { BuiltTarget, TargetRequest } from './build-target.ts';

/** Builds targets, and brings the layers of their images but for those that are known. For one run of builds. */
export interface LayerTransport {
  readonly name: Transport;
  /** Builds one stage of a Dockerfile. Throws what a build throws. */
  build(request: TargetRequest): Promise<BuiltTarget>;
  /**
   * Images that were built, by their tags, for one platform; a layer that several share counts for the first. Throws what
   * reading them throws.
   */
  images(
    tags: readonly string[],
    platform: string | undefined,
  ): Promise<{ readonly images: ReadonlyMap<string, ReadImage>; readonly warnings: readonly Warning[] }>;
  /** What a stage stands on. Throws what building `FROM REF` throws. */
  baseLayers(request: BaseLayersRequest): Promise<BaseLayers>;
}
