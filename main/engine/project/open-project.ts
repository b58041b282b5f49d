import { opendir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { type ErrorInfo, LayerscopeError } from '../../../shared/api/errors.ts';
import type { BuildSettings, Dockerfile, Project } from '../../../shared/model/project.ts';
import { compareBytes } from './compare-bytes.ts';
import { findDockerfiles } from './find-dockerfiles.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { planVariants } from './plan-variants.ts';
import { quote } from './quote.ts';

/** Bytes; BuildKit itself takes no line longer than 64 KiB. */
const LARGEST_DOCKERFILE = 4 << 20;

/**
 * Reads a project folder: its Dockerfiles, what can be built from them and how that is compared. Without a Dockerfile
 * the folder is an error; one that does not parse is in the list with its `problem`.
 *
 * Throws LayerscopeError: `folder-not-found`, `folder-unreadable`, `no-dockerfile`, `dockerfile-not-found`,
 * `stage-unknown`, `context-invalid`.
 */
export async function openProject(
  folder: string,
  settings: Partial<BuildSettings> = {},
): Promise<Omit<Project, 'trusted'>> {
  const root = resolve(folder);
  await requireFolder(root);
  const context = settings.contextDir === undefined ? undefined : await contextOf(root, settings.contextDir);
  const paths = settings.files?.length ? await givenFiles(root, settings.files) : await findDockerfiles(root);
  if (paths.length === 0) {
    throw new LayerscopeError({
      code: 'no-dockerfile',
      message: `There is no Dockerfile in ${quote(root)} or the folders below it`,
      hint: 'Open the folder that holds your Dockerfile, or name the file if it is called something else',
    });
  }
  const dockerfiles: Dockerfile[] = [];
  for (const path of paths) {
    dockerfiles.push(await readDockerfile(root, path, context ?? (dirname(path) || '.'), settings));
  }
  const { targets } = settings;
  const plan = planVariants(dockerfiles, targets ? { targets } : {});
  return { folder: root, name: basename(root) || root, dockerfiles, ...plan };
}

async function requireFolder(folder: string): Promise<void> {
  try {
    await (await opendir(folder)).close();
  } catch (error) {
    const info: ErrorInfo = isCode(error, 'EACCES', 'EPERM')
      ? {
          code: 'folder-unreadable',
          message: `The folder ${quote(folder)} cannot be read`,
          hint: 'Give yourself permission to read it, or open another folder',
        }
      : {
          code: 'folder-not-found',
          message: isCode(error, 'ENOTDIR')
            ? `${quote(folder)} is not a folder`
            : `There is no folder ${quote(folder)}`,
          hint: 'Check the path',
        };
    throw new LayerscopeError(info, { cause: error });
  }
}

/** The context folder as the model names it: relative to the project folder. */
async function contextOf(root: string, contextDir: string): Promise<string> {
  const path = resolve(root, contextDir);
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new LayerscopeError({
      code: 'context-invalid',
      message: `The context folder ${quote(contextDir)} is not there`,
      hint: 'Give a folder, absolute or relative to the project folder',
    });
  }
  return relativePath(root, path) || '.';
}

async function givenFiles(root: string, files: readonly string[]): Promise<string[]> {
  const paths = new Set<string>();
  for (const file of files) {
    const path = resolve(root, file);
    if (!(await stat(path).catch(() => undefined))?.isFile()) {
      throw new LayerscopeError({
        code: 'dockerfile-not-found',
        message: `There is no Dockerfile ${quote(file)}`,
        hint: 'Give its path relative to the project folder',
        candidates: await findDockerfiles(root),
      });
    }
    paths.add(relativePath(root, path));
  }
  return [...paths].sort(compareBytes);
}

async function readDockerfile(
  root: string,
  path: string,
  context: string,
  settings: Partial<BuildSettings>,
): Promise<Dockerfile> {
  const { buildArgs, platform } = settings;
  const options = {
    path,
    context,
    ...(buildArgs && { buildArgs }),
    ...(platform !== undefined && { platform }),
  };
  const unread = (message: string, hint: string): Dockerfile => ({
    ...parseDockerfile('', options),
    problem: { code: 'dockerfile-invalid', message, hint, dockerfile: path },
  });
  try {
    const { size } = await stat(resolve(root, path));
    if (size > LARGEST_DOCKERFILE) {
      const limit = `${LARGEST_DOCKERFILE >> 20} MiB`;
      return unread(
        `The Dockerfile is larger than ${limit}`,
        'Check that it is a Dockerfile, and leave large data out of it',
      );
    }
    return parseDockerfile(await readFile(resolve(root, path), 'utf8'), options);
  } catch (error) {
    const reason = isCode(error, 'EACCES', 'EPERM') ? 'you have no permission' : (error as Error).message;
    return unread(`The Dockerfile cannot be read: ${reason}`, 'Make it readable and open the folder again');
  }
}

function relativePath(root: string, path: string): string {
  return relative(root, path).replaceAll(sep, '/');
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
