import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { completePath } from './complete-path.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-path-'));
  for (const name of ['app', 'app2', 'layout', '.hidden', 'b c']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'app/Dockerfile.dev'), '');
  await writeFile(join(folder, 'layout/oci-layout'), '');
  for (const name of ['a.tar', 'a.tar.gz', 'a.tgz', 'a.tar.zst', 'a.oci', 'a.txt', '.b.tar']) {
    await writeFile(join(folder, name), '');
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const names = async (text: string) =>
  (await completePath(text)).map(({ path }) => path.replace(`${folder}/`, ''));

it('suggests folders, then archives, that begin with the text', async () => {
  expect(await completePath(`${folder}/a`)).toEqual([
    { path: `${folder}/app/`, kind: 'folder', hint: 'project' },
    { path: `${folder}/app2/`, kind: 'folder' },
    { path: `${folder}/a.oci`, kind: 'archive' },
    { path: `${folder}/a.tar`, kind: 'archive' },
    { path: `${folder}/a.tar.gz`, kind: 'archive' },
    { path: `${folder}/a.tar.zst`, kind: 'archive' },
    { path: `${folder}/a.tgz`, kind: 'archive' },
  ]);
  expect(await completePath(`${folder}/lay`)).toEqual([
    { path: `${folder}/layout/`, kind: 'folder', hint: 'oci-layout' },
  ]);
});

it('shows hidden ones only after a dot', async () => {
  expect(await names(`${folder}/`)).not.toContain('.hidden/');
  expect(await names(`${folder}/.`)).toEqual(['.hidden/', '.b.tar']);
});

it('follows links, and passes over those to nothing', async () => {
  await symlink('app', join(folder, 'zlink'));
  await symlink('nothing', join(folder, 'zbroken'));
  expect(await completePath(`${folder}/z`)).toEqual([
    { path: `${folder}/zlink/`, kind: 'folder', hint: 'project' },
  ]);
});

it('knows the home folder, and gives at most 50', async () => {
  for (const { path } of await completePath('~/')) expect(path.startsWith(homedir())).toBe(true);
  for (let index = 0; index < 60; index++) await mkdir(join(folder, `many${index}`));
  expect(await completePath(`${folder}/many`)).toHaveLength(50);
});

it.each(['/no/such/folder/x', '/dev/null/x', '\0', '/\0/x', '~nobody/x', 'x'.repeat(8192)])(
  'suggests nothing for %j',
  async (text) => {
    expect(await completePath(text)).toEqual([]);
  },
);
