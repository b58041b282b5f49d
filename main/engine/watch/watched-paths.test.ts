import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuildSettings } from '../../../shared/model/project.ts';
import { chooseVariants } from '../project/choose-variants.ts';
import { openProject } from '../project/open-project.ts';
import { emptyFolder, writeFiles } from './testing/watched-folder.ts';
import { type WatchedPaths, watchedPaths } from './watched-paths.ts';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await emptyFolder();
  folder = join(parent, 'project');
  await writeFiles(folder, { Dockerfile: 'FROM scratch\nCOPY . .\n', 'src/main.go': '', 'docs/a.md': '' });
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function pathsOf(
  given: Partial<BuildSettings> = {},
  names?: string[],
  own?: string,
): Promise<WatchedPaths> {
  const settings = BuildSettings.parse(given);
  const project = await openProject(folder, settings, {});
  const chosen = names ?? project.variants.map(({ name }) => name);
  return watchedPaths({ project, variants: chooseVariants(project, chosen) }, settings, own);
}

/** What changes of these files are called; `-` where they do not matter. Paths are relative to the folder. */
const namesOf = (paths: WatchedPaths, files: readonly string[]) =>
  files.map((file) => paths.nameOf(join(folder, file)) ?? '-');

describe('an image is made of', () => {
  it('the context as the ignore file of its Dockerfile sees it, and these two though they are ignored', async () => {
    await writeFiles(folder, {
      'Dockerfile.docs': 'FROM scratch\n',
      '.dockerignore': 'docs\nDockerfile*\n.dockerignore\n',
      'Dockerfile.docs.dockerignore': 'src',
    });
    const files = [
      'src/main.go',
      'docs/a.md',
      'Dockerfile',
      'Dockerfile.docs',
      '.dockerignore',
      '.git/index',
    ];
    expect(namesOf(await pathsOf({}, ['Dockerfile']), files)).toEqual([
      'src/main.go',
      '-',
      'Dockerfile',
      '-',
      '.dockerignore',
      '.git/index',
    ]);
    // Of two, what either sends.
    expect(namesOf(await pathsOf(), files)).toEqual(files);
  });

  it('a context elsewhere, named from the folder, and then not of the folder', async () => {
    await writeFiles(parent, { 'context/file': '', 'context/.dockerignore': 'ignored' });
    const paths = await pathsOf({ contextDir: '../context' });
    const files = [
      '../context/file',
      '../context/ignored',
      '../context/.dockerignore',
      'src/main.go',
      'Dockerfile',
    ];
    expect(namesOf(paths, files)).toEqual([
      '../context/file',
      '-',
      '../context/.dockerignore',
      '-',
      'Dockerfile',
    ]);
  });

  it('what its services are written in, if the folder is asked for them, and what that reads', async () => {
    const files = ['compose.yaml', 'compose.override.yaml', '.env', 'web/file'];
    await writeFiles(folder, { '.dockerignore': '*', 'web/file': '' });
    expect(namesOf(await pathsOf(), files)).toEqual(['compose.yaml', 'compose.override.yaml', '-', '-']);
    await writeFiles(folder, {
      'compose.yaml': 'services: { web: { build: { context: web, dockerfile_inline: "FROM scratch" } } }',
    });
    expect(namesOf(await pathsOf({}, ['compose.yaml#web']), files)).toEqual(files);
    expect(namesOf(await pathsOf({ files: ['Dockerfile'] }), files)).toEqual(['-', '-', '-', '-']);
  });

  it('files of secrets: named, or called as their id', async () => {
    await writeFiles(folder, { '.dockerignore': '*' });
    const secrets = [
      { id: 'npm', source: '../token' },
      { id: 'plain' },
      { id: 'variable', environment: 'TOKEN' },
    ];
    const files = ['../token', 'plain', 'variable', '../other'];
    expect(namesOf(await pathsOf({ secrets }), files)).toEqual(['../token', 'plain', '-', '-']);
  });

  it('not of what building writes, nor what an editor keeps beside a file', async () => {
    await writeFiles(folder, { 'cache/layers': '' });
    const paths = await pathsOf({}, undefined, join(folder, 'cache'));
    expect(namesOf(paths, ['cache', 'cache/layers', 'cached', 'src/.main.go.swp'])).toEqual([
      '-',
      '-',
      'cached',
      '-',
    ]);
  });

  it('the folder itself, whose name is a dot', async () => {
    expect((await pathsOf()).nameOf(folder)).toBe('.');
  });
});

describe('links', () => {
  it('to the folder, a context, a Dockerfile and a secret are followed: both ends count, under one name', async () => {
    await rename(folder, join(parent, 'real'));
    await symlink('real', folder);
    await rename(join(parent, 'real/Dockerfile'), join(parent, 'shared'));
    await symlink('../shared', join(parent, 'real/Dockerfile'));
    await writeFiles(parent, { 'keys/v1': '' });
    await symlink('v1', join(parent, 'keys/current'));
    const secrets = [{ id: 'key', source: '../keys/current' }];
    const paths = await pathsOf({ files: ['Dockerfile'], secrets });
    const named = (path: string) => paths.nameOf(join(parent, path));
    expect(['real/src/main.go', 'real/Dockerfile', 'project/Dockerfile', 'shared'].map(named)).toEqual([
      'src/main.go',
      'Dockerfile',
      'Dockerfile',
      'Dockerfile',
    ]);
    expect(['keys/current', 'keys/v1'].map(named)).toEqual(['../keys/current', '../keys/current']);
  });
});

describe('what is looked at', () => {
  it('is the contexts and the files, and not what is below an ignored folder unless an exception is', async () => {
    await writeFiles(folder, { '.dockerignore': 'node_modules\nout\n!out/kept\n' });
    await mkdir(join(folder, 'node_modules'));
    const paths = await pathsOf();
    const concerned = (path: string, isFolder: boolean) => paths.concerns(join(folder, path), isFolder);
    expect(paths.roots).toContain(folder);
    expect(['node_modules', 'out', 'out/kept', 'src'].filter((path) => concerned(path, true))).toEqual([
      'out',
      'out/kept',
      'src',
    ]);
    expect(['out', 'out/kept', 'out/a'].filter((path) => concerned(path, false))).toEqual(['out/kept']);
    expect(paths.concerns(join(parent, 'elsewhere'), true)).toBe(false);
  });

  it('is another thing only when what the images are made of is', async () => {
    const { key } = await pathsOf();
    await writeFiles(folder, { 'src/other.go': '', Dockerfile: 'FROM scratch\n# changed\n' });
    expect((await pathsOf()).key).toBe(key);
    await writeFiles(folder, { '.dockerignore': 'docs' });
    const ignoring = (await pathsOf()).key;
    expect(ignoring).not.toBe(key);
    // Nothing of it can be sent until that is corrected.
    await writeFiles(folder, { '.dockerignore': '[' });
    const broken = await pathsOf();
    expect([key, ignoring]).not.toContain(broken.key);
    expect(namesOf(broken, ['src/main.go', '.dockerignore', 'Dockerfile'])).toEqual([
      '-',
      '.dockerignore',
      'Dockerfile',
    ]);
  });
});
