import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { ProjectDocument } from '../shared/model/project-document.ts';
import { engineHost } from './support/host.ts';

const root = resolve(import.meta.dirname, '..');
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** The Node that the project brings, and the one of the system, of whatever age; PATH decides which that is. */
const nodes = [
  ['the Node of the project', join(root, 'node_modules/.bin/node')],
  ['the Node of the system', 'node'],
] as const;
const systemPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
  .join(delimiter);

let folder: string;
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-e2e-'));
});
test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The built program as it is installed, started by `node`. */
function layerscope(node: string, args: readonly string[]): Promise<Ended> {
  const env = {
    ...process.env,
    PATH: systemPath,
    NODE_OPTIONS: '',
    DOCKER_HOST: engineHost(),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  return new Promise((done, failed) => {
    const program = join(root, 'out/cli/layerscope.js');
    execFile(node, [program, ...args], { env, cwd: folder, maxBuffer: 64e6 }, (error, out, err) => {
      if (error && typeof error.code !== 'number') failed(error);
      else done({ status: Number(error?.code ?? 0), out, err });
    });
  });
}

for (const [name, node] of nodes) {
  test.describe(name, () => {
    test('says its version', async () => {
      const { status, out, err } = await layerscope(node, ['--version']);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toContain(packageJson.version);
    });

    test('ends with 2 for what it cannot take and 3 without an engine', async () => {
      const unknown = await layerscope(node, ['build', join(folder, 'none')]);
      expect(unknown).toMatchObject({ status: 2, out: '' });
      expect(unknown.err).toMatch(/^layerscope: folder-not-found: /);

      const noEngine = ['--docker-host', `unix://${folder}/none.sock`];
      const away = await layerscope(node, ['analyze', 'alpine:3.20', ...noEngine]);
      expect(away).toMatchObject({ status: 3, out: '' });
      expect(away.err).toMatch(/^layerscope: engine-/);
    });
  });
}

test('builds the Go example under the Node of the system, and again under the other without reading a layer', async () => {
  const project = join(folder, 'go-hello');
  await cp(join(root, 'examples/go-hello'), project, { recursive: true });
  const build = async (node: string) => {
    const { status, out, err } = await layerscope(node, ['build', project, '--json', '--network', 'host']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return ProjectDocument.parse(JSON.parse(out));
  };

  const first = await build('node');
  expect(first.variants.map((variant) => variant.name).sort()).toEqual([
    'Dockerfile',
    'Dockerfile#builder',
    'Dockerfile.single',
  ]);
  for (const { image, origins } of first.variants) {
    const { sizes, layers } = image!;
    expect(sizes.live).toBeGreaterThan(0);
    expect(sum(layers.map((layer) => layer.stored))).toBe(sizes.stored);
    expect(sum(layers.map((layer) => layer.live))).toBe(sizes.live);
    expect(sum([sizes.live, sizes.reclaimable])).toBe(sizes.stored);
    if (origins) expect(sum(origins.map((origin) => origin.bytes))).toBe(sizes.live);
  }
  expect(sum(first.variants.map((variant) => variant.build.bytesRead))).toBeGreaterThan(0);
  const [single, multi] = ['Dockerfile.single', 'Dockerfile'].map((name) => live(first, name));
  expect(multi).toBeLessThan(single!);

  const second = await build(nodes[0][1]);
  expect(second.variants.map((variant) => variant.build.bytesRead)).toEqual([0, 0, 0]);
  for (const { name } of first.variants) expect(live(second, name)).toBe(live(first, name));
});

test('ends with 1 when a step fails, with what it printed last', async () => {
  const project = join(folder, 'go-broken');
  await cp(join(root, 'examples/go-hello'), project, { recursive: true });
  await rm(join(project, 'main.go'));
  const { status, err } = await layerscope('node', ['build', project, '--network', 'host']);
  expect(status).toBe(1);
  expect(err).toMatch(/Dockerfile(\.single)?:\d+/);
});

function live(document: ProjectDocument, name: string): number {
  const bytes = document.variants.find((variant) => variant.name === name)?.image?.sizes.live;
  if (typeof bytes !== 'number') throw new Error(`${name} has no live content`);
  return bytes;
}

/** NaN where something is not known, which equals nothing. */
function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce<number>((all, each) => all + (each ?? Number.NaN), 0);
}
