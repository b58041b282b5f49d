import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageDocument } from '../../../shared/model/image-document.ts';
import { connectEngine } from '../docker/connect-engine.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { mergedTree } from '../testing/merged-tree.ts';
import { docker, dockerStream, realEngine, root, temporaryFolder } from '../testing/real-engine.ts';
import { layerBytes } from './layer-bytes.ts';
import { known } from './loaded-image.ts';
import { openArchiveImage } from './open-archive-image.ts';
import { type ReadImage, readEngineImages } from './read-engine-images.ts';
import { multiPlatformLayout } from './testing/multi-platform.ts';

const platforms = ['linux/amd64', 'linux/arm64'];
const [amd64, arm64, both] = ['amd64', 'arm64', 'both'].map((tag) => `layerscope-platforms:${tag}`) as [
  string,
  string,
  string,
];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Store;
let engine: DockerEngine;
let own: string;
const { signal } = new AbortController();

beforeAll(async () => {
  folder = await temporaryFolder();
  store = openStore({ folder: join(folder.path, 'cache') });
  engine = await connectEngine({ dockerHost: realEngine.host() });
  own = engine.status.platform;
  expect(platforms).toContain(own);
  // Of other lengths, so that sizes tell them apart too.
  await build('linux/amd64', amd64, 'amd\n');
  await build('linux/arm64', arm64, 'arm 64\n');
});
afterAll(async () => {
  await docker('image', 'rm', '--force', amd64, arm64);
  store?.close();
  await folder?.[Symbol.asyncDispose]();
});

async function build(platform: string, tag: string, content: string): Promise<void> {
  const context = join(folder.path, tag.replace(':', '-'));
  await mkdir(context);
  await writeFile(join(context, 'who'), content);
  await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY who /\n');
  await docker('build', '--platform', platform, '-t', tag, context);
}

async function fromEngine(reference: string, platform?: string): Promise<ReadImage> {
  const request = { docker: engine, store, known: known([], store), references: [reference] };
  const { images, warnings } = await readEngineImages({ ...request, platform, signal });
  expect(warnings).toEqual([]);
  const image = images.get(reference)!;
  // As the product does: so the next one could be taken from here, wrongly.
  store.images.put(image.record.id, image.record);
  return image;
}

async function fromFile(path: string, platform?: string): Promise<ReadImage> {
  const source = { kind: 'archive', path, verify: true } as const;
  const request = { store, known: known([], store), source, platform, signal };
  const { image, warnings } = await openArchiveImage(request);
  expect(warnings).toEqual([]);
  return image;
}

/** The layer as the engine gives it again, which content is shown from. */
async function contentOf({ record }: ReadImage): Promise<string> {
  const builtLayer = async function* () {};
  const request = { record, layer: 0, docker: async () => engine, builtLayer, signal };
  const chunks: Uint8Array[] = [];
  for await (const chunk of layerBytes(request)) chunks.push(Buffer.from(chunk));
  return String(Buffer.concat(chunks));
}

function expectOnly({ record, indexes }: ReadImage, platform: string): void {
  expect(record.platform).toBe(platform);
  const tree = mergedTree(mergeLayers(indexes));
  expect([...tree.keys()]).toEqual(['/', '/who']);
  expect(tree.get('/who')!.size).toBe(platform === 'linux/amd64' ? 4 : 7);
}

describe('an image for another platform than the engine', () => {
  it('is read as what it is, whether one asks for its platform or for none', async () => {
    expectOnly(await fromEngine(arm64), 'linux/arm64');
    expectOnly(await fromEngine(arm64, 'linux/arm64/v8'), 'linux/arm64');
    expectOnly(await fromEngine(amd64), 'linux/amd64');
    expect(await contentOf(await fromEngine(arm64))).toContain('arm 64\n');
  });

  it('is not there for a third one', async () => {
    await expect(fromEngine(arm64, 'linux/s390x')).rejects.toMatchObject({
      info: { code: 'platform-unavailable', candidates: ['linux/arm64'] },
    });
  });
});

// The graph driver holds one platform of a name.
if (realEngine.kind() === 'newest') {
  describe('an image for several platforms, with attestations', () => {
    let layout: string;
    let saved: string;

    beforeAll(async () => {
      layout = join(folder.path, 'layout.tar');
      saved = join(folder.path, 'saved.tar');
      await writeFile(layout, await multiPlatformLayout(dockerStream('save', amd64, arm64), platforms, both));
      await docker('load', '-i', layout);
      await docker('save', '-o', saved, both);
    });
    afterAll(async () => {
      await docker('image', 'rm', '--force', both);
    });

    it('is read for the platform asked for, else for the engine’s, from wherever it is', async () => {
      for (const read of [
        (platform?: string) => fromEngine(both, platform),
        (platform?: string) => fromFile(layout, platform),
        (platform?: string) => fromFile(saved, platform),
      ]) {
        for (const platform of platforms) expectOnly(await read(platform), platform);
        expectOnly(await read('linux/aarch64'), 'linux/arm64');
        expectOnly(await read(), own);
        await expect(read('linux/s390x')).rejects.toMatchObject({
          info: { code: 'platform-unavailable', candidates: platforms },
        });
      }
    });

    it('is an image of its own for each platform: what was read of one is not taken for another', async () => {
      const [one, other] = [await fromEngine(both, 'linux/amd64'), await fromEngine(both, 'linux/arm64')];
      expect(one.record.id).not.toBe(other.record.id);
      expect(one.bytesRead + other.bytesRead).toBe(0);
      expect(await contentOf(one)).toContain('amd\n');
      expect(await contentOf(other)).toContain('arm 64\n');
    });

    it('is analyzed in the terminal: status 2 and what there is for a platform it is not there for', async () => {
      const analyze = (...args: string[]) => cli('analyze', both, '--json', ...args);
      const { out } = await analyze('--platform', 'linux/arm64');
      const { image } = ImageDocument.parse(JSON.parse(out));
      expect(image).toMatchObject({ platform: 'linux/arm64', sizes: { live: 7 } });
      const { status, out: printed, err } = await analyze('--platform', 'linux/s390x');
      expect({ status, printed }).toEqual({ status: 2, printed: '' });
      for (const text of ['platform-unavailable', ...platforms]) expect(err).toContain(text);
    });
  });
}

/** The terminal program in a process of its own, with a cache of its own. */
function cli(...args: string[]): Promise<{ status: unknown; out: string; err: string }> {
  const env = { ...process.env, DOCKER_HOST: realEngine.host(), XDG_CACHE_HOME: join(folder.path, 'cli') };
  return new Promise((resolve) => {
    const program = [join(root, 'main/cli/layerscope.ts'), ...args];
    execFile(process.execPath, program, { env }, (error, out, err) =>
      resolve({ status: error ? error.code : 0, out, err }),
    );
  });
}
