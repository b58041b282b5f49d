import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { oldestApi } from './api-version.ts';
import type { Endpoint } from './endpoint.ts';

/** An endpoint that was tried, and why it gave no engine. */
export interface AttemptFailure {
  readonly endpoint: Endpoint;
  readonly error: unknown;
}

/** The error for people after no endpoint answered. */
export async function connectError(
  failures: readonly AttemptFailure[],
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): Promise<LayerscopeError> {
  const denied = failures.find(({ error }) => ['EACCES', 'EPERM'].includes(codeOf(error)));
  if (denied) return permissionDenied(denied, platform);

  const [first] = failures;
  // The current context is what Docker Desktop sets for itself: that it is not started is no mistake in a setting.
  const named = first && first.endpoint.source !== 'usual-socket';
  const local = first?.endpoint.address.kind === 'socket';
  if (first && named && !(local && first.endpoint.source === 'current context')) return unreachable(first);

  const absent = ({ error }: AttemptFailure) => ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
  const refused = failures.find((failure) => codeOf(failure.error) === 'ECONNREFUSED');
  const other = failures.find((failure) => !absent(failure) && codeOf(failure.error) !== 'ECONNREFUSED');
  if (other) return unreachable(other);
  if (refused || named || (await isInstalled(env, platform))) return notRunning(refused ?? first, platform);
  return notInstalled(platform);
}

export function tooOld(endpoint: Endpoint, version: string): LayerscopeError {
  return new LayerscopeError({
    code: 'engine-too-old',
    message: `The Docker engine at ${endpoint.url} is version ${version}`,
    hint: `Update it: Layerscope needs Docker 20.10 or newer (API ${oldestApi})`,
  });
}

function permissionDenied({ endpoint, error }: AttemptFailure, platform: NodeJS.Platform): LayerscopeError {
  return new LayerscopeError(
    {
      code: 'engine-permission-denied',
      message: `You may not use the Docker engine at ${endpoint.url}: permission denied`,
      hint:
        platform === 'linux'
          ? 'Add yourself to the docker group with `sudo usermod -aG docker $USER`, then log out and in again'
          : 'Give your user access to this socket, or start the engine as your user',
    },
    { cause: error },
  );
}

function unreachable({ endpoint, error }: AttemptFailure): LayerscopeError {
  const from = endpoint.context ? `${endpoint.source} ${JSON.stringify(endpoint.context)}` : endpoint.source;
  const why = endpoint.source === 'usual-socket' ? '' : `, which is set by ${from}`;
  return new LayerscopeError(
    {
      code: 'engine-unreachable',
      message: `No Docker engine answers at ${endpoint.url}${why}: ${error instanceof Error ? error.message : String(error)}`,
      hint: why
        ? 'Start that engine, or correct the setting or leave it out to use the engine of this machine'
        : 'Restart the engine, then try again',
    },
    { cause: error },
  );
}

function notRunning(failure: AttemptFailure | undefined, platform: NodeJS.Platform): LayerscopeError {
  const where = failure ? ` at ${failure.endpoint.url}` : '';
  return new LayerscopeError(
    {
      code: 'engine-not-running',
      message: `Docker is installed, but no engine is running${where}`,
      hint:
        platform === 'linux'
          ? 'Start it with `sudo systemctl start docker`, or open Docker Desktop'
          : 'Open Docker Desktop, or start the engine you use (Colima, Rancher Desktop, OrbStack, Podman)',
    },
    { cause: failure?.error },
  );
}

function notInstalled(platform: NodeJS.Platform): LayerscopeError {
  return new LayerscopeError({
    code: 'engine-not-installed',
    message: 'There is no Docker engine on this machine',
    hint:
      platform === 'linux'
        ? 'Install Docker Engine (https://docs.docker.com/engine/install) or Podman; archives can be opened without it'
        : 'Install Docker Desktop (https://docs.docker.com/get-docker) or another engine; archives can be opened without it',
  });
}

async function isInstalled(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<boolean> {
  const suffix = platform === 'win32' ? '.exe' : '';
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = ['docker', 'dockerd', 'podman'].flatMap((name) =>
    folders.map((folder) => join(folder, `${name}${suffix}`)),
  );
  if (platform === 'darwin') paths.push('/Applications/Docker.app', '/Applications/OrbStack.app');
  for (const path of paths) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}

/** The system's error code; of several addresses that failed (AggregateError), the first one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return (error as NodeJS.ErrnoException)?.code ?? '';
}
