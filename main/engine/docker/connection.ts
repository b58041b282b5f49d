import { existsSync, readFileSync } from 'node:fs';
import type { Agent, OutgoingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { inspect } from 'node:util';
import type Modem from 'docker-modem';
import { cancelled, LayerscopeError } from '../../../shared/api/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { HttpAgent, HttpsAgent } from './http-agents.ts';
import { createSshAgent } from './ssh-agent.ts';

export type QueryValue = string | number | boolean | readonly string[] | Readonly<Record<string, unknown>>;

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without the API version: `/images/json`. */
  readonly path: string;
  /** Undefined values are left out, lists are given once an item, other objects as JSON. */
  readonly query?: Readonly<Record<string, QueryValue | undefined>>;
  readonly headers?: OutgoingHttpHeaders;
  /** A tar. */
  readonly body?: Readable | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The Engine API at one endpoint. Every request has a connection of its own. */
export interface Connection {
  readonly endpoint: Endpoint;
  /** The answer's JSON. Throws HttpError for a status that is no success, else see `connectionError`. */
  json(request: EngineRequest): Promise<unknown>;
  /** The answer's body as it comes. It errors when the engine breaks it off. */
  stream(request: EngineRequest): Promise<Readable>;
  /** Turns the connection into a two-way stream (HTTP upgrade to `protocol`). */
  upgrade(request: EngineRequest, protocol: string): Promise<Duplex>;
}

/** The engine's answer was no success. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** @param apiVersion `1.41`; undefined for the paths that have none */
export async function openConnection(
  endpoint: Endpoint,
  env: NodeJS.ProcessEnv,
  apiVersion?: string,
): Promise<Connection> {
  const { default: Docker } = await import('dockerode');
  const modem: Modem = new Docker({
    ...modemOptions(endpoint, env),
    ...(apiVersion ? { version: `v${apiVersion}` } : {}),
  }).modem;

  function dial(request: EngineRequest, extra: Partial<Modem.DialOptions>): Promise<unknown> {
    if (request.signal?.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const query = Object.fromEntries(
        Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined),
      );
      modem.dial(
        {
          path: Object.keys(query).length > 0 ? `${request.path}?` : request.path,
          method: request.method,
          // docker-modem sends the options of a POST as its body too, unless `_body` says otherwise.
          options: { _query: query, _body: {} },
          statusCodes: { 200: true, 201: true, 204: true },
          ...(request.headers ? { headers: { ...request.headers } } : {}),
          ...(request.body ? { file: request.body } : {}),
          ...(request.signal ? { abortSignal: unprinted(request.signal) } : {}),
          ...extra,
        },
        (error, result) => (error ? reject(readError(error)) : resolve(result)),
      );
    });
  }

  return {
    endpoint,
    json: (request) => dial(request, {}),
    stream: (request) => dial(request, { isStream: true }) as Promise<Readable>,
    upgrade: (request, protocol) =>
      dial(
        { ...request, headers: { ...request.headers, Upgrade: protocol } },
        { hijack: true },
      ) as Promise<Duplex>,
  };
}

/**
 * docker-modem prints the options of every request to the last depth for a log that nobody reads; agents and signals
 * lead to half of Node, which took 3 ms a request.
 */
function unprinted<T extends object>(value: T): T {
  if (!Object.hasOwn(value, inspect.custom)) {
    Object.defineProperty(value, inspect.custom, { value: () => value.constructor.name });
  }
  return value;
}

function modemOptions(endpoint: Endpoint, env: NodeJS.ProcessEnv) {
  // docker-modem fills in what is left undefined from DOCKER_HOST and its companions: name every field.
  const none = { host: undefined, port: undefined, socketPath: undefined, username: undefined };
  const secrets = { ca: undefined, cert: undefined, key: undefined };
  const { address } = endpoint;
  const base = { ...none, ...secrets, protocol: 'http' as const, timeout: undefined };
  // Connections are never reused: a BuildKit build over a kept-alive one hangs on engines 29 (docker-modem issue
  // 196), and what is aborted must not be given to the next request.
  switch (address.kind) {
    case 'socket':
      return { ...base, socketPath: address.path, agent: unprinted(new HttpAgent({ keepAlive: false })) };
    case 'tcp':
      return {
        ...base,
        host: address.host.includes(':') ? `[${address.host}]` : address.host,
        port: address.port,
        ...(endpoint.tls
          ? { protocol: 'https' as const, agent: unprinted(tlsAgent(endpoint)) }
          : { agent: unprinted(new HttpAgent({ keepAlive: false })) }),
      };
    case 'ssh':
      return { ...base, host: 'localhost', port: 80, agent: unprinted(createSshAgent(address, env)) };
  }
}

function tlsAgent(endpoint: Endpoint): Agent {
  const { tls } = endpoint;
  const read = (path: string | undefined) => (path && existsSync(path) ? readFileSync(path) : undefined);
  try {
    return new HttpsAgent({
      keepAlive: false,
      ca: read(tls?.ca),
      cert: read(tls?.cert),
      key: read(tls?.key),
      rejectUnauthorized: tls?.verify ?? true,
    });
  } catch (error) {
    throw new LayerscopeError(
      {
        code: 'engine-unreachable',
        message: `The certificates for ${endpoint.url} cannot be read: ${(error as Error).message}`,
        hint: 'Check ca.pem, cert.pem and key.pem in the folder DOCKER_CERT_PATH or the docker context names',
      },
      { cause: error },
    );
  }
}

/** docker-modem wraps the engine's message: `(HTTP code 404) unexpected - No such image: x `. */
function readError(error: Error): Error {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status !== 'number') return error;
  const wrapped = /^\(HTTP code \d+\) .*? - ([\s\S]*?) ?$/.exec(error.message);
  return new HttpError(status, wrapped?.[1] ?? error.message);
}

/**
 * Any failure of a request as an error for people: `cancelled` where the signal says so, `engine-lost` where the
 * connection broke, else `engine-error` with the engine's own words.
 */
export function connectionError(error: unknown, endpoint: Endpoint, signal?: AbortSignal): LayerscopeError {
  if (signal?.aborted) return cancelled();
  if (error instanceof LayerscopeError) return error;
  if (error instanceof HttpError) return engineError(error.message, error);
  if (isBroken(error)) return engineLost(endpoint, error);
  return engineError(error instanceof Error ? error.message : String(error), error);
}

export function engineLost(endpoint: Endpoint, cause?: unknown): LayerscopeError {
  return new LayerscopeError(
    {
      code: 'engine-lost',
      message: `The Docker engine at ${endpoint.url} stopped answering in the middle of its work`,
      hint: 'See that it runs (`docker info`), start it if it does not, and try again',
    },
    { cause },
  );
}

export function engineError(message: string, cause?: unknown): LayerscopeError {
  return new LayerscopeError(
    {
      code: 'engine-error',
      message: `The Docker engine answered with an error: ${message.trim()}`,
      hint: "Look at the engine's log if this does not explain it, and try again",
    },
    { cause },
  );
}

const brokenCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'HPE_INVALID_EOF_STATE',
]);

/** Whether the connection ended where it should not: reset, refused, or closed in the middle of an answer. */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    (code !== undefined && brokenCodes.has(code)) || /^aborted$|socket hang up|^ssh ended/.test(error.message)
  );
}
