import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ComposeBuilds, type ComposeProblem, composeBuilds } from './compose-builds.ts';
import { VariableError } from './compose-variables.ts';
import { EnvFileError, parseEnvFile } from './env-file.ts';

/** In Compose's order of preference (compose-go, cli.DefaultFileNames): the first that is there counts, of each list. */
const FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
/** Where what a folder's services build may be written, relative to it. */
export const composeFiles: readonly string[] = [...FILES, ...OVERRIDES];
/** What the variables in it are set by, where there is one. */
export const environmentFile = '.env';
/** Bytes; a compose file is written by people. */
const LARGEST_FILE = 1 << 20;

/**
 * What `docker compose build` would build in a folder: by its compose file, the file that overrides it, `.env` and the
 * environment, which wins over `.env`. Nothing where there is no compose file. Never throws.
 */
export async function readCompose(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ComposeBuilds> {
  const problems: ComposeProblem[] = [];
  const file = await firstOf(folder, FILES, problems);
  if (!file) return { builds: [], problems };
  const override = await firstOf(folder, OVERRIDES, problems);
  const variables = await readEnvFile(folder, environment, problems);
  const found = composeBuilds(override ? [file, override] : [file], (name) => variables.get(name));
  return { builds: found.builds, problems: [...problems, ...found.problems] };
}

async function firstOf(folder: string, names: readonly string[], problems: ComposeProblem[]) {
  for (const path of names) {
    const text = await readText(folder, path, problems);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

/** The environment with what `.env` adds to it: Compose's variables, those that secrets are from among them. */
export async function readEnvFile(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  problems: ComposeProblem[] = [],
): Promise<ReadonlyMap<string, string>> {
  const file = environmentFile;
  const own = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const text = (await readText(folder, file, problems)) ?? '';
  try {
    const lookup = new Map(own);
    return new Map([...parseEnvFile(text, (name) => lookup.get(name)), ...own]);
  } catch (error) {
    if (!(error instanceof EnvFileError || error instanceof VariableError)) throw error;
    const line = error instanceof EnvFileError ? error.line : undefined;
    problems.push({
      file,
      ...(line !== undefined && { line }),
      message: error.message,
      hint: 'Until it is corrected its variables are not set',
    });
    return new Map(own);
  }
}

/** Undefined where there is no such file; one that cannot be read is a problem, and empty. */
async function readText(
  folder: string,
  file: string,
  problems: ComposeProblem[],
): Promise<string | undefined> {
  const path = join(folder, file);
  try {
    const info = await stat(path);
    if (!info.isFile()) return undefined;
    if (info.size <= LARGEST_FILE) return await readFile(path, 'utf8');
    problems.push({
      file,
      message: `It is larger than ${LARGEST_FILE >> 20} MiB`,
      hint: 'Check that it is what its name says',
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const reason = code === 'EACCES' || code === 'EPERM' ? 'you have no permission' : message;
    problems.push({
      file,
      message: `It cannot be read: ${reason}`,
      hint: 'Make it readable and open the folder again',
    });
  }
  return '';
}
