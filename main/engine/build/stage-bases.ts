import { Readable } from 'node:stream';
import { toErrorInfo } from '../../../shared/api/errors.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { Dockerfile, Stage } from '../../../shared/model/project.ts';
import type { BaseLayers } from '../docker/base-layers.ts';
import { stageChain } from '../stages/attribute-layers.ts';
import { openDockerfileContext } from './build-target.ts';
import type { DockerfileBuilds } from './build-variants.ts';
import type { LayerTransport } from './layer-transport.ts';

export interface StageBasesRequest {
  readonly transport: Pick<LayerTransport, 'baseLayers'>;
  readonly folder: string;
  readonly dockerfiles: readonly DockerfileBuilds[];
  readonly signal: AbortSignal;
}

export interface StageBases {
  /** Of each Dockerfile, by the index of the stage that is on the base. */
  readonly of: ReadonlyMap<Dockerfile, ReadonlyMap<number, BaseLayers>>;
  readonly warnings: readonly Warning[];
}

/**
 * Every base image that the stages stand on that were built, each asked for once a platform. One that cannot be told, as
 * its registry is gone by now, say, costs only what is known of the layers on it. Throws `cancelled` and `engine-lost`.
 */
export async function stageBases(request: StageBasesRequest): Promise<StageBases> {
  const asked = new Map<string, Promise<BaseLayers | Warning>>();
  const of = new Map<Dockerfile, Map<number, BaseLayers>>();
  const warnings = new Set<Warning>();
  const all = request.dockerfiles.flatMap((builds) => {
    const found = new Map<number, BaseLayers>();
    of.set(builds.dockerfile, found);
    return [...rootsOf(builds)].map(async ({ index, base, platform = builds.settings.platform }) => {
      if (base.kind !== 'image') return;
      const key = JSON.stringify([platform, base.reference]);
      const asking = asked.get(key) ?? askBase(request, base.reference, platform, builds);
      asked.set(key, asking);
      const answer = await asking;
      if ('code' in answer) warnings.add(answer);
      else found.set(index, answer);
    });
  });
  await Promise.all(all);
  return { of, warnings: [...warnings] };
}

/** The lowest stages of those that were built. */
function rootsOf({ dockerfile, tags }: DockerfileBuilds): ReadonlySet<Stage> {
  return new Set([...tags.keys()].map((stage) => stageChain(dockerfile, stage)[0]!));
}

async function askBase(
  { transport, folder, signal }: StageBasesRequest,
  reference: string,
  platform: string | undefined,
  { dockerfile, settings }: DockerfileBuilds,
): Promise<BaseLayers | Warning> {
  const { buildArgs, network, pull } = settings;
  const context = () => Readable.from(contextOf(folder, dockerfile, signal), { objectMode: false });
  try {
    return await transport.baseLayers({ reference, platform, buildArgs, network, pull, context, signal });
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
