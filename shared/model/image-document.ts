import { z } from 'zod';

/** Bytes; `null` where the value is not known or not computed, never 0 in its stead. */
const Bytes = z.number().int().nonnegative();
const MaybeBytes = Bytes.nullable();

/** A list bounded by `--top`: the totals count what was cut. */
export function boundedList<T extends z.ZodType>(item: T) {
  return z.object({ total: z.number().int(), totalBytes: z.number().int(), items: z.array(item) });
}

export const causes = ['overwritten', 'copiedUp', 'deleted', 'shadowed', 'repeated'] as const;
export const Cause = z.enum(causes);
export type Cause = z.infer<typeof Cause>;

export const ImageSizes = z.object({
  stored: MaybeBytes,
  live: MaybeBytes,
  reclaimable: MaybeBytes,
  duplicates: MaybeBytes,
  tar: MaybeBytes,
  compressed: MaybeBytes,
  /** What the engine itself reports as SIZE. */
  engine: MaybeBytes,
});
export type ImageSizes = z.infer<typeof ImageSizes>;

export const LayerDocument = z.object({
  index: z.number().int(),
  diffId: z.string(),
  createdBy: z.string().nullable(),
  /** Whether the layer is the base image's; null where it cannot be told. */
  base: z.boolean().nullable(),
  stored: MaybeBytes,
  live: MaybeBytes,
  reclaimable: MaybeBytes,
  tar: MaybeBytes,
  compressed: MaybeBytes,
  /** Paths that are no directories. */
  added: z.number().int().nullable(),
  modified: z.number().int().nullable(),
  removed: z.number().int().nullable(),
  /** The stage (index) and Dockerfile lines that made it; known after a build here. */
  stage: z.number().int().nullable(),
  line: z.number().int().nullable(),
  endLine: z.number().int().nullable(),
});
export type LayerDocument = z.infer<typeof LayerDocument>;

export const WasteItem = z.object({
  path: z.string(),
  pathBase64: z.string().optional(),
  bytes: Bytes,
  cause: Cause,
  layer: z.number().int(),
  hiddenBy: z.number().int(),
});
export type WasteItem = z.infer<typeof WasteItem>;

export const DuplicateItem = z.object({
  bytes: Bytes,
  copies: z.number().int(),
  paths: z.array(z.string()),
  /** Where a path is no UTF-8: the exact bytes of each that is none, null beside the others. */
  pathsBase64: z.array(z.string().nullable()).optional(),
});
export type DuplicateItem = z.infer<typeof DuplicateItem>;

export const ImageConfigDocument = z.object({
  user: z.string(),
  entrypoint: z.array(z.string()),
  cmd: z.array(z.string()),
  env: z.array(z.string()),
  workingDir: z.string(),
  labels: z.record(z.string(), z.string()),
});
export type ImageConfigDocument = z.infer<typeof ImageConfigDocument>;

/** One image, as `analyze --json` and `build --json` show it. */
export const ImageFacts = z.object({
  name: z.string(),
  id: z.string(),
  platform: z.string(),
  created: z.string().nullable(),
  sizes: ImageSizes,
  efficiency: z.number().nullable(),
  reclaimableByCause: z.record(Cause, Bytes).nullable(),
  /** Live names of regular files, each hard link counted. */
  files: z.number().int().nullable(),
  layers: z.array(LayerDocument),
  config: ImageConfigDocument,
  waste: boundedList(WasteItem).nullable(),
  duplicates: boundedList(DuplicateItem).nullable(),
});
export type ImageFacts = z.infer<typeof ImageFacts>;

export const Warning = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof Warning>;

export const ImageDocument = z.object({
  schema: z.literal('layerscope/image@1'),
  image: ImageFacts,
  warnings: z.array(Warning),
});
export type ImageDocument = z.infer<typeof ImageDocument>;

/** What is known of an image before its layers are read. */
export const ImageOutline = z.object({
  /** As people write them: `debian:bookworm`. */
  names: z.array(z.string()),
  /** `linux/amd64` or `linux/arm64/v8`. */
  platform: z.string(),
  /** Bottom first. */
  layers: z.array(
    z.object({
      diffId: z.string(),
      createdBy: z.string().optional(),
      /** Bytes as the archive stores the layer, or as the engine counts it, where either is known. */
      blobBytes: z.number().optional(),
    }),
  ),
});
export type ImageOutline = z.infer<typeof ImageOutline>;
