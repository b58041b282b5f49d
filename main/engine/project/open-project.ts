import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type ErrorInfo, LayerscopeError } from '../../../shared/api/errors.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile, Project } from '../../../shared/model/project.ts';
import { compareBytes } from './compare-bytes.ts';
import { findDockerfiles } from './find-dockerfiles.ts';
import { isCode } from './is-code.ts';
import { planVariants } from './plan-variants.ts';
import { quote } from './quote.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { readServices } from './read-services.ts';
import { relativePath } from './relative-path.ts';

/**
 * Reads a project folder: its Dockerfiles, what its compose file builds, what can be built from them and how that is
 * compared. With nothing to build the folder is an error; a Dockerfile that does not parse is in the list with its
 * `problem`, and what is wrong with the compose file is among the warnings. Only the given files are looked at where
 * `files` names some. `environment` is what variables of the compose file are replaced by.
 *
 * Throws LayerscopeError: `folder-not-found`, `folder-unreadable`, `no-dockerfile`, `dockerfile-not-found`,
 * `stage-unknown`, `context-invalid`.
 */
export async function openProject(
  folder: string,
  settings: Partial<BuildSettings> = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Omit<Project, 'trusted'>> {
  const root = resolve(folder);
  await requireFolder(root);
  const context = settings.contextDir === undefined ? undefined : await contextOf(root, settings.contextDir);
  const given = settings.files?.length ? settings.files : undefined;
  const paths = given ? await givenFiles(root, given) : await findDockerfiles(root);
  const found: Dockerfile[] = [];
  for (const path of paths) {
    found.push(await readDockerfile(root, path, context ?? (dirname(path) || '.'), settings));
  }
  const compose = given ? undefined : await readServices(root, found, settings, environment);
  const dockerfiles = compose ? [...compose.found, ...compose.dockerfiles] : found;
  const warnings = compose?.warnings ?? [];
  if (dockerfiles.length === 0) throw noDockerfile(root, warnings);
  const { targets } = settings;
  const plan = planVariants(dockerfiles, targets ? { targets } : {}, compose?.services);
  const name = basename(root) || root;
  return {
    folder: root,
    name,
    dockerfiles,
    ...plan,
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  };
}

function noDockerfile(root: string, warnings: readonly Warning[]): LayerscopeError {
  return new LayerscopeError({
    code: 'no-dockerfile',
    message: [
      `There is no Dockerfile in ${quote(root)} or the folders below it`,
      ...warnings.map(({ message }) => message),
    ].join('. '),
    hint: 'Open the folder that holds your Dockerfile, or name the file if it is called something else',
  });
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
