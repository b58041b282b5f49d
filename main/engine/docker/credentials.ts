import { spawn } from 'node:child_process';
import { dockerConfigFolder, readDockerConfig } from './docker-config.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
}

/** Docker Hub is kept under the address of its first API. */
const hubKey = 'https://index.docker.io/v1/';
const hubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/**
 * What the docker command has for a registry: from the credential helper its `config.json` names, else from `auths`.
 * Undefined where there is nothing; a helper that fails has nothing, as it says so for a registry it does not know.
 */
export async function findCredentials(
  registry: string,
  env: NodeJS.ProcessEnv,
  home: string,
): Promise<Credentials | undefined> {
  const config = await readDockerConfig(dockerConfigFolder(env, home));
  const key = hubHosts.has(registry) ? hubKey : registry;
  const helper = own(config.credHelpers, key) ?? own(config.credHelpers, registry) ?? config.credsStore;
  // The name becomes part of a command's: nothing but a plain word.
  if (helper && /^[\w-]+$/.test(helper)) {
    const found = await askHelper(helper, key, env);
    if (found) return found;
  }
  const entry = own(config.auths, key) ?? own(config.auths, `https://${key}`);
  if (!entry) return undefined;
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = entry.username ?? decoded.slice(0, Math.max(colon, 0));
  const password = entry.password ?? decoded.slice(colon + 1).replace(/\0+$/, '');
  if (entry.identitytoken) return { username, password, identityToken: entry.identitytoken };
  return username === '' ? undefined : { username, password };
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** `docker-credential-NAME get`: the registry on stdin, JSON on stdout (docker/docker-credential-helpers). */
function askHelper(name: string, registry: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${name}`, ['get'], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 10_000,
      windowsHide: true,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stdin.on('error', () => undefined);
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? readHelper(output) : undefined));
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
