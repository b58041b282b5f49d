import { Readable } from 'node:stream';
import { toErrorInfo } from '../../../shared/api/errors.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';
import type { BaseLayers } from '../docker/base-layers.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { stageChain } from '../stages/attribute-layers.ts';
import { openDockerfileContext } from './build-target.ts';
import type { DockerfileBuilds } from './build-variants.ts';

export interface StageBasesRequest {
  readonly docker: DockerEngine;
  readonly folder: string;
  readonly dockerfiles: readonly DockerfileBuilds[];
  readonly settings: BuildSettings;
  readonly signal: AbortSignal;
}

export interface StageBases {
  readonly byReference: ReadonlyMap<string, BaseLayers>;
  readonly warnings: readonly Warning[];
}

/**
 * Every base image that the stages stand on that were built, by reference. One that cannot be told, as its registry is
 * gone by now, say, costs only what is known of the layers on it. Throws `cancelled` and `engine-lost`.
 */
export async function stageBases(request: StageBasesRequest): Promise<StageBases> {
  const standing = new Map<string, Dockerfile>();
  for (const { dockerfile, tags } of request.dockerfiles) {
    for (const stage of tags.keys()) {
      const base = stageChain(dockerfile, stage)[0]?.base;
      if (base?.kind === 'image' && !standing.has(base.reference)) standing.set(base.reference, dockerfile);
    }
  }
  const byReference = new Map<string, BaseLayers>();
  const warnings: Warning[] = [];
  const asked = [...standing].map(async ([reference, dockerfile]) => {
    try {
      byReference.set(reference, await askBase(request, reference, dockerfile));
    } catch (error) {
      const { code, message } = toErrorInfo(error);
      if (request.signal.aborted || code === 'cancelled' || code === 'engine-lost') throw error;
      warnings.push({
        code: 'base-unknown',
        message: `Which layers are those of ${reference} cannot be told: ${message}`,
      });
    }
  });
  await Promise.all(asked);
  return { byReference, warnings };
}

function askBase(
  { docker, folder, settings, signal }: StageBasesRequest,
  reference: string,
  dockerfile: Dockerfile,
): Promise<BaseLayers> {
  const { platform, buildArgs, network } = settings;
  const context = () => Readable.from(contextOf(folder, dockerfile, signal), { objectMode: false });
  return docker.baseLayers({ reference, platform, buildArgs, network, context, signal });
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
