import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { cancelled, LayerscopeError } from '../../../shared/api/errors.ts';
import type { Dockerfile } from '../../../shared/model/project.ts';
import { buildError } from './build-error.ts';
import { openSecrets, type SecretSource } from './build-secrets.ts';
import { openAgents, type SshSource } from './build-ssh.ts';
import { authService } from './buildkit/auth-service.ts';
import { contentService, type TakeBlob } from './buildkit/content-service.ts';
import { secretsService } from './buildkit/secrets-service.ts';
import { openSession, type Session } from './buildkit/session.ts';
import { sshService } from './buildkit/ssh-service.ts';
import type { Connection } from './connection.ts';
import { connectionError, engineError, engineLost, HttpError } from './connection.ts';
import type { CredentialsOf } from './credentials.ts';
import { type HandOver, watchHandOver } from './hand-over.ts';
import { jsonLines } from './json-lines.ts';
import { locateStep } from './locate-step.ts';
import { type ContextFiles, sendContext } from './send-context.ts';
import type { StepTracker, TraceEvent } from './step-tracker.ts';
import { createStepTracker } from './step-tracker.ts';
import { decodeTrace } from './trace.ts';

export interface BuildRequest {
  /** The build context as a tar, which is destroyed when the build is over; or file by file. */
  readonly context: Readable | ContextFiles;
  /** Path of the Dockerfile inside the context; of files: inside their folder for it. */
  readonly dockerfile: string;
  /** The Dockerfile as parsed: steps and errors then have their lines. */
  readonly source?: Dockerfile;
  /** Stage to build to, by name or index; undefined for the last. */
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** `linux/arm64`. */
  readonly platform?: string;
  /** The network of RUN: default, host or none. */
  readonly network?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly noCache?: boolean;
  /** Ask the registries for newer bases. */
  readonly pull?: boolean;
  /** What RUN may see by `--mount=type=secret`. */
  readonly secrets?: readonly SecretSource[];
  /** What RUN may use by `--mount=type=ssh`. */
  readonly ssh?: readonly SshSource[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TraceEvent) => void;
}

/** A build whose image is not stored in the engine, but handed over blob by blob. */
export interface ExportRequest extends Omit<BuildRequest, 'tags'> {
  readonly take: TakeBlob;
}

export interface ExportOutcome {
  /** What BuildKit has to say about the Dockerfile. */
  readonly warnings: readonly string[];
  /** Names of the steps, in the order BuildKit told of them. */
  readonly steps: readonly string[];
}

export interface BuildOutcome extends ExportOutcome {
  /** `sha256:…` */
  readonly imageId: string;
}

/** The engine cannot hand blobs over: its images are not in containerd. */
export class ExporterMissing extends Error {}

/** What a build has from the person who asks for it, beside the request. */
export interface BuildClient {
  readonly credentials: CredentialsOf;
  /** The environment variables of secrets, and of the ssh agent. */
  readonly env: NodeJS.ProcessEnv;
}

const BuildLine = z.object({
  id: z.string().optional(),
  /** Base64 of a trace message, or the image's id. */
  aux: z.union([z.string(), z.object({ ID: z.string().optional() })]).nullish(),
  stream: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).nullish(),
});

/**
 * Builds one image with BuildKit. Returns as soon as the engine has it, or throws: a failed build as build-error.ts
 * tells it, `cancelled` at once when aborted, `engine-lost`, `secret-unavailable` and `ssh-unavailable` before anything is
 * built, or what the context's stream fails with.
 */
export async function build(
  connection: Connection,
  client: BuildClient,
  request: BuildRequest,
): Promise<BuildOutcome> {
  const { imageId, ...outcome } = await run(connection, client, request);
  if (imageId === undefined) throw engineLost(connection.endpoint);
  return { ...outcome, imageId };
}

/**
 * Builds one image and hands its blobs over: the layers that are new to who takes them, the config, and the manifest
 * last. Returns when all are there; the connections end a moment later, see hand-over.ts. Nothing of it is stored in the
 * engine but BuildKit's cache. Throws what `build` throws, what taking a blob failed with, and ExporterMissing.
 */
export async function exportBuild(
  connection: Connection,
  client: BuildClient,
  request: ExportRequest,
): Promise<ExportOutcome> {
  const { imageId: _, ...outcome } = await run(connection, client, request);
  return outcome;
}

type AnyRequest = BuildRequest & Partial<Pick<ExportRequest, 'take'>>;

/** A request whose build runs. */
type Running = AnyRequest & {
  /** Why a credential helper gave nothing, so far. */
  readonly helperProblem: () => string | undefined;
};

