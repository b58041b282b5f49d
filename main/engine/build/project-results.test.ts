import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildResult } from '../../../shared/model/build.ts';
import { BuildSettings } from '../../../shared/model/project.ts';
import { buildDockerArchive } from '../archive/testing/build-archive.ts';
import { createImageRegistry, type ImageRegistry } from '../images/image-registry.ts';
import type { LoadedImage } from '../images/loaded-image.ts';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import { planVariants } from '../project/plan-variants.ts';
import { createDirectReader } from '../reader/direct-reader.ts';
import { projectDocument } from '../report/project-document.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { createProjectResults, type ProjectResults } from './project-results.ts';

const project = '/project';
const { signal } = new AbortController();
let folder: string;
let store: Store;
let registry: ImageRegistry;
let results: ProjectResults;

function start(): void {
  store = openStore({ folder, hashSeed: { low: 0, high: 0 } });
  const docker = () => Promise.reject(new Error('there is no engine here'));
  const reader = createDirectReader({ store, docker });
  registry = createImageRegistry(store, reader, reader);
  results = createProjectResults(store, registry);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-results-'));
  start();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An image of one file of so many bytes, which no other number has. */
async function imageOf(bytes: number): Promise<LoadedImage> {
  const path = join(folder, 'image.tar');
  const layers = [[{ path: `file-${bytes}`, content: 'x'.repeat(bytes) }]];
  writeFileSync(path, await buildDockerArchive([{ names: ['image:1'], layers }]));
  const source = { kind: 'archive', path, verify: true } as const;
  return (await registry.openArchive({ source, top: 10 }, { signal })).image;
}

/** What a build came to, at that time: by Dockerfile the bytes of its image, none where it failed. */
async function build(finishedAt: number, variants: Readonly<Record<string, number | undefined>>) {
  const handles: Record<string, string> = {};
  const dockerfiles = Object.keys(variants).map((path) =>
    parseDockerfile('FROM scratch\n', { path, context: '.' }),
  );
  const plan = planVariants(dockerfiles);
  const built = [];
  for (const [index, variant] of plan.variants.entries()) {
    const bytes = variants[variant.name];
    const common = { variant, durationMs: 1, steps: [] };
    const whole = { dockerfile: dockerfiles[index]!, transport: 'save', bytesRead: 0 } as const;
    if (bytes === undefined) {
      const error = { code: 'build-failed', message: 'It failed', hint: 'Correct it' } as const;
      built.push({ ...whole, outcome: { ...common, status: 'failed', error } as const });
      continue;
    }
    const { handle, facts } = await imageOf(bytes);
    handles[variant.name] = handle;
    const outcome = { ...common, status: 'built', tag: variant.name, imageId: handle } as const;
    built.push({ ...whole, outcome, facts });
  }
  const document = projectDocument(project, BuildSettings.parse({}), plan.groups, built, []);
  results.put(project, { document, handles, stages: {}, finishedAt });
  return { ...results.get(project)!, handles };
}

/** Its size, as it is told when it is opened. */
async function openedBytes(previous: BuildResult['previous'], variant: string): Promise<number | null> {
  return (await registry.get(previous!.handles[variant]!)).facts.sizes.live;
}

describe('what a build is held against', () => {
  it('is nothing the first time, and then the build before it', async () => {
    const first = await build(1, { Dockerfile: 10, 'Dockerfile.slim': 20 });
    expect(first.previous).toBeUndefined();
    const { previous } = await build(2, { Dockerfile: 11, 'Dockerfile.slim': 21 });
    expect(previous).toEqual({
      finishedAt: 1,
      handles: first.handles,
      live: { Dockerfile: 10, 'Dockerfile.slim': 20 },
    });
  });

  it('is of a variant that failed meanwhile, however often, the last that it came to', async () => {
    const first = await build(1, { Dockerfile: 10, 'Dockerfile.slim': 20 });
    const second = await build(2, { Dockerfile: undefined, 'Dockerfile.slim': 21 });
    await build(3, { Dockerfile: undefined, 'Dockerfile.slim': undefined });
    await build(4, { Dockerfile: undefined, 'Dockerfile.slim': undefined });
    const { previous } = await build(5, { Dockerfile: 12, 'Dockerfile.slim': 22 });
    expect(previous).toEqual({
      finishedAt: 2,
      handles: { Dockerfile: first.handles.Dockerfile, 'Dockerfile.slim': second.handles['Dockerfile.slim'] },
      live: { Dockerfile: 10, 'Dockerfile.slim': 21 },
    });
  });

  it('is nothing where nothing ever came out', async () => {
    await build(1, { Dockerfile: undefined });
    expect((await build(2, { Dockerfile: 10 })).previous).toBeUndefined();
  });

  it('forgets a variant of long ago that is built no more', async () => {
    await build(1, { Dockerfile: 10, 'Dockerfile.old': 30 });
    expect((await build(2, { Dockerfile: 11 })).previous!.live).toEqual({
      Dockerfile: 10,
      'Dockerfile.old': 30,
    });
    expect((await build(3, { Dockerfile: 12 })).previous!.live).toEqual({ Dockerfile: 11 });
  });

  it('can be opened when many images were opened since, and after a restart', async () => {
    await build(1, { Dockerfile: 10 });
    // More than are kept in memory.
    for (let bytes = 100; bytes < 120; bytes++) await imageOf(bytes);
    const { previous } = await build(2, { Dockerfile: 11 });
    expect(await openedBytes(previous, 'Dockerfile')).toBe(10);
    store.close();
    start();
    expect(results.get(project)!.previous).toEqual(previous);
    expect(await openedBytes(results.get(project)!.previous, 'Dockerfile')).toBe(10);
  });

  it('has no image that cannot be opened any more, and still its size', async () => {
    await build(1, { Dockerfile: 10 });
    store.layers.clear();
    store.close();
    start();
    await build(2, { Dockerfile: 11 });
    // Its own result is no longer there after the first one lost its layers.
    expect(results.get(project)!.previous).toBeUndefined();
    const { previous } = await build(3, { Dockerfile: 12 });
    expect(previous!.live).toEqual({ Dockerfile: 11 });

    for (let bytes = 100; bytes < 120; bytes++) await imageOf(bytes);
    store.layers.clear();
    const { previous: gone } = await build(4, { Dockerfile: 13 });
    expect(gone).toEqual({ finishedAt: 3, handles: {}, live: { Dockerfile: 12 } });
  });
});

describe('a variant without an image', () => {
  it('has what it came to last, however often it fails, also after a restart', async () => {
    const first = await build(1, { Dockerfile: 10, 'Dockerfile.slim': 20 });
    expect(first.lastGood).toBeUndefined();
    const second = await build(2, { Dockerfile: undefined, 'Dockerfile.slim': 21 });
    expect(Object.keys(second.lastGood!)).toEqual(['Dockerfile']);
    await build(3, { Dockerfile: undefined, 'Dockerfile.slim': undefined });
    store.close();
    start();
    const { lastGood } = results.get(project)!;
    expect(lastGood!.Dockerfile).toMatchObject({ finishedAt: 1, handle: first.handles.Dockerfile });
    expect(lastGood!['Dockerfile.slim']).toMatchObject({
      finishedAt: 2,
      handle: second.handles['Dockerfile.slim'],
    });
    expect(lastGood!.Dockerfile!.variant.image!.sizes.live).toBe(10);
    expect(lastGood!.Dockerfile!.isBaseline).toBe(first.document.groups[0]!.baseline === 'Dockerfile');
    expect(results.stagesOf(first.handles.Dockerfile!)).toEqual(lastGood!.Dockerfile!.variant.stages);

    expect((await build(4, { Dockerfile: 12, 'Dockerfile.slim': 22 })).lastGood).toBeUndefined();
  });

  it('has nothing where nothing came out before, or that cannot be opened any more', async () => {
    expect((await build(1, { Dockerfile: undefined })).lastGood).toBeUndefined();
    await build(2, { Dockerfile: 10 });
    for (let bytes = 100; bytes < 120; bytes++) await imageOf(bytes);
    store.layers.clear();
    expect((await build(3, { Dockerfile: undefined })).lastGood).toBeUndefined();
  });
});
