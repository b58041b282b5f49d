import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import { type BuildSettings, Project } from '../../../shared/model/project.ts';
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

describe('a compose file', () => {
  it('gives secrets and agents to all builds of a Dockerfile, and its own to a service that has others', async () => {
    await put({
      Dockerfile: 'FROM a AS x\nFROM b\n',
      'other/Dockerfile': 'FROM c\n',
      'compose.yaml': `
services:
  one: {build: {context: ., secrets: [s], ssh: [default]}}
  two: {build: {context: ., target: x}}
  three: {build: {context: ., secrets: [{source: t, target: s}]}}
  four: {build: {context: ., args: {A: 1}}}
  five: {build: other}
secrets: {s: {file: s}, t: {environment: T}}
`,
    });
    const { dockerfiles, variants, warnings } = await openProject(folder);
    expect(warnings).toBeUndefined();
    expect(dockerfiles.map(({ path, readFor, secrets, ssh }) => [readFor ?? path, secrets, ssh])).toEqual([
      ['Dockerfile', [{ id: 's', source: 's' }], [{ id: 'default', paths: [] }]],
      ['other/Dockerfile', undefined, undefined],
      ['compose.yaml#three', [{ id: 's', environment: 'T' }], undefined],
      ['compose.yaml#four', undefined, undefined],
    ]);
    expect(variants.map(({ name, services }) => [name, services])).toEqual([
      ['Dockerfile', ['one']],
      ['Dockerfile#x', ['two']],
      ['other/Dockerfile', ['five']],
      ['compose.yaml#three', ['three']],
      ['compose.yaml#four', ['four']],
    ]);
  });

  const stages = 'ARG V=1\nFROM a:$V AS base\nFROM base AS dev\nFROM base AS final\n';
  const open = (settings: Partial<BuildSettings> = {}, environment: Record<string, string> = {}) =>
    openProject(folder, settings, environment);
  const shown = ({ variants }: Pick<Project, 'variants'>) =>
    variants
      .filter(({ services }) => services)
      .map(({ name, dockerfile, readFor = '', stage, context, services }) =>
        [name, dockerfile, readFor, stage, context, services!.join()].join(' '),
      );

  it('adds a variant for what is not there, and the name of the service to what is', async () => {
    await put({
      Dockerfile: stages,
      'api/Dockerfile': stages,
      'Build.txt': 'FROM scratch\n',
      '.env': 'V=3\n',
      'compose.yaml': `
services:
  web: {build: .}
  worker: {build: {context: ., target: FINAL}}
  debug: {build: {target: dev}}
  three: {build: {args: [V]}}
  threedev: {build: {target: dev, args: {V: 3}}}
  arm: {build: ., platform: linux/arm64}
  api: {build: api}
  wide: {build: {context: ., dockerfile: api/Dockerfile}}
  text: {build: {dockerfile: Build.txt}}
  inline: {build: {dockerfile_inline: "FROM a:$V"}}
`,
    });
    const project = await open();
    expect(Project.parse({ ...project, trusted: false })).toMatchObject(project);
    expect(project.warnings).toBeUndefined();
    expect(shown(project)).toEqual([
      'Dockerfile Dockerfile  2 . web,worker',
      'Dockerfile#dev Dockerfile  1 . debug',
      'api/Dockerfile api/Dockerfile  2 api api',
      'compose.yaml#three Dockerfile compose.yaml#three 2 . three',
      'compose.yaml#threedev Dockerfile compose.yaml#three 1 . threedev',
      'compose.yaml#arm Dockerfile compose.yaml#arm 2 . arm',
      'compose.yaml#wide api/Dockerfile compose.yaml#wide 2 . wide',
      'compose.yaml#text Build.txt compose.yaml#text 0 . text',
      'compose.yaml#inline compose.yaml#inline compose.yaml#inline 0 . inline',
    ]);
    expect(project.variants.filter(({ services }) => services).every(({ selected }) => selected)).toBe(true);
    const bases = project.variants.map((variant) => dockerfileOf(project, variant).stages[0]!.base);
    expect(new Set(bases.map((base) => base.kind === 'image' && base.reference))).toEqual(
      new Set(['a:1', 'a:3', false]),
    );
    const read = (name: string) =>
      project.dockerfiles.filter(({ readFor }) => readFor === `compose.yaml#${name}`);
    expect(read('three')).toMatchObject([{ path: 'Dockerfile', buildArgs: { V: '3' } }]);
    expect(read('arm')).toMatchObject([{ platform: 'linux/arm64', buildArgs: {} }]);
    expect(read('inline')).toMatchObject([{ source: 'FROM a:3', inline: true, context: '.' }]);
    expect(project.groups.map(({ context, baseline }) => [context, baseline])).toEqual([
      ['.', 'compose.yaml#text'],
      ['api', undefined],
    ]);
  });

  it('gives way to what a person sets', async () => {
    await put({ Dockerfile: stages, 'compose.yaml': 'services: {a: {build: {args: {V: 2}}}}' });
    const base = async (settings: Partial<BuildSettings>) =>
      (await open(settings)).dockerfiles[1]?.stages[0]?.base;
    expect(await base({})).toMatchObject({ reference: 'a:2' });
    expect(await base({ buildArgs: { V: '4' } })).toMatchObject({ reference: 'a:4' });
    expect(shown(await open({ targets: ['dev'] }))).toEqual([]);
    expect(shown(await open({ targets: ['final'] }))).toEqual([
      'compose.yaml#a Dockerfile compose.yaml#a 2 . a',
    ]);
    expect(shown(await open({ files: ['Dockerfile'] }))).toEqual([]);
  });

  it('is the first by name, with the first that overrides it, and the environment wins over .env', async () => {
    await put({
      Dockerfile: stages,
      'docker-compose.yml': 'services: {no: {build: .}}',
      'compose.yml': 'services: {a: {build: {context: ., args: {V: "$V$W"}}}}',
      'compose.override.yaml': 'services: {a: {build: {target: dev}}}',
      'docker-compose.override.yml': 'services: {a: {build: {target: base}}}',
      '.env': 'V=file\nW=$V\n',
    });
    const project = await open({}, { V: 'env' });
    expect(shown(project)).toEqual(['compose.yml#a Dockerfile compose.yml#a 1 . a']);
    expect(project.dockerfiles[1]?.buildArgs).toEqual({ V: 'envenv' });
  });

  it('may be all there is', async () => {
    await put({ 'compose.yaml': 'services: {a: {build: {dockerfile_inline: FROM scratch}}}' });
    expect((await open()).variants.map(({ name }) => name)).toEqual(['compose.yaml#a']);
  });

  it('is told of where it is wrong, and nothing else fails for it', async () => {
    await put({
      Dockerfile: stages,
      '.env': '%',
      'compose.yaml': `services:
  target: {build: {target: nope}}
  folder: {build: nowhere}
  file: {build: {dockerfile: Nope}}
  url: {build: "https://example.org/r.git"}
  good: {build: .}
`,
    });
    const project = await open();
    expect(shown(project)).toEqual(['Dockerfile Dockerfile  2 . good']);
    expect(project.warnings?.map(({ message }) => message)).toEqual([
      '.env, line 1: There is something other than NAME=value. Until it is corrected its variables are not set.',
      'compose.yaml, line 5: The service "url": its context "https://example.org/r.git" is not a folder, which is not supported. Fetch it yourself and give the folder it is in.',
      'compose.yaml, line 3: The service "folder": there is no folder "nowhere". Correct its context and open the folder again.',
      'compose.yaml, line 4: The service "file": there is no Dockerfile "Nope". Correct its dockerfile, which is relative to its context, and open the folder again.',
      'compose.yaml, line 2: The service "target": its target "nope" is no stage of Dockerfile. Name one of its stages.',
    ]);
  });

  it('says why a folder has nothing to build', async () => {
    await put({ 'compose.yaml': 'services: {a: {build: nowhere}}' });
    expect(await failure(folder)).toMatchObject({
      code: 'no-dockerfile',
      message: expect.stringContaining('there is no folder "nowhere"'),
    });
  });
});
