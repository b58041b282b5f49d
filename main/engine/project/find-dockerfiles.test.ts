import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findDockerfiles, isDockerfileName, searchLimits } from './find-dockerfiles.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-find-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), 'FROM scratch\n');
  }
}

it.each([
  ['Dockerfile', true],
  ['Dockerfile.single', true],
  ['Dockerfile-multi-golang', true],
  ['api.Dockerfile', true],
  ['Containerfile', true],
  ['Containerfile.dev', true],
  ['Dockerfile.<img onerror=x>\n', true],
  ['dockerfile', false],
  ['Dockerfiles', false],
  ['.Dockerfile', false],
  ['MyDockerfile', false],
  ['Dockerfile.dockerignore', false],
  ['Containerfile.dockerignore', false],
  ['.dockerignore', false],
])('takes %j for a Dockerfile: %s', (name, expected) => {
  expect(isDockerfileName(name)).toBe(expected);
});

it('finds them in subfolders too, in byte order, not in node_modules and .git', async () => {
  await put(
    'b/Dockerfile',
    'a b/c/api.Dockerfile',
    'Dockerfile',
    'Dockerfile-x',
    'Dockerfile.y',
    '.devcontainer/Dockerfile',
  );
  await put(
    'node_modules/x/Dockerfile',
    'b/node_modules/Dockerfile',
    '.git/Dockerfile',
    'Dockerfile.dockerignore',
  );
  await mkdir(join(folder, 'Containerfile'));
  expect(await findDockerfiles(folder)).toEqual([
    '.devcontainer/Dockerfile',
    'Dockerfile',
    'Dockerfile-x',
    'Dockerfile.y',
    'a b/c/api.Dockerfile',
    'b/Dockerfile',
  ]);
});

it('never follows a link out of the folder, nor one to a folder', async () => {
  await put('inside/Dockerfile', 'inside/other');
  const outside = await mkdtemp(join(tmpdir(), 'layerscope-outside-'));
  try {
    await writeFile(join(outside, 'Dockerfile'), 'FROM scratch');
    await symlink(join(outside, 'Dockerfile'), join(folder, 'Dockerfile.out'));
    await symlink(outside, join(folder, 'outside'));
    await symlink('.', join(folder, 'inside', 'loop'));
    await symlink('inside/other', join(folder, 'Dockerfile.in'));
    await symlink('nowhere', join(folder, 'Dockerfile.broken'));
    expect(await findDockerfiles(folder)).toEqual(['Dockerfile.in', 'inside/Dockerfile']);
  } finally {
    await rm(outside, { recursive: true });
  }
});

it('stops at its limits, the nearest first', async () => {
  await put('Dockerfile', 'a/Dockerfile', 'a/b/Dockerfile', 'z/Dockerfile');
  expect(await findDockerfiles(folder, { ...searchLimits, depth: 1 })).toEqual([
    'Dockerfile',
    'a/Dockerfile',
    'z/Dockerfile',
  ]);
  expect(await findDockerfiles(folder, { ...searchLimits, folders: 2 })).toEqual([
    'Dockerfile',
    'a/Dockerfile',
  ]);
  expect(await findDockerfiles(folder, { ...searchLimits, dockerfiles: 3 })).toHaveLength(3);
});
