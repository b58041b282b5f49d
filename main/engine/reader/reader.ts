import type { ImageProgress, ImageSource } from '../../../shared/api/contract.ts';
import type { BuildEvent } from '../../../shared/model/build.ts';
import type { ChangeTotals, TreeChangePage } from '../../../shared/model/comparison-document.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import type { BuiltImages } from '../build/build-images.ts';
import type { ChangeColumns } from '../compare/change-columns.ts';
import type { ChangePage, ChangeQuery } from '../compare/change-rows.ts';
import type { TreeQuery } from '../compare/list-change-tree.ts';
import type { Endpoint } from '../docker/endpoint.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { ComparisonFindings, ExplainRequest } from '../findings/comparison-findings.ts';
import type { ImageInMemory, LoadedImage } from '../images/loaded-image.ts';
import type { BuildTrace, TraceBuildRequest } from '../images/trace-build.ts';

/** What takes too long for who answers a window: reading, merging, measuring, comparing. By name: input and result. */
export interface Tasks {
  /** Opens one image of an archive or OCI folder. */
  readonly openArchive: {
    readonly input: OpenInput & { readonly source: Extract<ImageSource, { kind: 'archive' }> };
    readonly result: { readonly image: OpenedImage; readonly warnings: readonly Warning[] };
  };
  /** Opens images of the engine, by names or ids. */
  readonly openImages: {
    readonly input: OpenInput & {
      readonly references: readonly string[];
      /** The engine that has them. */
      readonly endpoint: Pick<Endpoint, 'url' | 'context'>;
    };
    readonly result: {
      readonly images: ReadonlyMap<string, OpenedImage>;
      readonly warnings: readonly Warning[];
    };
  };
  /** Builds variants and opens their images, and those of the stages they need. */
  readonly build: {
    readonly input: OpenInput & {
      readonly project: Omit<Project, 'trusted'>;
      readonly variants: readonly Variant[];
      readonly settings: BuildSettings;
      /** The engine that builds. */
      readonly endpoint: Pick<Endpoint, 'url' | 'context'>;
      /** Fingerprint of what is known already: where this comes to the same, no image is opened. */
      readonly known?: string | undefined;
    };
    readonly result: OpenedBuild;
  };
  /** Puts an image together again from the cache; undefined when it is not whole there. */
  readonly loadImage: {
    readonly input: OpenInput & { readonly id: string };
    readonly result: OpenedImage | undefined;
  };
  /** Traces what the images of a build hold to where it is from, by the stage of each variant. */
  readonly trace: {
    readonly input: TraceBuildRequest;
    readonly result: ReadonlyMap<number, BuildTrace>;
  };
  readonly compare: {
    readonly input: { readonly left: Filesystem; readonly right: Filesystem };
    readonly result: {
      readonly columns: Omit<ChangeColumns, 'left' | 'right'>;
      readonly totals: ChangeTotals;
    };
  };
  /** A page of a comparison's rows. */
  readonly listChanges: {
    readonly input: { readonly columns: ChangeColumns; readonly query: ChangeQuery };
    readonly result: ChangePage;
  };
  /** A page of a directory of its tree. */
  readonly listChangeTree: {
    readonly input: { readonly columns: ChangeColumns; readonly query: TreeQuery };
    readonly result: TreeChangePage;
  };
  /** Where the bytes of a comparison differ, and why. */
  readonly explain: { readonly input: ExplainRequest; readonly result: ComparisonFindings };
}

interface OpenInput {
  readonly platform?: string | undefined;
  /** Items of bounded lists. */
  readonly top: number;
  /** Images in memory: their layers need not be read again. */
  readonly loaded: readonly ImageInMemory[];
}

export interface OpenedImage extends LoadedImage {
  /** Bytes of layers that were read for this image; a layer several share counts for the first. */
  readonly bytesRead: number;
}

export interface OpenedBuild extends Omit<BuiltImages, 'images'> {
  /** By tag; none where it came to what was known. */
  readonly images: ReadonlyMap<string, OpenedImage>;
  readonly fingerprint: string | undefined;
}

export type TaskName = keyof Tasks;
/** What a task reports while it runs. */
export type TaskEvent<T extends TaskName> = T extends 'build' ? BuildEvent : ImageProgress;

export interface TaskOptions<T extends TaskName> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TaskEvent<T>) => void) | undefined;
}

/** Does the long work, in this thread or in another one. */
export interface Reader {
  /** Rejects with `cancelled` when the signal is aborted: at once, or when nothing of the task runs any more. */
  perform<T extends TaskName>(
    task: T,
    input: Tasks[T]['input'],
    options?: TaskOptions<T>,
  ): Promise<Tasks[T]['result']>;
  /** Cancels what is running. */
  close(): Promise<void>;
}
