import type { Handlers } from '../../shared/api/contract.ts';

export interface EngineOptions {
  /** What `--version` prints. */
  readonly version: string;
  /** Overrides DOCKER_HOST. */
  readonly dockerHost?: string;
  /** Name of a docker context; overrides DOCKER_HOST and the current context. */
  readonly dockerContext?: string;
  /** False: neither read nor write the layer cache. */
  readonly cacheStore?: boolean;
  /** Folder of the cache database; default: the user's cache folder. */
  readonly cacheFolder?: string;
  /** Folder, archive or image the app was started with. */
  readonly open?: string;
  /** What the archive path `-` reads; only the terminal has one. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

export interface Engine {
  readonly handlers: Handlers;
  /** Cancels what is running and closes the cache. */
  close(): Promise<void>;
}

export declare function createEngine(options: EngineOptions): Engine;
