import { homedir } from 'node:os';
import { join } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { dockerConfigFolder, readDockerConfig, readDockerContext, tlsFiles } from './docker-config.ts';
import type { Endpoint, EndpointSource, TlsFiles } from './endpoint.ts';
import { parseAddress } from './endpoint.ts';

export interface FindOptions {
  /** `--docker-host`. */
  readonly dockerHost?: string;
  /** `--docker-context`. */
  readonly dockerContext?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
  readonly platform?: NodeJS.Platform;
}

/**
 * Where an engine may be, in the order the docker command decides: `--docker-host` or `--docker-context`,
 * `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context. Any of these is the only answer. Where none is set, the usual
 * sockets, most likely first; whether one answers is for the caller to try.
 * Throws `engine-unreachable` for an address or context that is none, `usage` for both options at once.
 */
export async function findEngine(options: FindOptions = {}): Promise<Endpoint[]> {
  const env = options.env ?? process.env;
  const home = options.home ?? homedir();
  const folder = dockerConfigFolder(env, home);

  if (options.dockerHost && options.dockerContext) {
    throw new LayerscopeError({
      code: 'usage',
      message: 'Both a docker host and a docker context are given',
      hint: 'Give --docker-host or --docker-context, not both',
    });
  }
  const byHost = (host: string, source: EndpointSource) => [endpoint(host, source, envTls(env, folder))];
  const byContext = async (name: string, source: EndpointSource): Promise<Endpoint[]> => {
    const context = await readDockerContext(folder, name);
    return [{ ...endpoint(context.host, source, context.tls), context: name }];
  };

  if (options.dockerHost) return byHost(options.dockerHost, '--docker-host');
  // The context "default" is no stored one: it means DOCKER_HOST, else the usual socket.
  if (options.dockerContext && options.dockerContext !== 'default') {
    return byContext(options.dockerContext, '--docker-context');
  }
  if (env.DOCKER_HOST) return byHost(env.DOCKER_HOST, 'DOCKER_HOST');
  if (!options.dockerContext) {
    const fromEnv = env.DOCKER_CONTEXT;
    if (fromEnv && fromEnv !== 'default') return byContext(fromEnv, 'DOCKER_CONTEXT');
    const current = fromEnv ? undefined : (await readDockerConfig(folder)).currentContext;
    if (current && current !== 'default') return byContext(current, 'current context');
  }
  return usualSockets(env, home, options.platform ?? process.platform).map((url) =>
    endpoint(url, 'usual-socket', undefined),
  );
}

function endpoint(url: string, source: EndpointSource, tls: TlsFiles | undefined): Endpoint {
  const address = parseAddress(url, { tls: tls !== undefined });
  const encrypted = address.kind === 'tcp' && tls ? { tls } : {};
  return { url: url.includes('://') ? url : `tcp://${url}`, address, source, ...encrypted };
}

/** DOCKER_TLS_VERIFY (any value) asks for TLS, DOCKER_TLS for TLS without a check of the server's certificate. */
function envTls(env: NodeJS.ProcessEnv, folder: string): TlsFiles | undefined {
  if (!env.DOCKER_TLS_VERIFY && !env.DOCKER_TLS) return undefined;
  return tlsFiles(env.DOCKER_CERT_PATH || folder, Boolean(env.DOCKER_TLS_VERIFY));
}

function usualSockets(env: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string[] {
  if (platform === 'win32') {
    return [
      'npipe:////./pipe/docker_engine',
      'npipe:////./pipe/dockerDesktopLinuxEngine',
      'npipe:////./pipe/podman-machine-default',
    ];
  }
  const runtime = env.XDG_RUNTIME_DIR;
  const inHome = (...parts: string[]) => join(home, ...parts);
  const mac = platform === 'darwin';
  const paths = [
    '/var/run/docker.sock',
    // Docker Desktop: macOS, then Linux.
    inHome('.docker', 'run', 'docker.sock'),
    inHome('.docker', 'desktop', 'docker.sock'),
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    inHome('.colima', 'default', 'docker.sock'),
    inHome('.config', 'colima', 'default', 'docker.sock'),
    inHome('.rd', 'docker.sock'),
    ...(mac ? [inHome('.orbstack', 'run', 'docker.sock')] : []),
    ...(runtime ? [join(runtime, 'podman', 'podman.sock')] : []),
    ...(mac ? [inHome('.local', 'share', 'containers', 'podman', 'machine', 'podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
  return [...new Set(paths)].map((path) => `unix://${path}`);
}
