import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ArchiveFile, TestImage } from '../archive/testing/build-archive.ts';
import { buildLayer, digestOf } from '../archive/testing/build-layer.ts';
import { temporaryFolder } from '../testing/real-engine.ts';
import { analyze, failure, openWith, withApi } from './testing/analyze.ts';
import {
  containers,
  forms,
  layerSources,
  legacy,
  ociFolder,
  ociTar,
  writeFiles,
  writeForm,
} from './testing/containers.ts';
import { bytes, file } from './testing/entries.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// The row "Integrity" of layers.md.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

const app: TestImage = { names: ['app:1'], layers: [[file('a', 1000)], [file('b', 50)], [file('c', 7)]] };
const layer = await buildLayer([file('b', 50)]);
/** A good tar of other content that is as long. */
const other = await buildLayer([file('b', bytes(50, 'y'))]);

let caches = 0;
const newCache = () => `${folder.path}/cache-${++caches}`;

async function cachedLayers(cacheFolder: string): Promise<number> {
  return withApi({ cacheFolder }, async (api) => (await api.call('cache.info', {})).layers);
}

/** Puts other bytes into files, under the names they have. */
const tampered = (files: readonly ArchiveFile[], change: (content: Buffer) => Buffer | undefined) => {
  let changed = 0;
  const result = files.map((each) => {
    const content = each.content && change(each.content);
    if (!content) return each;
    changed += 1;
    return { ...each, content };
  });
  expect(changed).toBe(1);
  return result;
};

const packing = { none: (tar: Buffer) => tar, gzip: gzipSync, zstd: zstdCompressSync } as const;

describe('a layer that was changed', () => {
  it.each(forms)('$name: an error that names both digests, and nothing in the cache', async (form) => {
    const pack = packing[form.layers];
    const files = tampered(await form.container.files([app], form.layers), (content) =>
      content.equals(pack(layer)) ? pack(other) : undefined,
    );
    const path = await writeFiles(folder.path, form.container, files, form.whole);
    const cacheFolder = newCache();
    const { code, message, hint } = await failure({ path, cacheFolder });
    expect(code).toBe('digest-mismatch');
    // A blob is held against its name, a legacy layer against its diff_id.
    const named = form.container === legacy ? [layer, other] : [pack(layer), pack(other)];
    for (const bytes of named) expect(message).toContain(digestOf(bytes));
    expect(hint).not.toBe('');
    expect(await cachedLayers(cacheFolder)).toBe(0);
  });

  it.each(containers)(
    '$name: also where the blob is what its name says, and the diff_id is not',
    async (container) => {
      const diffIds = [digestOf(await buildLayer([file('a', 1000)])), digestOf(layer)];
      const image: TestImage = {
        layers: [[file('a', 1000)], other],
        config: { rootfs: { type: 'layers', diff_ids: diffIds } },
      };
      for (const compress of ['none', 'gzip', 'zstd'] as const) {
        const path = await writeFiles(folder.path, container, await container.files([image], compress));
        const cacheFolder = newCache();
        const { code, message } = await failure({ path, cacheFolder });
        expect(code).toBe('digest-mismatch');
        for (const tar of [layer, other]) expect(message).toContain(digestOf(tar));
        expect(await cachedLayers(cacheFolder)).toBe(0);
      }
    },
  );
});

