import type { PackageName } from '../../../shared/model/package-name.ts';

export interface Package extends PackageName {
  /** Absolute path of its record, or of the directory or file that it is. */
  readonly path: string;
  /** Whether it is there for development only, where its manager records that. */
  readonly development: boolean;
}

/** Packages as threads hand them on: of many there is hardly an object to copy. */
export interface PackedPackages {
  /** JSON of `list`. */
  readonly list: Uint8Array;
  readonly ofNode: Int32Array;
}

/** The packages of an image, and which of them each of its files belongs to. */
export interface Packages {
  readonly list: readonly Package[];
  /** Of each node of the filesystem's tree: an index into `list`, or −1. A file belongs to at most one package. */
  readonly ofNode: Int32Array;
}
