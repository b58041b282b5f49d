import { z } from 'zod';
import { BuildEvent, BuildResult, BuildState, BuildStep, ReadProgress } from '../model/build.ts';
import {
  ChangeKind,
  ChangeRow,
  ChangeTotals,
  ComparisonDocument,
  SideFilter,
  TreeChangePage,
} from '../model/comparison-document.ts';
import { EngineImage, EngineStatus, PullProgress } from '../model/engine-status.ts';
import { FileFilter, SortOrder } from '../model/file-filter.ts';
import { FileContent, FileHistory, FilePage, FileRow, SearchPage, TreemapTile } from '../model/files.ts';
import { ImageDocument, ImageOutline } from '../model/image-document.ts';
import { BuildSettings, Project } from '../model/project.ts';
import { WatchSnapshot } from '../model/watch.ts';

/**
 * What a window, a terminal or a test may ask of the engine. A method takes `input`, may report `event`s while it
 * runs, and ends with `result` or a LayerscopeError. Every method can be aborted.
 */
export interface Method {
  readonly input: z.ZodType;
  readonly result: z.ZodType;
  readonly event: z.ZodType;
}

function method<I extends z.ZodType, R extends z.ZodType, E extends z.ZodType = z.ZodNever>(
  input: I,
  result: R,
  event?: E,
): { readonly input: I; readonly result: R; readonly event: E } {
  return { input, result, event: event ?? (z.never() as unknown as E) };
}

const Nothing = z.object({});
const Path = z.string().min(1).max(8192);
const Handle = z.string().min(1).max(200);
/** Absolute path inside an image. */
const ImagePath = z.string().max(65_536);

/** A page of rows and their order. */
const Page = {
  sort: SortOrder.optional(),
  /** The other way round; ties stay in byte order of names or paths. */
  reverse: z.boolean().optional(),
  offset: z.number().int().nonnegative(),
  limit: z.number().int().min(1).max(1000),
};

/** What a comparison is restricted to: paths of which one side at least passes the filter of its image. */
const SideFilters = { leftFilter: SideFilter.optional(), rightFilter: SideFilter.optional() };

/** Where an image is: in the engine, or an archive or OCI folder on the host. */
export const ImageSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('engine'), reference: Path }),
  z.object({
    kind: z.literal('archive'),
    path: Path,
    /** Tag or index (from 0) where the archive holds several. */
    image: z.string().optional(),
    verify: z.boolean().optional(),
  }),
]);
export type ImageSource = z.infer<typeof ImageSource>;

export { FileFilter, SortOrder };

export const RecentProject = z.object({
  folder: z.string(),
  name: z.string(),
  openedAt: z.number(),
  /** Live bytes of baseline and best variant of the last build, where there was one. */
  last: z
    .object({ builtAt: z.number(), baseline: z.number().optional(), smallest: z.number().optional() })
    .optional(),
});
export type RecentProject = z.infer<typeof RecentProject>;

export const PathSuggestion = z.object({
  /** Absolute; folders end in `/`. */
  path: z.string(),
  kind: z.enum(['folder', 'archive']),
  /** Whether it holds a Dockerfile, or is an OCI image layout. */
  hint: z.enum(['project', 'oci-layout']).optional(),
});
export type PathSuggestion = z.infer<typeof PathSuggestion>;

export const OpenedImage = z.object({
  /** Names the image's files in the `files` and `compare` methods while the engine runs. */
  handle: Handle,
  document: ImageDocument,
});
export type OpenedImage = z.infer<typeof OpenedImage>;

/** Bytes read so far, and once, as soon as it is known, what the image is made of. */
export const ImageProgress = ReadProgress.extend({ image: ImageOutline.optional() });
export type ImageProgress = z.infer<typeof ImageProgress>;

export const CacheInfo = z.object({
  /** The database file; undefined where the cache is switched off. */
  path: z.string().optional(),
  layers: z.number().int(),
  entries: z.number().int(),
  bytes: z.number(),
  /** Bytes that layers may take; the least recently used ones go beyond it. */
  limit: z.number(),
  /** When the layer was used that was not used for longest, and the one that was used last (ISO 8601). */
  oldestUse: z.string().optional(),
  newestUse: z.string().optional(),
});
export type CacheInfo = z.infer<typeof CacheInfo>;