describe('a document that was changed', () => {
  it.each(containers)('$name: the config, an error that names both digests', async (container) => {
    let digests: string[] = [];
    const files = tampered(await container.files([app], 'none'), (content) => {
      if (!content.includes('"rootfs"')) return undefined;
      const changed = Buffer.from(content.toString().replace('/bin/sh', '/bin/no'));
      digests = [digestOf(content), digestOf(changed)];
      return changed;
    });
    const path = await writeFiles(folder.path, container, files);
    const { code, message } = await failure({ path });
    expect(code).toBe('digest-mismatch');
    for (const digest of digests) expect(message).toContain(digest);
    const { document } = await analyze({ path, verify: false });
    expect(document.image.config.cmd).toEqual(['/bin/no']);
  });

  it.each([ociTar, ociFolder, layerSources])('$name: the manifest', async (container) => {
    const files = tampered(await container.files([app], 'none'), (content) =>
      content.includes('"schemaVersion":2,"mediaType"')
        ? Buffer.concat([content, Buffer.from(' ')])
        : undefined,
    );
    const path = await writeFiles(folder.path, container, files);
    expect(await failure({ path })).toMatchObject({ code: 'digest-mismatch' });
    await analyze({ path, verify: false });
  });
});

describe('the cache', () => {
  it.each(forms)('$name: takes what was verified, and only that', async (form) => {
    const { path } = await writeForm(folder.path, form, [app]);
    const unverified = newCache();
    const loose = await analyze({ path, verify: false, cacheFolder: unverified });
    expect(await cachedLayers(unverified)).toBe(0);
    const verified = newCache();
    const first = await analyze({ path, cacheFolder: verified });
    expect(await cachedLayers(verified)).toBe(3);
    expect(loose).toEqual(first);
    // The second time it comes from there, and is the same.
    expect(await analyze({ path, cacheFolder: verified })).toEqual(first);
  });

  it.each(forms)('$name: without verifying, a false layer poisons nothing', async (form) => {
    const pack = packing[form.layers];
    const genuine = await form.container.files([app], form.layers);
    const files = tampered(genuine, (content) => (content.equals(pack(layer)) ? pack(other) : undefined));
    const bad = await writeFiles(folder.path, form.container, files, form.whole);
    const good = await writeFiles(folder.path, form.container, genuine, form.whole);
    const cacheFolder = newCache();
    await withApi({ cacheFolder }, async (api) => {
      const contentOf = async (path: string, verify: boolean) => {
        const { handle } = await openWith(api, { path, verify });
        return handle;
      };
      const [left, right] = [await contentOf(bad, false), await contentOf(good, true)];
      expect(left).not.toBe(right);
      const { totals } = await api.call('compare.open', { left, right });
      expect(totals).toMatchObject({ changed: { files: 1 }, same: { files: 2 } });
      expect((await api.call('cache.info', {})).layers).toBe(3);
      const again = await contentOf(good, true);
      const same = await api.call('compare.open', { left: right, right: again });
      expect(same.totals).toMatchObject({ changed: { files: 0 }, same: { files: 3 } });
    });
  });

  it.each(forms)('$name: what it knows stands in for a layer that is not here', async (form) => {
    const cacheFolder = newCache();
    const { path, files } = await writeForm(folder.path, form, [app]);
    const whole = await analyze({ path, cacheFolder });
    const pack = packing[form.layers];
    const without = files.filter(({ content }) => !content?.equals(pack(layer)));
    const partial = await writeFiles(folder.path, form.container, without, form.whole);
    const found = await analyze({ path: partial, cacheFolder });
    expect(found.tree).toEqual(whole.tree);
    expect(found.document.warnings).toEqual([]);
    expect(found.document.image.sizes.live).toBe(1057);
  });

  it.each([layerSources, ociTar, ociFolder])(
    '$name: a known layer under another diff_id is refused',
    async (container) => {
      const cacheFolder = newCache();
      await analyze({
        path: await writeFiles(folder.path, container, await container.files([app], 'none')),
        cacheFolder,
      });
      const wrong: TestImage = {
        layers: [layer],
        config: { rootfs: { type: 'layers', diff_ids: [digestOf(other)] } },
      };
      const path = await writeFiles(folder.path, container, await container.files([wrong], 'none'));
      const { code, message } = await failure({ path, cacheFolder });
      expect(code).toBe('digest-mismatch');
      for (const tar of [layer, other]) expect(message).toContain(digestOf(tar));
    },
  );
});
