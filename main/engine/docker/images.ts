import { z } from 'zod';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { EngineImage } from '../../../shared/model/engine-status.ts';
import { platformName } from '../archive/oci.ts';
import type { Connection } from './connection.ts';
import { connectionError, HttpError } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { choosePlatform, platformQuery } from './image-platform.ts';
import { isImageName } from './image-reference.ts';
import { labels } from './image-tag.ts';

const ImageRow = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  /** Seconds since the epoch. */
  Created: z.number(),
  Size: z.number(),
  Labels: z.record(z.string(), z.string()).nullish(),
});
const ImageRows = z.array(ImageRow);
export type ImageRow = z.infer<typeof ImageRow>;

const strings = z.array(z.string()).nullish();
const Inspected = z.object({
  Id: z.string(),
  RepoTags: strings,
  Created: z.string().nullish(),
  Size: z.number().nullish(),
  Os: z.string().nullish(),
  Architecture: z.string().nullish(),
  Variant: z.string().nullish(),
  RootFS: z.object({ Layers: strings }).nullish(),
  Config: z
    .object({
      User: z.string().nullish(),
      Entrypoint: strings,
      Cmd: strings,
      Env: strings,
      WorkingDir: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

const HistoryRows = z.array(
  z.object({
    CreatedBy: z.string().nullish(),
    Size: z.number().nullish(),
  }),
);

export interface PlatformOptions {
  readonly signal?: AbortSignal | undefined;
  /** `linux/arm64`, of an image that is there for several. */
  readonly platform?: string | undefined;
}

export interface InspectedImage {
  /** `sha256:…` */
  readonly id: string;
  readonly repoTags: readonly string[];
  /** Of the layers, bottom first. */
  readonly diffIds: readonly string[];
  /** What the engine reports as SIZE, bytes. */
  readonly size: number | undefined;
  /** As in the image's config, RFC 3339. */
  readonly created: string | undefined;
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | undefined;
  readonly config: {
    readonly user: string;
    readonly entrypoint: readonly string[];
    readonly cmd: readonly string[];
    readonly env: readonly string[];
    readonly workingDir: string;
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** The rows of `docker images`, one a tag. Images that only tell a base's layers are not shown: they go at once. */
export async function listImages(connection: Connection, signal?: AbortSignal): Promise<EngineImage[]> {
  const rows = await listRows(connection, undefined, signal);
  return rows.filter((row) => !hasLabel(row, labels.base)).flatMap(imagesOf);
}

/** @param label only images with it: `key` or `key=value` */
export async function listRows(
  connection: Connection,
  label: string | undefined,
  signal?: AbortSignal,
): Promise<ImageRow[]> {
  try {
    const query = label === undefined ? {} : { filters: { label: [label] } };
    return ImageRows.parse(await connection.json({ method: 'GET', path: '/images/json', query, signal }));
  } catch (error) {
    throw connectionError(error, connection.endpoint, signal);
  }
}

/** The tags of a row; engines print `<none>:<none>` for none. */
export function tagsOf(row: ImageRow): string[] {
  return (row.RepoTags ?? []).filter((tag) => !tag.includes('<none>'));
}

function hasLabel(row: ImageRow, label: string): boolean {
  return row.Labels != null && Object.hasOwn(row.Labels, label);
}

function imagesOf(row: ImageRow): EngineImage[] {
  const facts = {
    id: row.Id,
    created: row.Created * 1000,
    size: row.Size,
    built: hasLabel(row, labels.folder),
  };
  const tags = tagsOf(row);
  if (tags.length === 0) return [facts];
  return tags.map((name) => {
    const colon = name.lastIndexOf(':');
    return { repository: name.slice(0, colon), tag: name.slice(colon + 1), ...facts };
  });
}

/**
 * What the engine knows of one image, where it is there for several platforms of the one asked for, else of the
 * engine's own. Throws `image-not-found` and `platform-unavailable`.
 */
export async function inspectImage(
  connection: Connection,
  reference: string,
  { signal, platform }: PlatformOptions = {},
): Promise<InspectedImage> {
  checkImageName(reference);
  try {
    const chosen =
      platform === undefined ? undefined : await choosePlatform(connection, reference, platform, signal);
    const request = {
      method: 'GET',
      path: `/images/${reference}/json`,
      query: platformQuery(chosen),
      signal,
    } as const;
    const facts = Inspected.parse(await connection.json(request));
    return {
      id: facts.Id,
      repoTags: facts.RepoTags ?? [],
      diffIds: facts.RootFS?.Layers ?? [],
      size: facts.Size ?? undefined,
      created: facts.Created || undefined,
      os: facts.Os ?? '',
      architecture: facts.Architecture ?? '',
      variant: facts.Variant || undefined,
      config: {
        user: facts.Config?.User ?? '',
        entrypoint: facts.Config?.Entrypoint ?? [],
        cmd: facts.Config?.Cmd ?? [],
        env: facts.Config?.Env ?? [],
        workingDir: facts.Config?.WorkingDir ?? '',
        labels: facts.Config?.Labels ?? {},
      },
    };
  } catch (error) {
    throw imageError(error, reference, connection.endpoint, signal);
  }
}

/**
 * Bytes of each layer as `docker history` has them, bottom first; undefined where its rows cannot be matched with the
 * layers, as the engine does not say which rows have one. Throws `image-not-found` and `platform-unavailable`.
 */
export async function layerSizes(
  connection: Connection,
  reference: string,
  { signal, platform }: PlatformOptions = {},
): Promise<readonly number[] | undefined> {
  const image = await inspectImage(connection, reference, { signal, platform });
  try {
    const request = {
      method: 'GET',
      path: `/images/${reference}/history`,
      query: platformQuery(platform && platformName(image)),
      signal,
    } as const;
    const rows = HistoryRows.parse(await connection.json(request));
    const sizes = rows
      .filter((row) => (row.Size ?? 0) > 0 || !onlyChangesConfig(row.CreatedBy ?? ''))
      .map((row) => row.Size ?? 0);
    // The engine has the newest first.
    return sizes.length === image.diffIds.length ? sizes.reverse() : undefined;
  } catch (error) {
    throw imageError(error, reference, connection.endpoint, signal);
  }
}

/** Of a row of the history, BuildKit's or the classic builder's (`/bin/sh -c #(nop)  ENV …`). */
function onlyChangesConfig(createdBy: string): boolean {
  const keyword = createdBy.replace(/^\/bin\/sh -c #\(nop\) +/, '').split(' ', 1)[0]!;
  return /^(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)$/.test(
    keyword,
  );
}

/** Removes a tag, and the image with its last one; by id the image. Throws `image-not-found`. */
export async function removeImage(
  connection: Connection,
  reference: string,
  signal?: AbortSignal,
): Promise<void> {
  checkImageName(reference);
  try {
    await connection.json({ method: 'DELETE', path: `/images/${reference}`, signal });
  } catch (error) {
    throw imageError(error, reference, connection.endpoint, signal);
  }
}

/** Refuses what is no name of an image: it becomes part of a path of the API. */
export function checkImageName(reference: string): void {
  if (!isImageName(reference)) throw imageNotFound(reference, 'that is no name of an image');
}

/** As connectionError, with 404 as `image-not-found`. */
export function imageError(
  error: unknown,
  reference: string,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): LayerscopeError {
  // 20.10 answers a save of an unknown name with 404 or, for ids, 500.
  if (error instanceof HttpError && (error.status === 404 || /no such image/i.test(error.message))) {
    return imageNotFound(reference, undefined, error);
  }
  return connectionError(error, endpoint, signal);
}

function imageNotFound(reference: string, why?: string, cause?: unknown): LayerscopeError {
  return new LayerscopeError(
    {
      code: 'image-not-found',
      message: `There is no image ${JSON.stringify(reference)} in the engine${why ? `: ${why}` : ''}`,
      hint: 'Check its name and tag, or pull it',
    },
    { cause },
  );
}
