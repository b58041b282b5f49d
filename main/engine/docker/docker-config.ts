import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { TlsFiles } from './endpoint.ts';

const text = z.string().optional().catch(undefined);

/** Other programs write this file too: a field of another shape counts as absent. */
const ConfigFile = z.object({
  currentContext: text,
  auths: z
    .record(z.string(), z.object({ auth: text, username: text, password: text, identitytoken: text }))
    .optional()
    .catch(undefined),
  credsStore: text,
  credHelpers: z.record(z.string(), z.string()).optional().catch(undefined),
});
/** The parts of the docker command's `config.json` that matter here. */
export type DockerConfig = Partial<z.infer<typeof ConfigFile>>;

const ContextMeta = z.object({
  Name: z.string(),
  Endpoints: z.object({
    docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }),
  }),
});

export interface DockerContext {
  readonly name: string;
  readonly host: string;
  readonly tls: TlsFiles | undefined;
}

/** The folder of the docker command's settings. */
export function dockerConfigFolder(env: NodeJS.ProcessEnv, home: string): string {
  return env.DOCKER_CONFIG || join(home, '.docker');
}

/** Reads `config.json`; an absent file is an empty one. Throws `engine-unreachable` when it cannot be read. */
export async function readDockerConfig(folder: string): Promise<DockerConfig> {
  const path = join(folder, 'config.json');
  const content = await readIfThere(path);
  if (content === undefined || content.trim() === '') return {};
  const parsed = parseJson(ConfigFile, content);
  if (parsed) return parsed;
  throw new LayerscopeError({
    code: 'engine-unreachable',
    message: `The docker command's settings in ${path} cannot be read`,
    hint: 'Correct the file, or say which engine to use with --docker-host',
  });
}

/** Looks a docker context up by name. Throws `engine-unreachable`, with the names there are, when there is none. */
export async function readDockerContext(folder: string, name: string): Promise<DockerContext> {
  // The folder of a context is the sha256 of its name (docker/cli, cli/context/store).
  const id = createHash('sha256').update(name).digest('hex');
  const text = await readIfThere(join(folder, 'contexts', 'meta', id, 'meta.json'));
  const meta = text === undefined ? undefined : parseJson(ContextMeta, text);
  const host = meta?.Endpoints.docker.Host;
  if (!meta || !host) {
    throw new LayerscopeError({
      code: 'engine-unreachable',
      message:
        text === undefined
          ? `There is no docker context ${JSON.stringify(name)}`
          : `The docker context ${JSON.stringify(name)} names no engine`,
      hint: 'Choose one that `docker context ls` lists',
      candidates: await contextNames(folder),
    });
  }
  const tlsFolder = join(folder, 'contexts', 'tls', id, 'docker');
  const skipVerify = meta.Endpoints.docker.SkipTLSVerify === true;
  const hasTls = skipVerify || (await isFolder(tlsFolder));
  return { name, host, tls: hasTls ? tlsFiles(tlsFolder, !skipVerify) : undefined };
}

/** The three files of a folder with client certificates, by the names the docker command uses. */
export function tlsFiles(folder: string, verify: boolean): TlsFiles {
  return {
    ca: join(folder, 'ca.pem'),
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
    verify,
  };
}

async function contextNames(folder: string): Promise<string[]> {
  const meta = join(folder, 'contexts', 'meta');
  const ids = await readdir(meta).catch(() => []);
  const names = await Promise.all(
    ids.map(async (id) => {
      const text = await readIfThere(join(meta, id, 'meta.json'));
      return text === undefined ? undefined : parseJson(ContextMeta, text)?.Name;
    }),
  );
  return ['default', ...names.filter((name) => name !== undefined).sort()];
}

function parseJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LayerscopeError(
      {
        code: 'engine-unreachable',
        message: `The docker command's settings in ${path} cannot be read: ${(error as Error).message}`,
        hint: 'Make the file readable, or say which engine to use with --docker-host',
      },
      { cause: error },
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
