import { z } from 'zod';
import { cancelled, LayerscopeError } from '../../../shared/api/errors.ts';
import type { PullProgress } from '../../../shared/model/engine-status.ts';
import { reason } from './build-error.ts';
import type { Connection } from './connection.ts';
import { connectionError, engineLost, HttpError } from './connection.ts';
import type { Credentials, CredentialsOf } from './credentials.ts';
import { parseReference } from './image-reference.ts';
import { jsonLines } from './json-lines.ts';

const PullLine = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).nullish(),
});
type PullLine = z.infer<typeof PullLine>;

export interface PullOptions {
  readonly platform?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
}

/**
 * Pulls one image (`POST /images/create`). Throws `image-not-found` where the registry has no such image or shows it
 * to nobody, `platform-unavailable`, and `pull-failed` with a hint for everything else the registry says.
 */
export async function pull(
  connection: Connection,
  credentials: CredentialsOf,
  reference: string,
  { platform, signal, onProgress }: PullOptions,
): Promise<void> {
  const parsed = parseReference(reference);
  if (!parsed) {
    throw new LayerscopeError({
      code: 'image-not-found',
      message: `${JSON.stringify(reference)} is no name of an image`,
      hint: 'Write it like debian:bookworm or registry.example/team/app:1.2',
    });
  }
  const progress = createPullProgress();
  let helperProblem: string | undefined;
  try {
    const found = await credentials(parsed.registry, (problem) => {
      helperProblem = problem;
    });
    const lines = await connection.stream({
      method: 'POST',
      path: '/images/create',
      query: {
        fromImage: `${parsed.registry}/${parsed.repository}`,
        // Without a tag the engine would pull every tag there is.
        tag: parsed.digest ?? parsed.tag,
        platform,
      },
      headers: found ? { 'X-Registry-Auth': authHeader(parsed.registry, found) } : {},
      signal,
    });
    let complete = false;
    for await (const value of jsonLines(lines)) {
      const line = PullLine.parse(value);
      if (line.error !== undefined || line.errorDetail) {
        throw pullError(reference, line.errorDetail?.message ?? line.error ?? '', helperProblem);
      }
      complete ||= /^(Status|Digest): /.test(line.status ?? '');
      onProgress?.(progress(line));
    }
    if (!complete) throw engineLost(connection.endpoint);
  } catch (error) {
    if (signal?.aborted) throw cancelled();
    if (error instanceof HttpError) throw pullError(reference, error.message, helperProblem);
    throw connectionError(error, connection.endpoint, signal);
  }
}

function authHeader(registry: string, { username, password, identityToken }: Credentials): string {
  const serveraddress = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  const fields = identityToken ? { identitytoken: identityToken } : { username, password };
  return Buffer.from(JSON.stringify({ ...fields, serveraddress })).toString('base64url');
}

/** Sums the lines of all layers. Bytes are those downloaded; the total is known when every layer's size is. */
export function createPullProgress(): (
  line: Pick<PullLine, 'id' | 'status' | 'progressDetail'>,
) => PullProgress {
  interface Layer {
    readonly current: number;
    readonly total: number | undefined;
    readonly done: boolean;
  }
  const layers = new Map<string, Layer>();
  return ({ id, status = '', progressDetail }) => {
    // A layer's id is the short digest; the first line has the tag in its place.
    if (id !== undefined && /^[0-9a-f]{12}$/.test(id)) {
      const before = layers.get(id) ?? { current: 0, total: undefined, done: false };
      const done = before.done || status === 'Pull complete' || status === 'Already exists';
      if (status === 'Downloading') {
        const { current = before.current, total = before.total } = progressDetail ?? {};
        layers.set(id, { current, total, done });
      } else if (status === 'Already exists') layers.set(id, { current: 0, total: 0, done });
      else if (status === 'Download complete')
        layers.set(id, { ...before, current: before.total ?? before.current });
      else layers.set(id, { ...before, done });
    }
    const all = [...layers.values()];
    const totals = all.map(({ total }) => total).filter((total) => total !== undefined);
    return {
      done: all.filter((layer) => layer.done).length,
      layers: all.length,
      bytes: all.reduce((sum, { current }) => sum + current, 0),
      ...(all.length > 0 && totals.length === all.length
        ? { total: totals.reduce((sum, total) => sum + total, 0) }
        : {}),
      status,
    };
  };
}

function pullError(reference: string, message: string, helperProblem: string | undefined): LayerscopeError {
  const { text, hint } = reason(message, helperProblem);
  const code = /no matching manifest|no match for platform|does not match the specified platform/i.test(text)
    ? 'platform-unavailable'
    : /not found|manifest unknown|name unknown|does not exist|denied|unauthorized|no basic auth/i.test(text)
      ? 'image-not-found'
      : 'pull-failed';
  return new LayerscopeError({ code, message: `${reference} could not be pulled: ${text}`, hint });
}
