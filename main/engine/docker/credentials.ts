import { spawn } from 'node:child_process';
import { z } from 'zod';
import { type DockerConfig, dockerConfigFolder, readDockerConfig } from './docker-config.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
}

/**
 * What there is for a registry (HOST or HOST:PORT); undefined where there is nothing. `onProblem` is told, as the start of a
 * sentence, of a credential helper that did not work.
 */
export type CredentialsOf = (
  registry: string,
  onProblem?: (problem: string) => void,
) => Promise<Credentials | undefined>;

type Entry = NonNullable<DockerConfig['auths']>[string];

/** Docker Hub is kept under the address of its first API. */
const hubKey = 'https://index.docker.io/v1/';
const hubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** ms. A helper may ask its person to unlock something; BuildKit waits for a minute. */
const patience = 55_000;

/**
 * What the docker command has for a registry: from the variable DOCKER_AUTH_CONFIG, else from the credential helper that
 * its `config.json` names, else from `auths` there. A helper that fails has nothing, so that public images can be had
 * without it; the docker command would stop.
 */
export async function findCredentials(
  registry: string,
  env: NodeJS.ProcessEnv,
  home: string,
  onProblem?: (problem: string) => void,
): Promise<Credentials | undefined> {
  const key = hubHosts.has(registry) ? hubKey : registry;
  const ofVariable = own(authsOf(env.DOCKER_AUTH_CONFIG), key);
  if (ofVariable) return readEntry(ofVariable);
  const config = await readDockerConfig(dockerConfigFolder(env, home));
  const helper = own(config.credHelpers, key) ?? own(config.credHelpers, registry) ?? config.credsStore;
  // The name becomes part of a command's: nothing but a plain word.
  if (helper && /^[\w-]+$/.test(helper)) {
    const found = await askHelper(helper, key, env, onProblem);
    if (found) return found;
  }
  const entry = own(config.auths, key) ?? ofHost(config.auths, key);
  return entry && readEntry(entry);
}

const AuthVariable = z.strictObject({ auths: z.record(z.string(), z.strictObject({ auth: z.string() })) });

/** DOCKER_AUTH_CONFIG is a small `config.json`; with anything else in it the docker command takes none of it. */
function authsOf(variable: string | undefined): DockerConfig['auths'] {
  if (!variable) return undefined;
  try {
    return AuthVariable.safeParse(JSON.parse(variable)).data?.auths;
  } catch {
    return undefined;
  }
}

/** Older commands wrote addresses where a host is enough: `https://registry.example/v1/`. */
function ofHost(auths: DockerConfig['auths'], host: string): Entry | undefined {
  return Object.entries(auths ?? {}).find(
    ([address]) => address.replace(/^[^/]*:\/\//, '').split('/')[0] === host,
  )?.[1];
}

function readEntry({ auth, ...entry }: Entry): Credentials | undefined {
  const decoded = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = auth ? decoded.slice(0, Math.max(colon, 0)) : (entry.username ?? '');
  const password = auth ? decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '') : (entry.password ?? '');
  if (entry.identitytoken) return { username, password, identityToken: entry.identitytoken };
  return username === '' ? undefined : { username, password };
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** `docker-credential-NAME get`: the registry on stdin, JSON on stdout (docker/docker-credential-helpers). */
function askHelper(
  name: string,
  registry: string,
  env: NodeJS.ProcessEnv,
  onProblem: (problem: string) => void = () => undefined,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: patience,
      windowsHide: true,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stdin.on('error', () => undefined);
    let hasStarted = true;
    child.on('error', () => {
      hasStarted = false;
      onProblem(`The credential helper ${program}, which config.json names, cannot be started`);
      resolve(undefined);
    });
    child.on('close', (code) => {
      if (hasStarted && code !== 0 && !/^(?:credentials not found|no credentials)/.test(output)) {
        const [words = ''] = output.trim().split('\n');
        onProblem(`The credential helper ${program} failed, with ${JSON.stringify(words.slice(0, 200))}`);
      }
      resolve(code === 0 ? readHelper(output) : undefined);
    });
    child.stdin.end(registry);
  });
}

function readHelper(output: string): Credentials | undefined {
  try {
    const { Username: username, Secret: password } = JSON.parse(output) as Record<string, unknown>;
    if (typeof username !== 'string' || typeof password !== 'string') return undefined;
    // `<token>` in place of a name says that the secret is an identity token.
    return username === '<token>'
      ? { username: '', password: '', identityToken: password }
      : { username, password };
  } catch {
    return undefined;
  }
}
