import { z } from 'zod';
import { EntryKindName } from './entry-kinds.ts';
import { PathChange } from './file-filter.ts';
import { Cause } from './image-document.ts';
import { FileOrigin } from './origin.ts';
import { PackageName } from './package-name.ts';

export { EntryKindName, entryKinds } from './entry-kinds.ts';

/**
 * A tile of a treemap. The bytes of a directory are exactly the sum of its children's; what is too small for a
 * tile of its own is in one `more` tile beside its siblings, so areas always sum to `live`.
 */
export interface TreemapTile {
  /** The last part, or several (`apt/lists`) where single-child directories are drawn as one. */
  readonly name: string;
  /** Absolute path in the image; of a `more` tile its directory's. */
  readonly path: string;
  readonly kind: 'directory' | 'file' | 'more';
  readonly bytes: number;
  /** Files that carry these bytes. */
  readonly files: number;
  /** Index of the layer that most of these bytes are from. */
  readonly layer: number;
  /** Id of the origin that most of these bytes have, where origins are known. */
  readonly origin?: string;
  readonly children?: readonly TreemapTile[];
}

export const TreemapTile: z.ZodType<TreemapTile> = z.lazy(() =>
  z.object({
    name: z.string(),
    path: z.string(),
    kind: z.enum(['directory', 'file', 'more']),
    bytes: z.number().int().nonnegative(),
    files: z.number().int().nonnegative(),
    layer: z.number().int(),
    origin: z.string().optional(),
    children: z.array(TreemapTile).optional(),
  }),
);

/** One row of a directory listing of the merged filesystem. */
export const FileRow = z.object({
  name: z.string(),
  path: z.string(),
  kind: EntryKindName,
  /** Bytes this path carries: of a directory its subtree's, of a hard link's other names 0. */
  bytes: z.number().int().nonnegative(),
  /** Live names of regular files below, itself included. */
  files: z.number().int().nonnegative(),
  /** Index of the layer whose entry is live here; undefined for a directory that was only implied. */
  layer: z.number().int().optional(),
  /** Permission bits. */
  mode: z.number().int(),
  uid: z.number().int(),
  gid: z.number().int(),
  /** ms since the epoch. */
  mtime: z.number(),
  /** Of a symbolic link. */
  target: z.string().optional(),
  /** Of a hard link's other names: the name that carries the bytes. */
  sameAs: z.string().optional(),
  hasChildren: z.boolean(),
  /** The exact bytes of the path, only where it is no UTF-8 and `path` had to replace some. */
  pathBase64: z.string().optional(),
  /** Of what is live and no directory: how its entry differs from the layers below it. */
  change: PathChange.optional(),
  /** Bytes stored at this path and below that are no longer live, where they were asked for. */
  reclaimable: z.number().int().nonnegative().optional(),
  /** No longer in the image, or only again; `layer` is then the layer that stored it. */
  gone: z.literal(true).optional(),
  /** Where its content is from, where that is known; of a directory nothing is said. */
  origin: FileOrigin.optional(),
  /** Of a file: the package that it belongs to. */
  package: PackageName.optional(),
  /** Of what is gone: the layer that took it away, and why its content is wasted, where this path's going did that. */
  hiddenBy: z.number().int().optional(),
  cause: Cause.optional(),
});
export type FileRow = z.infer<typeof FileRow>;

export const FilePage = z.object({
  /** The directory itself, with the sums of what the filter lets through. */
  directory: FileRow,
  total: z.number().int(),
  rows: z.array(FileRow),
});
export type FilePage = z.infer<typeof FilePage>;

/** A page of what is found anywhere in an image. */
export const SearchPage = z.object({
  /** Paths found. */
  total: z.number().int().nonnegative(),
  /** Of what is found and all below it, each byte and each file once. */
  bytes: z.number().int().nonnegative(),
  files: z.number().int().nonnegative(),
  rows: z.array(FileRow),
});
export type SearchPage = z.infer<typeof SearchPage>;

/**
 * What a layer did to a path. `content`: other content, link target or device; `metadata`: only attributes or times;
 * `same`: nothing new; `replaced`: by another kind of entry; `implied`: a directory that only entries below it tell
 * of; `repeated`: a file that a later entry of the same layer replaces.
 */
export const FileEventKind = z.enum([
  'added',
  'content',
  'metadata',
  'same',
  'replaced',
  'deleted',
  'implied',
  'repeated',
]);
export type FileEventKind = z.infer<typeof FileEventKind>;

export const FileEvent = z.object({
  layer: z.number().int(),
  event: FileEventKind,
  /** Of `deleted`: a whiteout of the path, an opaque directory above it, or what became of a parent. */
  by: z.enum(['whiteout', 'opaque', 'parent']).optional(),
  /** What it is after the layer; these are missing of `deleted`, attributes of `implied` too. */
  kind: EntryKindName.optional(),
  /** Bytes of a file's content. */
  size: z.number().int().nonnegative().optional(),
  mode: z.number().int().optional(),
  uid: z.number().int().optional(),
  gid: z.number().int().optional(),
  mtime: z.number().optional(),
  target: z.string().optional(),
  /** Of a hard link: the path it was made another name of. */
  sameAs: z.string().optional(),
  /** Whether the image still has this content, under whichever name; undefined of directories. */
  live: z.boolean().optional(),
  /** Of content that is no longer live: the layer that took its last name, and why its bytes are wasted. */
  hiddenBy: z.number().int().optional(),
  cause: Cause.optional(),
});
export type FileEvent = z.infer<typeof FileEvent>;

export const FileHistory = z.object({
  path: z.string(),
  pathBase64: z.string().optional(),
  events: z.array(FileEvent),
});
export type FileHistory = z.infer<typeof FileHistory>;

/** The beginning of a file's content. */
export const FileContent = z.object({
  kind: EntryKindName,
  /** Bytes of the whole content. */
  size: z.number().int().nonnegative(),
  /** Of a symbolic link, which has no content. */
  target: z.string().optional(),
  /** Of a regular file: its first bytes, and whether they are text (UTF-8 without control characters but white space). */
  base64: z.string().optional(),
  text: z.boolean().optional(),
  /** Whether there is more. */
  truncated: z.boolean(),
});
export type FileContent = z.infer<typeof FileContent>;
