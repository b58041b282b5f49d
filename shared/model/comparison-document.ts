import { z } from 'zod';
import { FileFilter } from './file-filter.ts';
import { boundedList, ImageSizes, Warning } from './image-document.ts';
import { Ecosystem } from './package-name.ts';

export const changeKinds = ['added', 'removed', 'changed', 'metadata', 'moved'] as const;
export const ChangeKind = z.enum(changeKinds);
export type ChangeKind = z.infer<typeof ChangeKind>;

export const ComparedImage = z.object({
  name: z.string(),
  id: z.string(),
  sizes: ImageSizes,
  files: z.number().int().nullable(),
});

export const ChangeTotal = z.object({ files: z.number().int(), bytes: z.number().int() });
export type ChangeTotal = z.infer<typeof ChangeTotal>;

/** `bytes` is Σ right − Σ left; of `same` it is the bytes in common. */
export const ChangeTotals = z.object({
  added: ChangeTotal,
  removed: ChangeTotal,
  changed: ChangeTotal,
  metadata: ChangeTotal,
  moved: ChangeTotal,
  same: ChangeTotal,
});
export type ChangeTotals = z.infer<typeof ChangeTotals>;

export const ChangeRow = z.object({
  path: z.string(),
  pathBase64: z.string().optional(),
  kind: ChangeKind,
  /** Where it was on the left, of a moved file. */
  from: z.string().optional(),
  fromBase64: z.string().optional(),
  /** Bytes this path carries on either side; null where it is not there. */
  left: z.number().int().nullable(),
  right: z.number().int().nullable(),
});
export type ChangeRow = z.infer<typeof ChangeRow>;

/** A sentence whose sizes can be shown in either unit: text, bytes, text … */
export const Sentence = z.array(z.union([z.string(), z.object({ bytes: z.number().int().nonnegative() })]));
export type Sentence = z.infer<typeof Sentence>;

/** One reason for a difference, or for there being little of one. */
export const Reason = z.object({
  /** `The Go toolchain of golang:1.22, 412 MB, stays behind in builder`. */
  sentence: Sentence,
  bytes: z.number().int().nonnegative(),
  /** Whether it makes the right image smaller, larger, or is in both. */
  effect: z.enum(['smaller', 'larger', 'same']),
  /** A directory or file to look at. */
  path: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

/** What a person should know first: a line, and at most three reasons, the largest first. */
export const Difference = z.object({ verdict: Sentence, reasons: z.array(Reason).max(3) });
export type Difference = z.infer<typeof Difference>;

/** A directory on both sides with all below it; null where it is not there. */
export const DirectoryChange = z.object({
  path: z.string(),
  left: z.number().int().nullable(),
  right: z.number().int().nullable(),
});
export type DirectoryChange = z.infer<typeof DirectoryChange>;

const PackageSide = z.object({
  version: z.string().nullable(),
  bytes: z.number().int(),
  files: z.number().int(),
});

/** A row of the tree of changes; a directory's sums are of the selected changes at and below it. */
export const TreeChange = z.object({
  name: z.string(),
  path: z.string(),
  pathBase64: z.string().optional(),
  /** Of what is no directory on either side: its change. Of a directory: how many changes are below. */
  kind: z.enum([...changeKinds, 'same', 'directory']),
  changes: z.number().int(),
  /** Where it was on the left, of a moved file. */
  from: z.string().optional(),
  /** Bytes of the selected changes on either side; null where it is not there. */
  left: z.number().int().nullable(),
  right: z.number().int().nullable(),
});
export type TreeChange = z.infer<typeof TreeChange>;

/** The filter of one of two images; `nothing`: none of it passes. */
export const SideFilter = z.union([FileFilter, z.literal('nothing')]);
export type SideFilter = z.infer<typeof SideFilter>;

export const TreeChangePage = z.object({
  /** Of everything that passes the filters, in the whole images. */
  totals: ChangeTotals,
  /** The directory itself. */
  directory: TreeChange,
  total: z.number().int(),
  rows: z.array(TreeChange),
});
export type TreeChangePage = z.infer<typeof TreeChangePage>;

/** A package that the images do not have alike. */
export const PackageChange = z.object({
  ecosystem: Ecosystem,
  name: z.string(),
  kind: z.enum(['added', 'removed', 'changed']),
  left: PackageSide.nullable(),
  right: PackageSide.nullable(),
});
export type PackageChange = z.infer<typeof PackageChange>;

/** Layers by diff_id: those in both cost nothing to pull for who has the other image. Bytes of content stored. */
export const LayerComparison = z.object({
  shared: z.object({ layers: z.number().int(), bytes: z.number().int().nullable() }),
  left: z.object({ layers: z.number().int(), bytes: z.number().int().nullable() }),
  right: z.object({ layers: z.number().int(), bytes: z.number().int().nullable() }),
});
export type LayerComparison = z.infer<typeof LayerComparison>;

/** A setting of the images that differs: `USER`, `ENV PATH`, `LABEL maintainer`; null where it is not set. */
export const ConfigChange = z.object({
  setting: z.string(),
  left: z.string().nullable(),
  right: z.string().nullable(),
});
export type ConfigChange = z.infer<typeof ConfigChange>;

export const ComparisonDocument = z.object({
  schema: z.literal('layerscope/comparison@1'),
  left: ComparedImage,
  right: ComparedImage,
  delta: z.object({
    live: z.number().int().nullable(),
    stored: z.number().int().nullable(),
    ratio: z.number().nullable(),
  }),
  totals: ChangeTotals.nullable(),
  changes: boundedList(ChangeRow).nullable(),
  difference: Difference.nullable(),
  /** Directories whose bytes differ, only the deepest that says where: one with a single child that differs is left out. */
  directories: boundedList(DirectoryChange).nullable(),
  packages: boundedList(PackageChange).nullable(),
  layers: LayerComparison,
  config: z.array(ConfigChange),
  warnings: z.array(Warning),
});
export type ComparisonDocument = z.infer<typeof ComparisonDocument>;
