import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import { buildGrants } from '../build/build-grants.ts';
import type { IgnorePattern } from '../project/ignore-pattern.ts';
import { composeFiles, environmentFile } from '../project/read-compose.ts';
import { ignoreFilesOf, readIgnoreFile } from '../project/read-ignore-file.ts';
import { relativePath } from '../project/relative-path.ts';
import { settingsFor } from '../project/settings-for.ts';
import { type ContextFilter, contextFilter } from './context-filter.ts';
import { isTemporaryFile } from './temporary-files.ts';

/** What images are made of, as files: contexts, and what tells how they are built. All paths are absolute. */
export interface WatchedPaths {
  /** What to look at: folders with all that is below, and files, which need not be there. */
  readonly roots: readonly string[];
  /** Whether what is there, or something below it where it may be a folder, belongs to it. */
  concerns(path: string, mayBeFolder: boolean): boolean;
  /** What a change of it is called: a path relative to the project's folder, with `/`; undefined where none matters. */
  nameOf(path: string): string | undefined;
  /** The same for two that are the same. */
  readonly key: string;
}

export interface WatchedProject {
  readonly project: Omit<Project, 'trusted'>;
  readonly variants: readonly Variant[];
}

/** One build context, with what is sent of it for one Dockerfile or several. */
interface Tree {
  /** Without links. */
  readonly folder: string;
  /** As the project names it. */
  readonly named: string;
  /** By the text of the ignore file. */
  readonly filters: Map<string, ContextFilter>;
}

/**
 * The files that these variants are made of: the contexts of their Dockerfiles as `.dockerignore` sees them, the
 * Dockerfiles and ignore files wherever they are, the folder's compose files and what they read, and the files of
 * secrets. `own` is a folder in which building itself writes. Links are followed where a build follows them.
 */
export async function watchedPaths(
  { project, variants }: WatchedProject,
  settings: BuildSettings,
  own?: string,
): Promise<WatchedPaths> {
  const trees = new Map<string, Tree>();
  const files = new Map<string, string>();
  const { folder } = project;
  const addFile = async (path: string) => {
    files.set(path, path);
    const target = await withoutLinks(path);
    // What a link leads to is what is read.
    if (target !== path && !files.has(target)) files.set(target, path);
  };

  for (const dockerfile of new Set(variants.map((variant) => dockerfileOf(project, variant)))) {
    const context = resolve(folder, dockerfile.context);
    const path = join(folder, dockerfile.path);
    if (!dockerfile.inline) await addFile(path);
    for (const file of ignoreFilesOf(context, path)) await addFile(file);
    const ignore = await readIgnoreFile(context, path).catch(() => undefined);
    // Nothing of the context can be sent before its ignore file is corrected.
    if (ignore) addTree(trees, await withoutLinks(context), context, ignore);
    const { secrets } = buildGrants(folder, settingsFor(dockerfile, settings));
    for (const { path } of secrets) if (path !== undefined) await addFile(path);
  }
  for (const file of await composeFilesOf(folder, settings)) await addFile(file);
  return describe(folder, [...trees.values()], files, own);
}

/** Without links; as it is where nothing is there. */
function withoutLinks(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function addTree(
  trees: Map<string, Tree>,
  folder: string,
  named: string,
  { text, patterns }: { readonly text: string; readonly patterns: readonly IgnorePattern[] },
): void {
  const tree = trees.get(folder) ?? { folder, named, filters: new Map<string, ContextFilter>() };
  trees.set(folder, tree);
  if (!tree.filters.has(text)) tree.filters.set(text, contextFilter(patterns));
}

/** Where it is written what services build; of Dockerfiles that are named, no compose file is asked. */
async function composeFilesOf(folder: string, settings: BuildSettings): Promise<string[]> {
  if (settings.files?.length) return [];
  const files = composeFiles.map((name) => join(folder, name));
  const there = await Promise.all(files.map((path) => stat(path).catch(() => undefined)));
  return there.some(Boolean) ? [...files, join(folder, environmentFile)] : files;
}

function describe(
  root: string,
  trees: readonly Tree[],
  files: ReadonlyMap<string, string>,
  own: string | undefined,
): WatchedPaths {
  const placesOf = (path: string) =>
    trees.flatMap((tree) => {
      const inTree = within(tree.folder, path);
      return inTree === undefined ? [] : [{ tree, inTree }];
    });
  const isOwn = (path: string) => own !== undefined && within(own, path) !== undefined;
  return {
    roots: [...trees.map((tree) => tree.folder), ...files.keys()],
    concerns(path, mayBeFolder) {
      if (files.has(path)) return true;
      if (isOwn(path)) return false;
      return placesOf(path).some(({ tree, inTree }) =>
        [...tree.filters.values()].some((filter) =>
          mayBeFolder ? filter.mayHoldSent(inTree) : filter.isSent(inTree),
        ),
      );
    },
    nameOf(path) {
      const file = files.get(path);
      if (file !== undefined) return relativePath(root, file);
      if (isOwn(path)) return undefined;
      const place = placesOf(path).find(({ tree, inTree }) =>
        [...tree.filters.values()].some((filter) => filter.isSent(inTree)),
      );
      if (!place || isTemporaryFile(place.inTree)) return undefined;
      return relativePath(root, join(place.tree.named, place.inTree)) || '.';
    },
    key: JSON.stringify([
      ...trees.map(({ folder, named, filters }) => [folder, named, [...filters.keys()].sort()]),
      ...files,
    ]),
  };
}

/** The path relative to the folder, with `/`, empty for the folder itself; undefined where it is not in it. */
function within(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return path.startsWith(start) ? path.slice(start.length).replaceAll(sep, '/') : undefined;
}
