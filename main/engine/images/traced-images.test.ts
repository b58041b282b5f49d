import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildDockerArchive } from '../archive/testing/build-archive.ts';
import { buildLayer, indexTar } from '../archive/testing/build-layer.ts';
import { createDirectReader } from '../reader/direct-reader.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { createImageRegistry, type ImageRegistry } from './image-registry.ts';
import type { LoadedImage } from './loaded-image.ts';
import type { TraceRecord } from './trace-record.ts';

const { signal } = new AbortController();
let folder: string;
let store: Store;
let registry: ImageRegistry;

function start(): void {
  store = openStore({ folder, hashSeed: { low: 0, high: 0 } });
  const docker = () => Promise.reject(new Error('there is no engine here'));
  const reader = createDirectReader({ store, docker });
  registry = createImageRegistry(store, reader, reader);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-traced-'));
  start();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const base = [{ path: 'base', content: 'from the base' }];
const made = [
  { path: 'made', content: 'by the stage' },
  { path: 'sent', content: 'with the context' },
  { path: 'left', content: 'behind' },
];
const copied = made.slice(0, 2);

async function open(name: string, ...layers: (typeof made)[]): Promise<LoadedImage> {
  const path = join(folder, `${name}.tar`);
  writeFileSync(path, await buildDockerArchive([{ names: [`${name}:1`], layers }]));
  const source = { kind: 'archive', path, verify: true } as const;
  return (await registry.openArchive({ source, top: 10 }, { signal })).image;
}

const copy = {
  keyword: 'COPY',
  sources: ['/'],
  fetches: false,
  heredocs: [],
  destination: '/',
  parents: false,
} as const;

/** Two stages: one on the base copies the context, the other one copies from it. */
async function traceable() {
  const context = { ...(await indexTar(await buildLayer([made[1]!]))), diffId: 'context:1' };
  const [first, last] = [await open('first', base, made), await open('last', copied)];
  const record: TraceRecord = {
    targets: [{ stage: 1, needs: [0, 1] }],
    stages: [
      {
        index: 0,
        name: 'build',
        line: 1,
        base: { kind: 'image', reference: 'base' },
        image: first.handle,
        owners: [
          { kind: 'base', reference: 'base', stage: 0, line: 1 },
          {
            kind: 'instruction',
            stage: 0,
            line: 2,
            endLine: 2,
            copy: { ...copy, keyword: 'ADD', from: undefined },
          },
        ],
      },
      {
        index: 1,
        name: '1',
        line: 3,
        base: { kind: 'scratch' },
        image: last.handle,
        owners: [
          {
            kind: 'instruction',
            stage: 1,
            line: 4,
            endLine: 4,
            copy: { ...copy, from: { kind: 'stage', index: 0 } },
          },
        ],
      },
    ],
    context: context.diffId,
  };
  return { context, record };
}

it('gives the images of a build handles of their own, which share all but the origins', async () => {
  const { record, context } = await traceable();
  const variant = (await registry.trace({ record, context }, signal)).get(1)!;
  expect(variant.origins.map(({ id, bytes }) => [id, bytes])).toEqual([
    ['context', 16],
    ['stage:0', 12],
  ]);
  const traced = await registry.get(variant.handles.get(1)!);
  const plain = await registry.get(record.stages[1]!.image);
  expect(traced.filesystem.origins?.sources.map(({ id }) => id).sort()).toEqual([
    'context',
    'stage:0',
    'untraced',
  ]);
  expect(plain.filesystem.origins).toBeUndefined();
  expect(traced.filesystem.tree).toBe(plain.filesystem.tree);
  expect(traced.facts.layers).toMatchObject([{ base: false, stage: 1, line: 4 }]);
  expect(plain.facts.layers).toMatchObject([{ base: null, stage: null, line: null }]);
});

it('traces nothing twice while its images are in memory', async () => {
  const { record, context } = await traceable();
  const first = await registry.trace({ record, context }, signal);
  expect(await registry.trace({ record: structuredClone(record), context }, signal)).toBe(first);
  const other = await registry.trace({ record: { ...record, context: null }, context: undefined }, signal);
  expect(other.get(1)!.handles.get(1)).not.toBe(first.get(1)!.handles.get(1));
});

it('traces again after a restart, to the same', async () => {
  const { record, context } = await traceable();
  const before = (await registry.trace({ record, context }, signal)).get(1)!;
  store.close();
  start();
  for (const [stage, handle] of before.handles) {
    expect(registry.has(handle)).toBe(true);
    const { filesystem } = await registry.get(handle);
    expect(filesystem.origins).toEqual(before.stages.find(({ index }) => index === stage)!.origins);
  }
});

it('finds none where something that it was traced from is gone', async () => {
  const { record, context } = await traceable();
  const unkept = { ...context, diffId: 'context:2' };
  const variant = (
    await registry.trace({ record: { ...record, context: unkept.diffId }, context }, signal)
  ).get(1)!;
  const handle = variant.handles.get(1)!;
  store.close();
  start();
  expect(registry.has(handle)).toBe(false);
  await expect(registry.get(handle)).rejects.toMatchObject({ code: 'not-found' });
  const unknown = handle.replace(/~origins-.{24}/, `~origins-${'0'.repeat(24)}`);
  await expect(registry.get(unknown)).rejects.toMatchObject({ code: 'not-found' });
});
