import { z } from 'zod';
import { ErrorInfo } from '../api/errors.ts';
import { Difference } from './comparison-document.ts';
import { boundedList, Cause, ImageFacts, Warning } from './image-document.ts';
import { OriginKind, TraceRule } from './origin.ts';
import { PackageName } from './package-name.ts';
import { VariantKind } from './project.ts';

const MaybeBytes = z.number().int().nonnegative().nullable();

export const OriginDocument = z.object({
  kind: OriginKind,
  id: z.string(),
  name: z.string(),
  bytes: z.number().int(),
  files: z.number().int(),
  lines: z.array(
    z.object({
      stage: z.number().int(),
      line: z.number().int(),
      endLine: z.number().int(),
      bytes: z.number().int(),
      rule: TraceRule.nullable(),
    }),
  ),
});
export type OriginDocument = z.infer<typeof OriginDocument>;

/** Files that belong together, named as a person would: `Go toolchain`, `apt lists`, `Go module cache`. */
export const FileGroup = z.object({
  name: z.string(),
  /** What told it: a place that is known for it, the package that owns the files, or only the directory they share. */
  kind: z.enum(['known', 'package', 'directory']),
  /** The directory (or file) that most of it is in; null where it is all over the image. */
  path: z.string().nullable(),
  bytes: z.number().int(),
  files: z.number().int(),
});
export type FileGroup = z.infer<typeof FileGroup>;

/** What a package holds of the bytes that are being looked at. */
export const PackageBytes = PackageName.extend({ bytes: z.number().int(), files: z.number().int() });
export type PackageBytes = z.infer<typeof PackageBytes>;

/** A place in the Dockerfile; null in its stead is the base image. */
const Place = z.object({ stage: z.number().int(), line: z.number().int(), endLine: z.number().int() });

/** Content that one instruction stored and another wasted: one row for each pair of lines and cause. */
export const LineWaste = z.object({
  cause: Cause,
  bytes: z.number().int(),
  files: z.number().int(),
  /** Index of the layer that stored it, and of the one that wasted it. */
  layer: z.number().int(),
  hiddenBy: z.number().int(),
  /** The instructions of these layers; null of a base's, or where that is not known. */
  storedBy: Place.nullable(),
  wastedBy: Place.nullable(),
  /** The largest path among it. */
  path: z.string(),
  /** What to do, in a sentence; doing it saves `bytes`. Null where nothing can be done from this Dockerfile. */
  fix: z.string().nullable(),
});
export type LineWaste = z.infer<typeof LineWaste>;

/** What an instruction did, in bytes: in the image of its stage, and in the variant's. */
export const LineBytes = Place.extend({
  keyword: z.string(),
  /** Of the layer it made in its stage's image; of a FROM with an image, of the base's layers. Null: it made none. */
  added: MaybeBytes,
  /** Of these: still live at the end of its stage, and no longer. They sum to `added`. */
  live: MaybeBytes,
  wasted: MaybeBytes,
  /** Live bytes of the variant's image whose origin it is. Over all lines, with what is untraced, they sum to `live`. */
  contributed: MaybeBytes,
});
export type LineBytes = z.infer<typeof LineBytes>;

export const StageDocument = z.object({
  index: z.number().int(),
  name: z.string(),
  base: z.string(),
  built: z.boolean(),
  live: MaybeBytes,
  own: MaybeBytes,
  shared: MaybeBytes,
  reached: MaybeBytes,
  leftBehind: MaybeBytes,
  /** What was left behind, in groups that sum to it, and what of it belongs to packages. Null where it is not known. */
  leftBehindGroups: boundedList(FileGroup).nullable(),
  leftBehindPackages: boundedList(PackageBytes).nullable(),
});
export type StageDocument = z.infer<typeof StageDocument>;

export const BuildDocument = z.object({
  status: z.enum(['built', 'failed', 'cancelled']),
  durationMs: z.number(),
  steps: z.number().int(),
  cachedSteps: z.number().int(),
  transport: z.enum(['buildkit', 'save']),
  /** Bytes of layers read for this variant; a layer shared by several counts for the first. */
  bytesRead: z.number().int(),
  /** What the image is called in the engine, to be run; null where it is not there: `--load` makes it. */
  tag: z.string().nullable(),
  error: ErrorInfo.nullable(),
});

export type BuildDocument = z.infer<typeof BuildDocument>;

/** Live bytes of the variant's image on their way: ids of origins, `stage:INDEX`, and `image` at the end. */
export const Flow = z.object({ from: z.string(), to: z.string(), bytes: z.number().int() });
export type Flow = z.infer<typeof Flow>;

export const VariantDocument = z.object({
  name: z.string(),
  dockerfile: z.string(),
  context: z.string(),
  target: z.string().nullable(),
  platform: z.string().nullable(),
  buildArgs: z.record(z.string(), z.string()),
  kind: VariantKind,
  build: BuildDocument,
  image: ImageFacts.nullable(),
  /** Null where a layer or a stage is not at hand. */
  origins: z.array(OriginDocument).nullable(),
  stages: z.array(StageDocument),
  leftBehind: MaybeBytes,
  flows: z.array(Flow).nullable(),
  lines: z.array(LineBytes),
  /** By line and cause, largest first; it sums to `image.sizes.reclaimable`. */
  waste: boundedList(LineWaste).nullable(),
});
export type VariantDocument = z.infer<typeof VariantDocument>;

export const GroupDocument = z.object({
  context: z.string(),
  baseline: z.string().nullable(),
  rows: z.array(
    z.object({
      variant: z.string(),
      live: MaybeBytes,
      delta: z.number().int().nullable(),
      ratio: z.number().nullable(),
      /** What makes the difference to the baseline; null for the baseline itself and where nothing can be said. */
      difference: Difference.nullable(),
    }),
  ),
});
export type GroupDocument = z.infer<typeof GroupDocument>;

/** What `build --json` prints and what the comparison screen shows. */
export const ProjectDocument = z.object({
  schema: z.literal('layerscope/project@1'),
  folder: z.string(),
  variants: z.array(VariantDocument),
  groups: z.array(GroupDocument),
  warnings: z.array(Warning),
});
export type ProjectDocument = z.infer<typeof ProjectDocument>;
