import { z } from 'zod';
import { EntryKindName } from './entry-kinds.ts';
import { Cause } from './image-document.ts';

const Layer = z.number().int().nonnegative();
const Bytes = z.number().int().nonnegative();

/** How a path of a layer differs from the layers below it. */
export const pathChanges = ['added', 'modified', 'metadata', 'removed'] as const;
export const PathChange = z.enum(pathChanges);
export type PathChange = z.infer<typeof PathChange>;

/** Ways to order rows. The largest and newest come first, names, kinds, modes and layers from the lowest on. */
export const SortOrder = z.enum([
  'bytes',
  'name',
  'files',
  'mtime',
  'kind',
  'mode',
  'layer',
  /** Bytes below the path that are stored and no longer live. */
  'reclaimable',
]);
export type SortOrder = z.infer<typeof SortOrder>;

/**
 * What a view of an image's files is restricted to; all that is given must hold. Without `changes` and `causes` it is
 * about what is live. Directories are there for what is in them.
 */
export const FileFilter = z.object({
  /** From this layer (its content), or these, both ends included. Of what was removed: the layer that removed it. */
  layer: Layer.optional(),
  layers: z
    .object({ from: Layer, to: Layer })
    .refine(({ from, to }) => from <= to, 'the first layer is above the last')
    .optional(),
  /**
   * What the live entry was to the layers below it: `metadata` is the same content with other attributes or times.
   * `removed` is what a layer took away, also where a later one brought it back; its bytes are those that died so.
   */
  changes: z.array(PathChange).min(1).optional(),
  /** Content that is stored and no longer live, for one of these causes; with `removed` what died of the removal. */
  causes: z.array(Cause).min(1).optional(),
  /** Bytes of content, both ends included; of a hard link those of its content. */
  minBytes: Bytes.optional(),
  maxBytes: Bytes.optional(),
  kinds: z
    .array(EntryKindName.exclude(['directory']))
    .min(1)
    .optional(),
  /**
   * The whole path: `?` is one character, `*` any in one name, `**` any number of parts (at the end at least one),
   * `[a-z]`, `[!a-z]`, `{a,b}`; `\` takes the next literally. One without a slash is about names everywhere.
   */
  glob: z.string().min(1).max(1000).optional(),
  /** Default: where the glob has no upper-case letter. */
  ignoreCase: z.boolean().optional(),
  /**
   * The next four are known of images that a build here made, by a handle that BuildResult gives: of others they are
   * `invalid-input`. Content with this origin, an id as in the project document: `base:REF`, `context`, `stage:INDEX`,
   * `external:REF`, `untraced`.
   */
  origin: z.string().max(2000).optional(),
  /** What the instruction that begins at this Dockerfile line made, brought, or stored in its layer. */
  line: z.object({ stage: Layer, line: z.number().int().positive() }).optional(),
  /** What goes along this edge of the flow graph. */
  flow: z.object({ from: z.string().max(2000), to: z.string().max(2000) }).optional(),
  /** Of a stage's image: what became of it in the image of the variant that needed the stage. */
  fate: z.enum(['shared', 'reached', 'leftBehind']).optional(),
  /** Files of this package: its id, as PackageName has it. */
  package: z.string().max(2000).optional(),
});
export type FileFilter = z.infer<typeof FileFilter>;
