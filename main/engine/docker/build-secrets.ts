import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { LayerscopeError } from '../../../shared/api/errors.ts';

/** Where a secret of a build is: in the environment variable where that is set, else in the file. */
export interface SecretSource {
  readonly id: string;
  readonly environment?: string;
  /** Its value where the environment does not have it; undefined where it is not set there either. */
  readonly elsewhere?: (variable: string) => Promise<string | undefined>;
  /** Absolute. */
  readonly path?: string;
}

/** Bytes: BuildKit takes no larger ones. */
export const largestSecret = 500 * 1024;

/**
 * Sees that every secret is there, and returns what reads one when the build asks for it: undefined for one that is not
 * among them. No value is kept. Both throw `secret-unavailable`, which names the secret and its place, never its value.
 */
export async function openSecrets(
  sources: readonly SecretSource[],
  env: NodeJS.ProcessEnv,
): Promise<(id: string) => Promise<Uint8Array | undefined>> {
  const byId = new Map(sources.map((source) => [source.id, source]));
  for (const source of byId.values()) await check(source, env);
  return async (id) => {
    const source = byId.get(id);
    if (!source) return undefined;
    const variable = await variableOf(source, env);
    return variable === undefined ? readFile(source) : bounded(source, Buffer.from(variable));
  };
}

async function variableOf(
  { environment, elsewhere }: SecretSource,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (environment === undefined) return undefined;
  return Object.hasOwn(env, environment) ? env[environment] : elsewhere?.(environment);
}

async function check(source: SecretSource, env: NodeJS.ProcessEnv): Promise<void> {
  const { environment, path } = source;
  const variable = await variableOf(source, env);
  if (variable !== undefined) {
    bounded(source, Buffer.from(variable));
    return;
  }
  if (path === undefined) {
    throw unavailable(source, `the environment variable ${JSON.stringify(environment ?? '')} is not set`);
  }
  try {
    const found = await stat(path);
    // A pipe could be read once only, and each image that is built may ask again.
    if (!found.isFile()) throw unavailable(source, `${JSON.stringify(path)} is no regular file`);
    if (found.size > largestSecret) throw tooLarge(source);
    await access(path, constants.R_OK);
  } catch (error) {
    throw unreadable(source, error);
  }
}

async function readFile(source: SecretSource): Promise<Uint8Array> {
  try {
    await using file = await open(source.path!);
    const buffer = Buffer.alloc(largestSecret + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = (await file.read(buffer, length, buffer.length - length, null)).bytesRead;
    }
    return bounded(source, buffer.subarray(0, length));
  } catch (error) {
    throw unreadable(source, error);
  }
}

function bounded(source: SecretSource, value: Uint8Array): Uint8Array {
  if (value.length > largestSecret) throw tooLarge(source);
  return value;
}

function tooLarge({ id, path, environment }: SecretSource): LayerscopeError {
  const place = JSON.stringify(path ?? environment);
  return new LayerscopeError({
    code: 'secret-unavailable',
    message: `The secret ${JSON.stringify(id)} from ${place} is larger than 500 KB, which is the most that BuildKit takes`,
    hint: 'Check that it is the file or variable you mean',
  });
}

function unavailable({ id }: SecretSource, reason: string, cause?: unknown): LayerscopeError {
  return new LayerscopeError(
    {
      code: 'secret-unavailable',
      message: `The secret ${JSON.stringify(id)} cannot be given to the build: ${reason}`,
      hint: 'Correct where the secret is from, or leave it out if no RUN needs it',
    },
    { cause },
  );
}

function unreadable(source: SecretSource, error: unknown): LayerscopeError {
  if (error instanceof LayerscopeError) return error;
  const path = JSON.stringify(source.path);
  const { code, message } = error as NodeJS.ErrnoException;
  const also =
    source.environment === undefined ? '' : ` and no variable ${JSON.stringify(source.environment)}`;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return unavailable(source, `there is no file ${path}${also}`, error);
  const why = code === 'EACCES' || code === 'EPERM' ? 'you have no permission' : message;
  return unavailable(source, `${path} cannot be read: ${why}`, error);
}
