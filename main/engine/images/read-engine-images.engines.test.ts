import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LayerIndex } from '../archive/layer-index.ts';
import { connectEngine } from '../docker/connect-engine.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { leaveOutAdditions } from '../testing/engine-additions.ts';
import { exportedTree } from '../testing/exported-tree.ts';
import { mergedTree } from '../testing/merged-tree.ts';
import { docker, dockerStream, realEngine, root, temporaryFolder } from '../testing/real-engine.ts';
import { differences, type Tree } from '../testing/tree.ts';
import { openArchiveImage } from './open-archive-image.ts';
import { type ReadImage, readEngineImages } from './read-engine-images.ts';
import { type HardImage, hardImages } from './testing/hard-images.ts';

// Our merged trees of built images against `docker export` of a container, which the engine itself put together.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Store;
let engine: DockerEngine;
const { signal } = new AbortController();
/** So that everything is read, also what an earlier image had. */
const known = {
  hasLayer: () => false,
  layer: () => undefined,
  layerOfBlob: () => undefined,
  record: () => undefined,
};
const tags: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  store = openStore({ folder: join(folder.path, 'cache') });
  engine = await connectEngine({ dockerHost: realEngine.host() });
});
afterAll(async () => {
  for (const tag of tags) await docker('image', 'rm', '--force', tag);
  store?.close();
  await folder?.[Symbol.asyncDispose]();
});

it('talks to the engine that it is meant to talk to', () => {
  const { status } = engine;
  if (realEngine.kind() === 'newest') expect(status).toMatchObject({ imageStore: 'containerd' });
  else
    expect(status).toMatchObject({ imageStore: 'graph-driver', version: expect.stringMatching(/^20\.10\./) });
});

describe('what an image holds is what docker export writes', () => {
  it.each(Object.entries(hardImages))('%s', async (name, image) => {
    const tree = await expectSameTree(await build(name, image));
    for (const [path, entry] of Object.entries(image.holds ?? {})) {
      expect({ path, ...tree.get(path) }).toMatchObject({ path, ...entry });
    }
  });

  it.each(['Dockerfile', 'Dockerfile.single'])('go-hello: %s', async (dockerfile) => {
    const context = join(root, 'examples/go-hello');
    const tag = named(`go-hello-${dockerfile.toLowerCase()}`);
    await docker('build', '--network', 'host', '-t', tag, '-f', join(context, dockerfile), context);
    await expectSameTree(tag);
  });
});

function named(name: string): string {
  const tag = `layerscope-engines:${name
    .toLowerCase()
    .replaceAll(/[^\w.]+/g, '-')
    .slice(0, 100)}`;
  tags.push(tag);
  return tag;
}

async function build(name: string, image: HardImage): Promise<string> {
  const tag = named(name);
  const context = join(folder.path, 'context');
  await mkdir(context);
  try {
    const files = { Dockerfile: image.dockerfile, ...(await image.files?.()) };
    for (const [file, content] of Object.entries(files)) await writeFile(join(context, file), content);
    await docker('build', '--network', 'host', '-t', tag, context);
    return tag;
  } finally {
    await rm(context, { recursive: true });
  }
}

/** Reads an image from the engine, from an archive of it and as docker export: all three must agree. */
async function expectSameTree(tag: string): Promise<Tree> {
  const streamed = await readFromEngine(tag);
  if (streamed.indexes.length === 0 && realEngine.kind() === 'debian') {
    await expect(docker('save', tag)).rejects.toThrow('empty export');
  } else {
    expectEqualReading(streamed, await readFromArchive(tag));
  }

  const ours = mergedTree(mergeLayers(streamed.indexes));
  const theirs = await exported(tag);
  leaveOutAdditions(ours, theirs);
  expect(differences(ours, theirs).slice(0, 20)).toEqual([]);
  return ours;
}

async function readFromEngine(reference: string): Promise<ReadImage> {
  const { images, warnings } = await readEngineImages({
    ...{ docker: engine, store, known, signal },
    references: [reference],
  });
  expect(warnings).toEqual([]);
  return images.get(reference)!;
}

async function readFromArchive(reference: string): Promise<ReadImage> {
  const path = join(folder.path, 'saved.tar');
  try {
    await docker('save', '-o', path, reference);
    const source = { kind: 'archive', path, verify: true } as const;
    const { image, warnings } = await openArchiveImage({ store, known, source, signal });
    expect(warnings).toEqual([]);
    expect(image.trusted).toBe(true);
    return image;
  } finally {
    await rm(path, { force: true });
  }
}

function expectEqualReading(one: ReadImage, other: ReadImage): void {
  const { platform, created, config, layers } = one.record;
  expect(other.record).toMatchObject({ platform, created, config, layers });
  expect(one.indexes).not.toContain(undefined);
  expect(other.indexes.map(summary)).toEqual(one.indexes.map(summary));
}

/** Every column, as the hash of its bytes: they are too long to be printed. */
function summary(index: LayerIndex | undefined): Record<string, unknown> {
  const hashOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    createHash('sha256')
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest('hex');
  return Object.fromEntries(
    Object.entries(index!).map(([name, value]) => [name, ArrayBuffer.isView(value) ? hashOf(value) : value]),
  );
}

async function exported(tag: string): Promise<Tree> {
  // The command is never run; an image may have none.
  const container = (await docker('create', '--network', 'none', tag, '/none')).trim();
  try {
    return await exportedTree(dockerStream('export', container), store.hashSeed);
  } finally {
    await docker('rm', '--force', container);
  }
}
