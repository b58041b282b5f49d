import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { Project } from '../../../shared/model/project.ts';
import { openProject } from './open-project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-open-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function failure(...args: Parameters<typeof openProject>) {
  const error = await openProject(...args).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LayerscopeError);
  return (error as LayerscopeError).info;
}

it('reads Dockerfiles, variants and groups', async () => {
  await put({
    'app/Dockerfile': 'FROM a AS x\nFROM b\nCOPY --from=x . .\n',
    Dockerfile: 'ARG V=1\nFROM a:$V\n',
  });
  const project = await openProject(folder, { buildArgs: { V: '2' } });
  expect(Project.parse({ ...project, trusted: false })).toMatchObject(project);
  expect(project.folder).toBe(folder);
  expect(project.name).toBe(folder.split('/').at(-1));
  expect(project.dockerfiles.map(({ path, context }) => [path, context])).toEqual([
    ['Dockerfile', '.'],
    ['app/Dockerfile', 'app'],
  ]);
  expect(project.dockerfiles[0]!.stages[0]!.base).toEqual({ kind: 'image', reference: 'a:2' });
  expect(project.groups).toEqual([
    { context: '.', baseline: 'Dockerfile', variants: ['Dockerfile'] },
    { context: 'app', baseline: 'app/Dockerfile#x', variants: ['app/Dockerfile', 'app/Dockerfile#x'] },
  ]);
});

it('opens a folder whose only Dockerfile does not parse', async () => {
  await put({ Dockerfile: 'FROM a\nNOPE\n' });
  const { dockerfiles, variants } = await openProject(folder);
  expect(dockerfiles[0]!.problem).toMatchObject({ code: 'dockerfile-invalid', line: 2, text: 'NOPE' });
  expect(variants.map(({ name }) => name)).toEqual(['Dockerfile']);
});

it('takes the files, targets and context that are given', async () => {
  await put({ 'app/own.docker': 'FROM a AS x\nFROM b\n', Dockerfile: 'FROM c\n', 'src/x': '' });
  const given = await openProject(folder, {
    files: [join(folder, 'app/own.docker')],
    targets: ['X'],
    contextDir: 'src',
  });
  expect(given.dockerfiles.map(({ path }) => path)).toEqual(['app/own.docker']);
  expect(given.variants).toMatchObject([{ name: 'app/own.docker#x', context: 'src', target: 'x' }]);
  const outside = await openProject(join(folder, 'app'), { files: ['../Dockerfile'], contextDir: folder });
  expect(outside.variants).toMatchObject([{ name: '../Dockerfile', context: '..' }]);
});

it('says what is wrong with a folder', async () => {
  expect(await failure(join(folder, '<none>'))).toMatchObject({ code: 'folder-not-found' });
  expect(await failure(folder)).toMatchObject({ code: 'no-dockerfile' });
  await put({ file: '' });
  expect(await failure(join(folder, 'file'))).toMatchObject({ code: 'folder-not-found' });
});

it('says what is wrong with settings', async () => {
  await put({ Dockerfile: 'FROM a AS x\n', 'app/Dockerfile': 'FROM b' });
  expect(await failure(folder, { files: ['nope'] })).toMatchObject({
    code: 'dockerfile-not-found',
    candidates: ['Dockerfile', 'app/Dockerfile'],
  });
  expect(await failure(folder, { files: ['app'] })).toMatchObject({ code: 'dockerfile-not-found' });
  expect(await failure(folder, { targets: ['y'] })).toMatchObject({
    code: 'stage-unknown',
    candidates: ['x', '0'],
  });
  expect(await failure(folder, { contextDir: 'Dockerfile' })).toMatchObject({ code: 'context-invalid' });
});

it('does not read a Dockerfile that is too large', async () => {
  await put({ Dockerfile: `FROM a\n${'#'.repeat(5 << 20)}` });
  expect((await openProject(folder)).dockerfiles[0]!.problem?.message).toContain('larger than 4 MiB');
});
