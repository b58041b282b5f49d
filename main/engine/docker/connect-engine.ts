import { homedir } from 'node:os';
import { z } from 'zod';
import { cancelled, LayerscopeError, toErrorInfo } from '../../../shared/api/errors.ts';
import type { EngineStatus } from '../../../shared/model/engine-status.ts';
import { negotiateApi } from './api-version.ts';
import { baseLayers } from './base-layers.ts';
import { build, exportBuild } from './build.ts';
import { removeBuilt } from './built-images.ts';
import type { AttemptFailure } from './connect-error.ts';
import { connectError, tooOld } from './connect-error.ts';
import { connectionError, openConnection } from './connection.ts';
import { type CredentialsOf, findCredentials } from './credentials.ts';
import type { DockerEngine } from './docker-engine.ts';
import type { Endpoint } from './endpoint.ts';
import type { FindOptions } from './find-engine.ts';
import { findEngine } from './find-engine.ts';
import { inspectImage, layerSizes, listImages, removeImage } from './images.ts';
import { pull } from './pull.ts';
import { save } from './save.ts';

export interface ConnectOptions extends FindOptions {
  readonly signal?: AbortSignal;
}

const Version = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().optional(),
  Os: z.string(),
  Arch: z.string(),
});
const Info = z.object({ DriverStatus: z.array(z.array(z.string())).nullish() });

/** How long an engine may take for its first answer, ms; one behind ssh has to be started first. */
const patience = { socket: 10_000, tcp: 10_000, ssh: 45_000 } as const;

/**
 * Connects to the engine the docker command would use: the one that is named, else the first usual socket that
 * answers. Throws `engine-not-installed`, `engine-not-running`, `engine-permission-denied`, `engine-unreachable`
 * or `engine-too-old`, each with what to do.
 */
export async function connectEngine(options: ConnectOptions = {}): Promise<DockerEngine> {
  const env = options.env ?? process.env;
  const home = options.home ?? homedir();
  const failures: AttemptFailure[] = [];
  for (const endpoint of await findEngine(options)) {
    let answered: Answered;
    try {
      answered = await ask(endpoint, env, options.signal);
    } catch (error) {
      if (options.signal?.aborted) throw cancelled();
      if (error instanceof LayerscopeError) throw error;
      failures.push({ endpoint, error });
      continue;
    }
    return openEngine(endpoint, answered, env, home, options.signal);
  }
  throw await connectError(failures, env, options.platform ?? process.platform);
}

/** The state of the engine for people; never throws but when aborted. */
export async function engineStatus(options: ConnectOptions = {}): Promise<EngineStatus> {
  try {
    return (await connectEngine(options)).status;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return { state: 'unavailable', error: toErrorInfo(error) };
  }
}

interface Answered {
  readonly version: z.infer<typeof Version>;
  /** Asked at the same time, and read when the engine is one that we can talk to. */
  readonly info: Promise<unknown>;
}

async function ask(
  endpoint: Endpoint,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Answered> {
  const timeout = AbortSignal.timeout(patience[endpoint.address.kind]);
  const connection = await openConnection(endpoint, env);
  const asking = { method: 'GET', signal: signal ? AbortSignal.any([signal, timeout]) : timeout } as const;
  const info = connection.json({ ...asking, path: '/info' });
  // Where there is no version there will be no info either.
  info.catch(() => undefined);
  try {
    return { version: Version.parse(await connection.json({ ...asking, path: '/version' })), info };
  } catch (error) {
    if (timeout.aborted) throw new Error('it gave no answer in time', { cause: error });
    throw error;
  }
}

async function openEngine(
  endpoint: Endpoint,
  { version, info: asked }: Answered,
  env: NodeJS.ProcessEnv,
  home: string,
  signal: AbortSignal | undefined,
): Promise<DockerEngine> {
  const apiVersion = negotiateApi(version.ApiVersion, version.MinAPIVersion);
  if (!apiVersion) throw tooOld(endpoint, version.Version);
  const connection = await openConnection(endpoint, env, apiVersion);
  const info = await asked
    .then((value) => Info.parse(value))
    .catch((error: unknown) => {
      throw connectionError(error, endpoint, signal);
    });
  const containerd = info.DriverStatus?.some(
    ([key, value]) => key === 'driver-type' && value?.startsWith('io.containerd.snapshotter'),
  );
  const credentials: CredentialsOf = (registry, onProblem) => findCredentials(registry, env, home, onProblem);
  const client = { credentials, env };
  return {
    endpoint,
    status: {
      state: 'ready',
      endpoint: endpoint.url,
      version: version.Version,
      apiVersion,
      platform: `${version.Os}/${version.Arch}`,
      imageStore: containerd ? 'containerd' : 'graph-driver',
    },
    images: (options) => listImages(connection, options?.signal),
    inspect: (reference, options) => inspectImage(connection, reference, options),
    layerSizes: (reference, options) => layerSizes(connection, reference, options),
    pull: (reference, options) => pull(connection, credentials, reference, options ?? {}),
    build: (request) => build(connection, client, request),
    exportBuild: (request) => exportBuild(connection, client, request),
    save: (references, options) => save(connection, references, options),
    remove: (reference, options) => removeImage(connection, reference, options?.signal),
    removeBuilt: (options) => removeBuilt(connection, options?.folder, options?.signal),
    baseLayers: (request) => baseLayers(connection, client, request),
  };
}