async function run(
  connection: Connection,
  client: BuildClient,
  request: AnyRequest,
): Promise<ExportOutcome & { readonly imageId: string | undefined }> {
  const { context, source, take, secrets = [], ssh = [] } = request;
  // Everything of this build hangs on this signal, so that leaving it, however, leaves nothing running.
  const ending = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, ending.signal]) : ending.signal;
  const tracker = createStepTracker(
    (name) => (source ? locateStep(name, source) : undefined),
    (event) => request.onEvent?.(event),
  );
  let helperProblem: string | undefined;
  const running: Running = { ...request, helperProblem: () => helperProblem };
  const credentials = (registry: string) =>
    client.credentials(registry, (problem) => {
      helperProblem = problem;
    });
  /** What failed on our side: the engine only says that somebody went away. */
  let ownError: Error | undefined;
  const fail = (error: Error) => {
    ownError ??= error;
    ending.abort();
  };
  const sender = sendContext(context, request.dockerfile, fail);
  const handOver = watchHandOver();
  let session: Session | undefined;
  let values: AsyncGenerator<unknown> | undefined;
  const leave = () => {
    ending.abort();
    session?.close();
  };

  try {
    const readSecret = await openSecrets(secrets, client.env);
    const agents = await openAgents(ssh, client.env);
    if (request.signal?.aborted) throw cancelled();
    session = await openSession(connection, {
      signal,
      sharedKey: sender.sharedKey,
      methods: {
        ...sender.methods,
        ...authService(credentials),
        ...sshService(agents),
        ...secretsService((id) => telling(fail, readSecret(id))),
        ...(take && contentService({ take, onHandedOver: handOver.addBlob, onError: fail })),
      },
      // The engine would tell it too, in the words of what it did at the time.
      onLost: take && (() => fail(engineLost(connection.endpoint))),
    });
    const sent = await sender.request(session);
    const lines = await connection.stream({
      method: 'POST',
      path: '/build',
      query: { ...queryOf(request, session.id), ...sent.query },
      headers: { ...sent.headers, Connection: 'close' },
      body: sent.body,
      signal,
    });
    values = jsonLines(lines);
    const outcome = await followBuild(values, connection, tracker, handOver, running);
    if (ownError) throw ownError;
    tracker.finish('built');
    return outcome;
  } catch (error) {
    const failure = readFailure(error, ownError, connection, running);
    const code = failure instanceof LayerscopeError ? failure.code : undefined;
    tracker.finish(code === 'cancelled' ? 'cancelled' : 'failed');
    throw failure;
  } finally {
    sender.destroy();
    if (values && handOver.isDone()) void passOver(values, leave);
    else leave();
  }
}

/** What else the engine says of a build that is over, ms at most. Longer than that it does not keep a process alive. */
const restTime = 5000;

async function passOver(values: AsyncGenerator<unknown>, leave: () => void): Promise<void> {
  const timer = setTimeout(leave, restTime);
  try {
    for (let next = await values.next(); !next.done; next = await values.next());
  } catch {
    // The image is here: nothing that happens to the engine changes that.
  } finally {
    clearTimeout(timer);
    leave();
  }
}

/** The same, with its failure told: BuildKit would only say that its own call failed. */
async function telling<T>(fail: (error: Error) => void, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function readFailure(
  error: unknown,
  ownError: Error | undefined,
  connection: Connection,
  request: Running,
): Error {
  if (request.signal?.aborted) return cancelled();
  if (ownError) return ownError;
  const message = error instanceof Error ? error.message : '';
  if (request.take && /exporter "oci" could not be found/.test(message)) return new ExporterMissing(message);
  if (error instanceof HttpError) return failureOf(error.message, undefined, request);
  return connectionError(error, connection.endpoint, request.signal);
}

function failureOf(message: string, tracker: StepTracker | undefined, request: Running): LayerscopeError {
  const { source, target } = request;
  const helperProblem = request.helperProblem();
  return buildError({ message, step: tracker?.failed(), source, target, helperProblem });
}

/**
 * Reads the progress to its end, or until the image is handed over; the last word is the image's id or an error, or the
 * engine is gone.
 */
async function followBuild(
  values: AsyncGenerator<unknown>,
  connection: Connection,
  tracker: StepTracker,
  handOver: HandOver,
  request: Running,
): Promise<ExportOutcome & { readonly imageId: string | undefined }> {
  const warnings: string[] = [];
  let imageId: string | undefined;
  let message: string | undefined;
  try {
    // Leaving a `for await` would close the connection.
    while (!handOver.isDone()) {
      const next = await values.next();
      if (next.done) break;
      const { id, aux, error, errorDetail } = BuildLine.parse(next.value);
      if (id === 'moby.buildkit.trace' && typeof aux === 'string') {
        const trace = decodeTrace(aux);
        tracker.apply(trace);
        handOver.addTrace(trace);
        warnings.push(...trace.warnings);
      } else if (aux && typeof aux === 'object' && aux.ID) imageId = aux.ID;
      if (error !== undefined || errorDetail) message = errorDetail?.message ?? error ?? '';
    }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof z.ZodError) {
      throw engineError(`its report of the build cannot be read (${error.message})`, error);
    }
    throw error;
  }
  if (message !== undefined) {
    // Nobody here cancelled: the engine is shutting down, or lost its own builder.
    const stopped =
      /context cancell?ed|client connection is closing|transport is closing|connection reset/.test(message);
    if (stopped && !tracker.failed()) throw engineLost(connection.endpoint, new Error(message));
    throw failureOf(message, tracker, request);
  }
  return { imageId, warnings, steps: tracker.names() };
}

/** One output a build; layers that the engine has compressed come as they are, new ones plain. */
const ociOutput = [{ Type: 'oci', Attrs: { tar: 'false', compression: 'uncompressed' } }];

function queryOf(request: AnyRequest, session: string | undefined) {
  return {
    version: '2',
    buildid: randomUUID(),
    session,
    t: request.tags,
    target: request.target,
    buildargs: request.buildArgs,
    platform: request.platform,
    networkmode: request.network,
    labels: request.labels,
    nocache: request.noCache ? '1' : undefined,
    pull: request.pull ? '1' : undefined,
    outputs: request.take && JSON.stringify(ociOutput),
  };
}
