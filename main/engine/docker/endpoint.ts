import { LayerscopeError } from '../../../shared/api/errors.ts';

/** Which setting named the endpoint; `usual-socket` when nothing did. */
export type EndpointSource =
  | '--docker-host'
  | '--docker-context'
  | 'DOCKER_HOST'
  | 'DOCKER_CONTEXT'
  | 'current context'
  | 'usual-socket';

export interface TlsFiles {
  /** Absolute paths; each is used where the file exists. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** False: the server's certificate is not checked, as the docker command's `--tls` without `--tlsverify`. */
  readonly verify: boolean;
}

export type Address =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly port: number | undefined;
      readonly user: string | undefined;
    };

/** Where an engine may answer. */
export interface Endpoint {
  /** As people write it: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://me@host`. */
  readonly url: string;
  readonly address: Address;
  readonly source: EndpointSource;
  /** The docker context it is from. */
  readonly context?: string;
  readonly tls?: TlsFiles;
}

/**
 * Reads what `docker --host` takes: unix, npipe, tcp, http and ssh addresses, or a bare `host:port`.
 * Throws `engine-unreachable` for anything else.
 */
export function parseAddress(text: string, options: { readonly tls: boolean }): Address {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text.trim()) ?? [];
  switch (scheme) {
    case 'unix':
      return { kind: 'socket', path: rest || '/var/run/docker.sock' };
    case 'npipe':
      return { kind: 'socket', path: rest || '//./pipe/docker_engine' };
    case 'tcp':
    case 'http': {
      const url = parseUrl(`http://${rest}`, text);
      // The defaults of the docker command.
      const port = url.port === '' ? (options.tls ? 2376 : 2375) : Number(url.port);
      return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port };
    }
    case 'ssh': {
      const url = parseUrl(`ssh://${rest}`, text);
      if (url.password !== '' || url.search !== '' || url.hash !== '') throw badAddress(text);
      return {
        kind: 'ssh',
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port === '' ? undefined : Number(url.port),
        user: url.username === '' ? undefined : decodeURIComponent(url.username),
      };
    }
    default:
      throw badAddress(text);
  }
}

function parseUrl(url: string, original: string): URL {
  // `tcp://:2375` means this machine, but is no URL.
  const parsed = URL.parse(url.replace(/^http:\/\/:/, 'http://localhost:'));
  if (!parsed?.hostname) throw badAddress(original);
  return parsed;
}

function badAddress(text: string): LayerscopeError {
  return new LayerscopeError({
    code: 'engine-unreachable',
    message: `${JSON.stringify(text)} is not the address of an engine`,
    hint: 'Give one like unix:///var/run/docker.sock, tcp://HOST:2376 or ssh://USER@HOST',
  });
}