export const methods = {
  /** The program itself. `folder` is what it was started with. */
  'app.info': method(
    Nothing,
    z.object({ version: z.string(), home: z.string(), cwd: z.string(), open: z.string().optional() }),
  ),

  'engine.status': method(Nothing, EngineStatus),
  'engine.images': method(Nothing, z.object({ images: z.array(EngineImage) })),
  'engine.pull': method(
    z.object({ reference: Path, platform: z.string().optional() }),
    z.object({ reference: z.string() }),
    PullProgress,
  ),
  /** Removes the images Layerscope built, of one folder or of all. */
  'engine.removeBuilt': method(
    z.object({ folder: Path.optional() }),
    z.object({ removed: z.array(z.string()) }),
  ),

  'project.open': method(z.object({ folder: Path, settings: BuildSettings.optional() }), Project),
  'project.trust': method(z.object({ folder: Path }), Nothing),
  'project.recent': method(Nothing, z.object({ projects: z.array(RecentProject) })),
  'project.forget': method(z.object({ folder: Path }), Nothing),
  /** The folder's last build: from memory, else put together again from the cache after a restart. */
  'project.result': method(z.object({ folder: Path }), z.object({ result: BuildResult.optional() })),
  /** Folders and archives on the engine's host whose path begins with `text`. */
  'path.complete': method(
    z.object({ text: z.string().max(8192) }),
    z.object({ suggestions: z.array(PathSuggestion) }),
  ),

  /** Starts building in the engine and returns at once; refuses a folder that is not trusted. */
  'build.start': method(
    z.object({
      folder: Path,
      settings: BuildSettings,
      variants: z.array(z.string()),
      top: z.number().int().optional(),
    }),
    z.object({ build: z.string() }),
  ),
  /** Sends the snapshot, then every change, and returns when the build has ended. Aborting only stops following. */
  'build.follow': method(z.object({ build: z.string() }), z.object({ state: BuildState }), BuildEvent),
  'build.cancel': method(z.object({ build: z.string() }), Nothing),
  /** The build that is running in this folder, if one is. */
  'build.current': method(z.object({ folder: Path }), z.object({ build: z.string().optional() })),

  /**
   * Makes the images of variants that were built in the engine, tagged, so that people can run them: a build out of its
   * cache. Given the handle of an image it is built as that one was, and `source-changed` where it comes to another by
   * now. Refuses a folder that is not trusted.
   */
  'build.load': method(
    z.object({
      folder: Path,
      settings: BuildSettings,
      variants: z.array(z.string()).min(1),
      /** By variant: of the images that are wanted. */
      handles: z.record(z.string(), Handle).optional(),
    }),
    z.object({ images: z.array(z.object({ variant: z.string(), tag: z.string() })) }),
    z.object({ variant: z.string(), step: BuildStep }),
  ),

  /**
   * Builds the folder, and again whenever what its images are made of changes, until it is stopped or nobody has
   * followed it for half a minute. One at a time of a folder: starting another stops the one before.
   */
  'watch.start': method(
    z.object({
      folder: Path,
      settings: BuildSettings,
      variants: z.array(z.string()),
      top: z.number().int().optional(),
    }),
    z.object({ watch: z.string() }),
  ),
  /** Sends the snapshot and every one after it, and returns when the watch is stopped. */
  'watch.follow': method(z.object({ watch: z.string() }), Nothing, WatchSnapshot),
  'watch.stop': method(z.object({ watch: z.string() }), Nothing),
  'watch.current': method(z.object({ folder: Path }), z.object({ watch: z.string().optional() })),

  'cache.info': method(Nothing, CacheInfo),
  /** Forgets every layer index; projects and their trust stay. */
  'cache.clear': method(Nothing, CacheInfo),

  'image.open': method(
    z.object({ source: ImageSource, platform: z.string().optional(), top: z.number().int().optional() }),
    OpenedImage,
    ImageProgress,
  ),
  /** Children of a directory of the merged filesystem, a page at a time. */
  'files.list': method(
    z.object({
      handle: Handle,
      path: ImagePath,
      filter: FileFilter.optional(),
      /** Also tell of each row what is stored there and no longer live. */
      reclaimable: z.boolean().optional(),
      ...Page,
    }),
    FilePage,
  ),
  /** What is at a path, a directory or not, with the sums of what passes the filter; no row where nothing is. */
  'files.at': method(
    z.object({
      handle: Handle,
      path: ImagePath,
      filter: FileFilter.optional(),
      reclaimable: z.boolean().optional(),
    }),
    z.object({ row: FileRow.optional() }),
  ),
  /** Paths anywhere that match, by bytes and then by path unless asked otherwise. */
  'files.search': method(
    z.object({
      handle: Handle,
      /** Part of the path, or a glob as in FileFilter. All paths match an empty text. */
      text: z.string().max(1000),
      /** Default: a glob where the text has one of `*?[{`. */
      mode: z.enum(['glob', 'part']).optional(),
      /** Default: where the text has no upper-case letter. */
      ignoreCase: z.boolean().optional(),
      /** Also directories whose own path matches. Default: true. */
      directories: z.boolean().optional(),
      filter: FileFilter.optional(),
      ...Page,
    }),
    SearchPage,
  ),
  /** Files, largest first, then by path; those without bytes are left out. */
  'files.largest': method(
    z.object({
      handle: Handle,
      filter: FileFilter.optional(),
      offset: Page.offset,
      limit: Page.limit,
    }),
    SearchPage,
  ),
  /** What each layer did to a path, bottom first. */
  'files.history': method(z.object({ handle: Handle, path: ImagePath }), FileHistory),
  /**
   * The beginning of a file's content as it is in the image, or was after a layer; read again from where the image
   * came from. `source-changed` where that no longer has it.
   */
  'files.content': method(
    z.object({
      handle: Handle,
      path: ImagePath,
      layer: z.number().int().nonnegative().optional(),
      limit: z
        .number()
        .int()
        .min(1)
        .max(1024 * 1024),
    }),
    FileContent,
  ),
  /** A treemap around a directory of at most `tiles` leaf tiles. */
  'files.treemap': method(
    z.object({
      handle: Handle,
      path: ImagePath,
      filter: FileFilter.optional(),
      tiles: z.number().int().min(1).max(600),
    }),
    TreemapTile,
  ),

  'compare.open': method(
    z.object({ left: Handle, right: Handle, top: z.number().int().optional() }),
    ComparisonDocument,
  ),
  /** Rows of the changes table, largest |right − left| first; `kinds` undefined means all but the same. */
  'compare.changes': method(
    z.object({
      left: Handle,
      right: Handle,
      kinds: z.array(z.enum([...ChangeKind.options, 'same'])).optional(),
      /** Only below this directory. */
      path: ImagePath.optional(),
      ...SideFilters,
      offset: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(1000),
    }),
    z.object({
      /** Of everything that passes the filters, in the whole images. */
      totals: ChangeTotals.optional(),
      total: z.number().int(),
      totalBytes: z.number().int(),
      rows: z.array(ChangeRow.extend({ kind: z.enum([...ChangeKind.options, 'same']) })),
    }),
  ),
  /**
   * What is directly in a directory of either image: directories with changes below, and changes. `kinds` undefined
   * means all but the same. Ties are in byte order of names.
   */
  'compare.tree': method(
    z.object({
      left: Handle,
      right: Handle,
      path: ImagePath,
      kinds: z.array(z.enum([...ChangeKind.options, 'same'])).optional(),
      ...SideFilters,
      /** Default: the largest |right − left| first. */
      sort: z.enum(['difference', 'name', 'left', 'right', 'changes']).optional(),
      reverse: Page.reverse,
      offset: Page.offset,
      limit: Page.limit,
    }),
    TreeChangePage,
  ),
} as const;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type Input<M extends MethodName> = z.input<Methods[M]['input']>;
/** The input after validation: defaults filled in. */
export type ParsedInput<M extends MethodName> = z.output<Methods[M]['input']>;
export type Result<M extends MethodName> = z.output<Methods[M]['result']>;
export type EventOf<M extends MethodName> = z.output<Methods[M]['event']>;

export interface CallOptions<M extends MethodName> {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EventOf<M>) => void;
}

/** The engine as its callers see it, whichever process it runs in. */
export interface Api {
  call<M extends MethodName>(method: M, input: Input<M>, options?: CallOptions<M>): Promise<Result<M>>;
}

/** What implements one method: `signal` is aborted when the caller gives up or goes away. */
export type Handler<M extends MethodName> = (
  input: ParsedInput<M>,
  context: { readonly signal: AbortSignal; readonly emit: (event: EventOf<M>) => void },
) => Promise<Result<M>>;

export type Handlers = { readonly [M in MethodName]: Handler<M> };
