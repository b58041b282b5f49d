const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/**
 * What an archive may ask of us at most. Archives are hostile: without limits a file of a few kilobytes could take
 * all memory or run for hours. All are far above what real images hold; beyond one is the error `limit-exceeded`.
 */
export const limits = {
  /** Bytes of one PAX header. */
  paxHeader: MiB,
  /** Bytes of a path or a link's target. Linux itself takes 4,096. */
  name: 64 * KiB,
  /** Names in one path. */
  depth: 1024,
  /** Entries of one layer, and paths that they name or imply. */
  entries: 10_000_000,
  nodes: 16_000_000,
  /** Bytes of all different names of one layer, and of its link targets and extended attributes. */
  layerNames: GiB,
  layerStrings: GiB,
  /** Pieces of one sparse file. */
  sparsePieces: 1_000_000,
  /** Zeros between the pieces of a layer's sparse files that are hashed like stored ones. */
  hashedHoles: 16 * GiB,
  /** Bytes after decompression of one layer, and of a whole archive. */
  expandedLayer: 256 * GiB,
  expandedArchive: 1024 * GiB,
  /** log₂ of the window a zstd stream may ask for: 128 MiB, what `zstd -d` takes without being told otherwise. */
  zstdWindowLog: 27,
  /** Bytes of one JSON document of an archive, and of all of them. */
  json: 16 * MiB,
  allJson: 64 * MiB,
  /** Members of an archive, and entries of all its layers. */
  members: 100_000,
  allEntries: 20_000_000,
  /** Manifests and indexes below one another, and images of one archive. */
  nestedIndexes: 8,
  images: 10_000,
} as const;
