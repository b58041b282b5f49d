import { Readable } from 'node:stream';
import { toErrorInfo } from '../../../shared/api/errors.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { Dockerfile } from '../../../shared/model/project.ts';
import type { BaseLayers } from '../docker/base-layers.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { stageChain } from '../stages/attribute-layers.ts';
import { openDockerfileContext } from './build-target.ts';
import type { DockerfileBuilds } from './build-variants.ts';

export interface StageBasesRequest {
  readonly docker: DockerEngine;
  readonly folder: string;
  readonly dockerfiles: readonly DockerfileBuilds[];
  readonly signal: AbortSignal;
}

export interface StageBases {
  /** Of each Dockerfile, by reference. */
  readonly of: ReadonlyMap<Dockerfile, ReadonlyMap<string, BaseLayers>>;
  readonly warnings: readonly Warning[];
}

/**
 * Every base image that the stages stand on that were built, each asked for once a platform. One that cannot be told, as
 * its registry is gone by now, say, costs only what is known of the layers on it. Throws `cancelled` and `engine-lost`.
 */
export async function stageBases(request: StageBasesRequest): Promise<StageBases> {
  const asked = new Map<string, Promise<BaseLayers | Warning>>();
  const of = new Map<Dockerfile, Map<string, BaseLayers>>();
  const warnings = new Set<Warning>();
  const all = request.dockerfiles.flatMap((builds) => {
    const found = new Map<string, BaseLayers>();
    of.set(builds.dockerfile, found);
    return [...referencesOf(builds)].map(async (reference) => {
      const key = JSON.stringify([builds.settings.platform, reference]);
      const asking = asked.get(key) ?? askBase(request, reference, builds);
      asked.set(key, asking);
      const answer = await asking;
      if ('code' in answer) warnings.add(answer);
      else found.set(reference, answer);
    });
  });
  await Promise.all(all);
  return { of, warnings: [...warnings] };
}

function referencesOf({ dockerfile, tags }: DockerfileBuilds): ReadonlySet<string> {
  const bases = [...tags.keys()].map((stage) => stageChain(dockerfile, stage)[0]?.base);
  return new Set(bases.flatMap((base) => (base?.kind === 'image' ? base.reference : [])));
}

async function askBase(
  { docker, folder, signal }: StageBasesRequest,
  reference: string,
  { dockerfile, settings }: DockerfileBuilds,
): Promise<BaseLayers | Warning> {
  const { platform, buildArgs, network } = settings;
  const context = () => Readable.from(contextOf(folder, dockerfile, signal), { objectMode: false });
  try {
    return await docker.baseLayers({ reference, platform, buildArgs, network, context, signal });
  } catch (error) {
    const { code, message } = toErrorInfo(error);
    if (signal.aborted || code === 'cancelled' || code === 'engine-lost') throw error;
    return {
      code: 'base-unknown',
      message: `Which layers are those of ${reference} cannot be told: ${message}`,
    };
  }
}

/** The Dockerfile's context, opened when it is first read. */
async function* contextOf(
  folder: string,
  dockerfile: Dockerfile,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { stream } = await openDockerfileContext(folder, dockerfile, signal);
  yield* stream;
}
