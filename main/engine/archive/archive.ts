import type { ImageConfigDocument, ImageOutline, Warning } from '../../../shared/model/image-document.ts';
import type { HashSeed } from './content-hash.ts';
import type { LayerIndex } from './layer-index.ts';

/** What an archive, or the stream of an engine, holds. */
export interface Archive {
  /** In the order of the archive's manifest; never empty. */
  readonly images: readonly ArchiveImage[];
  /** The images' own warnings and the archive's. */
  readonly warnings: readonly Warning[];
  /** Bytes of the source that were read. */
  readonly bytesRead: number;
}

export interface ArchiveImage {
  /** `sha256:…` of the config. */
  readonly id: string;
  /** `sha256:…` of the OCI manifest, where there is one. */
  readonly manifestDigest?: string;
  /** As people write them: `debian:bookworm`. */
  readonly names: readonly string[];
  /** `linux/amd64`, `linux/arm64/v8`. */
  readonly platform: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly config: ImageConfigDocument;
  /** Bottom first. */
  readonly layers: readonly ArchiveLayer[];
  readonly warnings: readonly Warning[];
}

export interface ArchiveLayer {
  readonly diffId: string;
  /** Where its blob is: a path inside the archive or folder. */
  readonly path: string;
  /** The history's line, where the config has one for this layer. */
  readonly createdBy?: string;
  /** Undefined where the archive does not hold the layer. */
  readonly index?: LayerIndex;
  /** Whether the bytes were held against the diff_id: only such layers of a file may enter the cache. */
  readonly verified: boolean;
  readonly tarBytes?: number;
  /** Bytes of the stored blob, where it is compressed. */
  readonly compressedBytes?: number;
}

export interface ReadOptions {
  /** Hold every blob against its digest and every layer against its diff_id. */
  readonly verify: boolean;
  /** Only images of this platform are read, where there are some: `linux/amd64`. */
  readonly platform?: string;
  /** Only one image is read, as selectImage chooses it; what is wrong with another does not matter then. */
  readonly one?: boolean;
  /** Its name, digest or number from 0. */
  readonly image?: string;
  /** Layers that need not be read again. */
  readonly known?: (diffId: string) => LayerIndex | undefined;
  /** Keys the content hashes; indexes that are to be compared need the same one (see HashSeed). */
  readonly hashSeed?: HashSeed;
  /** Called once it is known what the image is made of: before its layers are read, where they lie in files. */
  readonly onImage?: (image: ImageOutline) => void;
  /** Bytes read so far, and how many there are where that is known. */
  readonly onProgress?: (bytesRead: number, total?: number) => void;
  readonly signal?: AbortSignal;
}
