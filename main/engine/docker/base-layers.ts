import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { type BuildClient, type BuildRequest, build, type ExportOutcome, exportBuild } from './build.ts';
import type { Connection } from './connection.ts';
import { exportedImage } from './exported-image.ts';
import { parseReference } from './image-reference.ts';
import { labels } from './image-tag.ts';
import { type InspectedImage, inspectImage, listRows, removeImage } from './images.ts';
import { parseStepName } from './locate-step.ts';

export interface BaseLayersRequest {
  /** The base as after FROM, its arguments replaced; or `scratch`. */
  readonly reference: string;
  readonly platform?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly network?: string;
  /** Ask the registry for it, as the build did that stands on it. */
  readonly pull?: boolean;
  /** False: by a build that stores nothing in the engine, where that can be (see exportBuild). Default: true. */
  readonly stored?: boolean;
  /** The build context as a tar: asked for only where an ONBUILD of the base copies from it. */
  readonly context?: () => Readable;
  readonly signal?: AbortSignal;
}

/** What a stage starts from. */
export interface BaseLayers {
  /** Bottom first. */
  readonly diffIds: readonly string[];
  /** How many layers the base's ONBUILD instructions put on top of these. */
  readonly triggers: number;
  /** As the stage's own instructions find it, what ONBUILD set included. */
  readonly config: Pick<InspectedImage['config'], 'env' | 'workingDir' | 'user'>;
}

export const scratch: BaseLayers = {
  diffIds: [],
  triggers: 0,
  config: { env: [], workingDir: '', user: '' },
};

/**
 * The diff_ids and the config of a base image, by building `FROM REF` alone and reading what came out: after BuildKit pulls a base,
 * inspecting its name says "No such image". The image made for it goes again, whatever happens; with `stored: false` none
 * is made.
 * Throws what a build throws.
 */
export async function baseLayers(
  connection: Connection,
  client: BuildClient,
  request: BaseLayersRequest,
): Promise<BaseLayers> {
  const { reference, signal } = request;
  if (reference === 'scratch') return scratch;
  if (!parseReference(reference)) {
    throw new LayerscopeError({
      code: 'base-unavailable',
      message: `${JSON.stringify(reference)} is no name of an image`,
      hint: 'Check the FROM line and the arguments in it',
    });
  }
  // A label of its own makes the image this call's: removing it cannot take another's, or the base itself.
  const mark = randomUUID();
  const dockerfile = `.layerscope-base-${mark}`;
  const look = request.stored === false ? lookAtExported : lookAtStored;
  const attempt = (context: Readable, onStep: (name: string) => void) =>
    look(connection, client, {
      platform: request.platform,
      buildArgs: request.buildArgs,
      network: request.network,
      ...(request.pull !== undefined && { pull: request.pull }),
      signal,
      context,
      dockerfile,
      labels: { [labels.base]: mark },
      onEvent: (event) => {
        if (event.type === 'step') onStep(event.step.name);
      },
    });
  const file = await dockerfileEntry(dockerfile, `FROM ${reference}\n`);

  let triggered = false;
  let base: LookedAt;
  try {
    try {
      base = await attempt(Readable.from([file, endOfTar]), (name) => {
        triggered ||= isTrigger(name);
      });
    } catch (error) {
      // The base has ONBUILD instructions, and without the context they cannot run.
      if (!triggered || !request.context || signal?.aborted) throw error;
      base = await attempt(prefixed(file, request.context()), () => undefined);
    }
    const { diffIds, config, steps } = base;
    // Each step that the base's ONBUILD added made one layer on top of the base's.
    const triggers = steps.filter(isTrigger).length;
    const { env, workingDir, user } = config;
    return {
      diffIds: diffIds.slice(0, diffIds.length - triggers),
      triggers,
      config: { env, workingDir, user },
    };
  } finally {
    if (request.stored !== false) await removeMarked(connection, `${labels.base}=${mark}`);
  }
}

type LookedAt = Pick<InspectedImage, 'diffIds' | 'config'> & Pick<ExportOutcome, 'steps'>;

async function lookAtStored(
  connection: Connection,
  client: BuildClient,
  request: BuildRequest,
): Promise<LookedAt> {
  const { imageId, steps } = await build(connection, client, request);
  const { diffIds, config } = await inspectImage(connection, imageId, { signal: request.signal });
  return { diffIds, config, steps };
}

async function lookAtExported(
  connection: Connection,
  client: BuildClient,
  request: BuildRequest,
): Promise<LookedAt> {
  const { take, read } = exportedImage();
  const { steps } = await exportBuild(connection, client, { ...request, take });
  return { ...read(), steps };
}

/** Whether a step of a one-line Dockerfile comes from the base's ONBUILD. */
function isTrigger(name: string): boolean {
  return (parseStepName(name)?.index ?? 0) > 1;
}

/**
 * Without the caller's signal, as an aborted call must clean up too. What cannot be removed now (the engine is gone)
 * keeps its label, and `removeBuilt` finds it.
 */
async function removeMarked(connection: Connection, label: string): Promise<void> {
  const rows = await listRows(connection, label).catch(() => []);
  await Promise.allSettled(rows.map(({ Id }) => removeImage(connection, Id)));
}

const endOfTar = Buffer.alloc(1024);

/** One file as tar blocks, without the end of the archive. */
async function dockerfileEntry(name: string, text: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name, mode: 0o644, mtime: new Date(0) }, text);
  tar.finalize();
  return (await buffer(tar)).subarray(0, -endOfTar.length);
}

async function* concatenate(first: Buffer, rest: Readable): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function prefixed(first: Buffer, rest: Readable): Readable {
  return Readable.from(concatenate(first, rest), { objectMode: false });
}
