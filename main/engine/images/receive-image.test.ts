import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildLayer, digestOf } from '../archive/testing/build-layer.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { known } from './loaded-image.ts';
import { createReceiving, type ImageReceiver, type Receiving } from './receive-image.ts';

let store: Store;
let receiving: Receiving;
let progress: { bytes: number; total: number }[];
beforeEach(() => {
  store = openStore({ enabled: false });
  begin();
});

function begin(): void {
  progress = [];
  receiving = createReceiving({
    store,
    known: known([], store),
    onProgress: (now) => void progress.push(now),
  });
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** What BuildKit offers for an image of these layers, as they travel: the manifest last. */
async function imageOf(layers: readonly { readonly tar: Buffer; readonly blob: Buffer }[]) {
  const config = json({
    os: 'linux',
    architecture: 'amd64',
    config: { Env: ['A=b'] },
    rootfs: { diff_ids: layers.map(({ tar }) => digestOf(tar)) },
    history: layers.map((_, at) => ({ created_by: `RUN ${at}` })),
  });
  const manifest = json({
    config: { digest: digestOf(config) },
    layers: layers.map(({ blob }) => ({ digest: digestOf(blob) })),
  });
  return { layers: layers.map(({ blob }) => blob), config, manifest };
}

const first = buildLayer([{ path: 'etc/' }, { path: 'etc/a', content: 'one' }]);
const second = buildLayer([{ path: 'big', content: 'x'.repeat(100_000) }]);
const plain = async (layer: Promise<Buffer>) => ({ tar: await layer, blob: await layer });

/** Sends a blob in pieces, each in the same memory, as the session does; true where it was wanted. */
async function send({ take }: ImageReceiver, blob: Buffer, digest = digestOf(blob)): Promise<boolean> {
  const kind = blob[0] === 0x7b ? 'config' : 'layer';
  const sink = await take({ digest, size: blob.length, kind });
  if (sink === 'known') return false;
  const memory = Buffer.alloc(40_000);
  try {
    for (let at = 0; at < blob.length; at += memory.length) {
      const length = blob.copy(memory, 0, at);
      await sink.write(memory.subarray(0, length));
      memory.fill(0xff);
    }
    await sink.end();
  } catch (error) {
    sink.destroy();
    throw error;
  }
  return true;
}

async function sendAll(receiver: ImageReceiver, blobs: readonly Buffer[]): Promise<boolean[]> {
  const wanted: boolean[] = [];
  for (const blob of blobs) wanted.push(await send(receiver, blob));
  return wanted;
}

describe('an image that a build hands over', () => {
  it('is put together when its manifest has come, its layers kept', async () => {
    const image = await imageOf([await plain(first), await plain(second)]);
    const receiver = receiving.receiver('app');
    expect(await sendAll(receiver, [...image.layers, image.config, image.manifest])).not.toContain(false);
    const read = await receiver.image();
    expect(read).toMatchObject({ id: digestOf(image.config), platform: 'linux/amd64', warnings: [] });
    expect(read.config.env).toEqual(['A=b']);
    expect(read.layers.map(({ diffId, createdBy }) => [diffId, createdBy])).toEqual([
      [digestOf(await first), 'RUN 0'],
      [digestOf(await second), 'RUN 1'],
    ]);
    expect(read.layers.every(({ diffId }) => store.layers.get(diffId)?.diffId === diffId)).toBe(true);
    expect(image.layers.map((blob) => receiving.bytesOf(digestOf(blob)))).toEqual(
      image.layers.map(({ length }) => length),
    );
    expect(receiving.bytesOf(digestOf(image.config))).toBe(0);
    const { length } = Buffer.concat(image.layers);
    // What will come is told before any of it has.
    expect(progress[0]).toEqual({ bytes: 0, total: image.layers[0]!.length });
    expect(progress.at(-1)).toEqual({ bytes: length, total: length });
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('has layers that travel as %s, and knows them by both digests', async (_, compress) => {
    const tar = await second;
    const image = await imageOf([{ tar, blob: compress(tar) }]);
    const blobs = [...image.layers, image.config, image.manifest];
    const receiver = receiving.receiver('app');
    await sendAll(receiver, blobs);
    const read = await receiver.image();
    expect(read.layers).toMatchObject([
      { diffId: digestOf(tar), tarBytes: tar.length, compressedBytes: image.layers[0]!.length },
    ]);

    begin();
    const again = receiving.receiver('app');
    expect(await sendAll(again, blobs)).toEqual([false, true, true]);
    // Nothing of it differs from what was read the first time.
    expect((await again.image()).layers).toMatchObject([{ ...read.layers[0] }]);
    expect(receiving.bytesOf(digestOf(image.layers[0]!))).toBe(0);
    const asPlain = await imageOf([await plain(second)]);
    expect(await sendAll(receiving.receiver('plain'), asPlain.layers)).toEqual([false]);
  });

  it('may have no layers', async () => {
    const image = await imageOf([]);
    const receiver = receiving.receiver('app');
    await sendAll(receiver, [image.config, image.manifest]);
    expect((await receiver.image()).layers).toEqual([]);
  });

  it('is incomplete where the manifest or a layer has not come', async () => {
    const image = await imageOf([await plain(first)]);
    const nothing = receiving.receiver('app');
    await expect(nothing.image()).rejects.toMatchObject({ code: 'archive-incomplete' });
    const cut = receiving.receiver('app');
    await sendAll(cut, [image.config, image.manifest]);
    expect((await cut.image()).warnings).toMatchObject([{ code: 'layer-unavailable' }]);
  });
});

describe('two builds that need the same layer', () => {
  it('have it sent once', async () => {
    const image = await imageOf([await plain(second)]);
    const blobs = [...image.layers, image.config, image.manifest];
    const [one, other] = [receiving.receiver('one'), receiving.receiver('other')];
    const wanted = await Promise.all([sendAll(one, blobs), sendAll(other, blobs)]);
    expect(wanted.map((all) => all[0])).toEqual([true, false]);
    const images = [await one.image(), await other.image()];
    expect(images[1]).toEqual(images[0]);
  });

  it('do not wait for one that breaks off', async () => {
    const blob = await second;
    const offer = { digest: digestOf(blob), size: blob.length, kind: 'layer' as const };
    const sink = await receiving.receiver('one').take(offer);
    const others = ['other', 'third'].map((name) => send(receiving.receiver(name), blob));
    if (sink === 'known') throw new Error('It cannot be known yet');
    await sink.write(blob.subarray(0, 1000));
    sink.destroy();
    expect((await Promise.all(others)).sort()).toEqual([false, true]);
  });
});

describe('what is not what it says it is', () => {
  it('does not enter the cache', async () => {
    const [blob, other] = [await second, digestOf(await first)];
    await expect(send(receiving.receiver('app'), blob, other)).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    const packed = gzipSync(blob);
    packed[packed.length - 6]! ^= 1;
    await expect(send(receiving.receiver('app'), packed, digestOf(gzipSync(blob)))).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    expect(store.layers.info().layers).toBe(0);
    expect(store.layers.ofBlob(digestOf(gzipSync(blob)))).toBeUndefined();
  });

  it('is told by the layer that the config names', async () => {
    const [one, two] = [await plain(first), await plain(second)];
    const image = await imageOf([{ tar: one.tar, blob: two.blob }]);
    const receiver = receiving.receiver('app');
    await sendAll(receiver, [...image.layers, image.config, image.manifest]);
    await expect(receiver.image()).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  it('is an error of the image that has it, where it is no tar', async () => {
    const odd = { tar: Buffer.from('no tar'), blob: Buffer.from('no tar') };
    const image = await imageOf([odd]);
    const receiver = receiving.receiver('app');
    await sendAll(receiver, [...image.layers, image.config, image.manifest]);
    await expect(receiver.image()).rejects.toMatchObject({ code: 'layer-invalid' });
  });
});
