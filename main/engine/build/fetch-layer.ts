import { PassThrough } from 'node:stream';
import { LayerscopeError, toErrorInfo } from '../../../shared/api/errors.ts';
import type { Dockerfile } from '../../../shared/model/project.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import { digestOfPath } from '../archive/oci.ts';
import { ExporterMissing } from '../docker/build.ts';
import type { BlobOffer, BlobSink } from '../docker/buildkit/content-service.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { exportedImage } from '../docker/exported-image.ts';
import type { TraceEvent } from '../docker/step-tracker.ts';
import type { BuildSource, RecordedLayer } from '../images/image-record.ts';
import { settingsFor } from '../project/settings-for.ts';
import { prepareTarget } from './build-target.ts';

export interface FetchRequest {
  readonly docker: DockerEngine;
  /** Of the folder, as they are now. */
  readonly dockerfiles: readonly Dockerfile[];
  readonly source: BuildSource;
  readonly layer: RecordedLayer;
  /** The diff_id of a layer that travels compressed under a digest, where it is known. */
  readonly diffIdOf: (digest: string) => string | undefined;
  /** The store's. */
  readonly hashSeed: HashSeed;
  readonly signal: AbortSignal;
}

/** BuildKit reports a step that is in its cache as running, too, for a moment. */
const cachedWithinMs = 1000;

/**
 * One layer of an image that a build handed over, as it travels: asked for by the same build again, which has it in its
 * cache. Nothing is run for it: `source-changed` where the builder would have to, or makes another layer by now. Whoever
 * leaves the loop stops it. Throws also what a build throws.
 */
export async function* fetchLayer(request: FetchRequest): AsyncGenerator<Uint8Array> {
  const { layer } = request;
  const digest = layer.path === undefined ? undefined : digestOfPath(layer.path);
  const first = yield* attempt(
    request,
    (offer) => [digest, layer.diffId].includes(offer) || request.diffIdOf(offer) === layer.diffId,
  );
  if (first.found) return;
  // The engine has compressed it since, or no longer: its manifest has told by now under which name it travels.
  const { wanted } = first;
  if (wanted !== undefined && (yield* attempt(request, (offer) => offer === wanted)).found) return;
  throw changed(request);
}

interface Attempt {
  readonly found: boolean;
  /** What the layer travels as, where the image has it. */
  readonly wanted: string | undefined;
}

/** Builds, and passes on the first blob that is the one. */
async function* attempt(
  request: FetchRequest,
  isWanted: (digest: string) => boolean,
): AsyncGenerator<Uint8Array, Attempt> {
  const leaving = new AbortController();
  const signal = AbortSignal.any([request.signal, leaving.signal]);
  const bytes = new PassThrough({ highWaterMark: 1 });
  const image = exportedImage();
  let found = false;
  const take = async (offer: BlobOffer): Promise<BlobSink | 'known'> => {
    if (found || !isWanted(offer.digest)) return image.take(offer);
    found = true;
    return sinkTo(bytes);
  };
  const building = build(request, signal, take);
  const ended = building.then(
    () => bytes.end(),
    (error: Error) => bytes.destroy(error),
  );
  try {
    yield* bytes;
    await building;
    return { found, wanted: found ? undefined : image.blobOf(request.layer.diffId) };
  } finally {
    leaving.abort();
    await ended;
  }
}

async function build(
  request: FetchRequest,
  signal: AbortSignal,
  take: (offer: BlobOffer) => Promise<BlobSink | 'known'>,
): Promise<void> {
  const { docker, source, dockerfiles, hashSeed } = request;
  const dockerfile = dockerfiles.find(
    ({ path, readFor }) => path === source.dockerfile && readFor === source.readFor,
  );
  if (!dockerfile?.stages[source.stage]) throw changed(request);
  const running = new AbortController();
  const onEvent = watchRuns(dockerfile, () => running.abort());
  const { build } = await prepareTarget({
    docker,
    folder: source.folder,
    dockerfile,
    stage: source.stage,
    name: source.dockerfile,
    settings: { ...settingsFor(dockerfile, source.settings), noCache: false, pull: false },
    isFirst: false,
    hashSeed,
    signal: AbortSignal.any([signal, running.signal]),
    onEvent: onEvent.event,
  });
  try {
    await docker.exportBuild({ ...build, take });
  } catch (error) {
    const isNotGiven = ['secret-unavailable', 'ssh-unavailable'].includes(toErrorInfo(error).code);
    const isOther = error instanceof ExporterMissing;
    if (running.signal.aborted || isNotGiven || isOther) throw changed(request);
    throw error;
  } finally {
    onEvent.end();
  }
}

/** Calls when a RUN does run. */
function watchRuns(dockerfile: Dockerfile, onRun: () => void) {
  const timers = new Map<string, NodeJS.Timeout>();
  const isRun = (stage: number | undefined, line: number | undefined) =>
    dockerfile.stages[stage ?? -1]?.instructions.find((each) => each.line === line)?.keyword === 'RUN';
  return {
    event(event: TraceEvent) {
      if (event.type !== 'step' || !isRun(event.step.stage, event.step.line)) return;
      const { id, status } = event.step;
      if (status === 'running') {
        timers.set(id, timers.get(id) ?? setTimeout(onRun, cachedWithinMs));
      } else {
        clearTimeout(timers.get(id));
        // It may run in several goes, the first only to look into the cache.
        timers.delete(id);
      }
    },
    end() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function sinkTo(bytes: PassThrough): BlobSink {
  return {
    // The buffer is the sender's again when this returns, which it does when the piece was asked for, or never will be.
    write: (piece) => new Promise((resolve) => bytes.write(Buffer.from(piece), () => resolve())),
    end: async () => void bytes.end(),
    destroy: () => void bytes.destroy(),
  };
}

function changed({ source, layer }: FetchRequest): LayerscopeError {
  return new LayerscopeError({
    code: 'source-changed',
    message: `The builder no longer has layer ${layer.diffId} of ${source.dockerfile} in ${source.folder}`,
    hint: 'The project has changed since, or the cache was pruned: build it again',
  });
}
