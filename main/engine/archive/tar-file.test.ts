import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Extent, extentHead } from './extent.ts';
import { TarFile } from './tar-file.ts';
import { buildLayer, type TestEntry } from './testing/build-layer.ts';
import { base256, endMarker, gnuMagic, paxEntry, rawEntry, rawTar } from './testing/tar-blocks.ts';

let folder: string;
let count = 0;
const open: number[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-tar-file-'));
});
afterAll(() => {
  for (const fd of open) closeSync(fd);
  rmSync(folder, { recursive: true });
});

function onDisk(bytes: Uint8Array): Extent {
  count += 1;
  const path = join(folder, `${count}.tar`);
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  open.push(fd);
  return { fd, offset: 0, size: bytes.length };
}

const tarFile = (bytes: Uint8Array, signal?: AbortSignal) =>
  TarFile.open('The archive', onDisk(bytes), signal);

const failure = (bytes: Uint8Array) =>
  tarFile(bytes).then(
    () => ({ code: 'no error', message: '' }),
    (error) => error.info ?? error,
  );

async function content(tar: TarFile, path: string): Promise<string | undefined> {
  const extent = await tar.extent(path);
  return extent && Buffer.from(extentHead(extent, extent.size)).toString('latin1');
}

describe('the members of a plain tar', () => {
  it('lie where tar-stream put them, whatever their names and sizes', async () => {
    const member = fc.record({
      name: fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom('a', 'b', 'é', '.', '-') }),
      size: fc.oneof(fc.nat(2000), fc.constantFrom(0, 511, 512, 513, 16_384, 40_000)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 30 }), async (members) => {
        const entries = members.map(
          ({ name, size }, number): TestEntry => ({
            path: `d/${number}${name}x`,
            content: Buffer.alloc(size, number + 1),
          }),
        );
        const tar = await tarFile(await buildLayer(entries));
        for (const entry of entries) {
          expect(await content(tar, entry.path)).toBe(Buffer.from(entry.content!).toString('latin1'));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are found by any spelling of their path, the last of two, and through links', async () => {
    const tar = await tarFile(
      await buildLayer([
        { path: './a/layer.tar', content: 'first' },
        { path: 'a/layer.tar', content: 'last' },
        { path: 'b/layer.tar', type: 'symlink', target: '../a/layer.tar' },
        { path: 'c', type: 'link', target: 'b/layer.tar' },
        { path: 'x', type: 'symlink', target: 'y' },
        { path: 'y', type: 'symlink', target: 'x' },
      ]),
    );
    for (const path of ['a/layer.tar', '/a//layer.tar', 'b/layer.tar', 'c']) {
      expect(await content(tar, path), path).toBe('last');
    }
    expect(await tar.extent('x')).toBeUndefined();
    expect(await tar.extent('../a')).toBeUndefined();
  });

  it('may have sizes in PAX headers and in base-256', async () => {
    const size = base256(7n, 12);
    const tar = await tarFile(
      rawTar(
        paxEntry([['size', '5']]),
        rawEntry({ name: 'pax', size: 0 }, 'five!'),
        rawEntry({ name: 'binary', magic: gnuMagic, patch: [[124, size]] }, 'seven!!'),
      ),
    );
    expect(await content(tar, 'pax')).toBe('five!');
    expect(await content(tar, 'binary')).toBe('seven!!');
  });

  it('are none after the end marker', async () => {
    const tar = await tarFile(
      Buffer.concat([rawEntry({ name: 'a' }, 'a'), endMarker, rawEntry({ name: 'b' }, 'b')]),
    );
    expect(await content(tar, 'a')).toBe('a');
    expect(await tar.extent('b')).toBeUndefined();
  });
});

describe('a tar that is wrong', () => {
  it('is cut off inside a member, wherever', async () => {
    const whole = rawTar(rawEntry({ name: 'a' }, 'x'.repeat(1000)));
    for (const length of [1, 511, 513, 600, 1511]) {
      const { code, message } = await failure(whole.subarray(0, length));
      expect(code, `${length}`).toBe('archive-truncated');
      expect(message).toContain(`${length} bytes`);
    }
  });

  it('is cut off between members: what is not there may have been', async () => {
    const tar = await tarFile(rawEntry({ name: 'a' }, 'a'));
    expect(await content(tar, 'a')).toBe('a');
    await expect(tar.extent('b')).rejects.toMatchObject({ code: 'archive-truncated' });
    expect(tar.noManifest()).toMatchObject({ code: 'archive-truncated' });
    expect(tar.missing('the config')).toMatchObject({ code: 'archive-truncated' });
  });

  it('has a member with holes', async () => {
    const map = [
      ['GNU.sparse.map', '0,1'],
      ['GNU.sparse.size', '1000'],
    ] as const;
    expect(await failure(rawTar(paxEntry(map), rawEntry({ name: 'a' }, 'a')))).toMatchObject({
      code: 'archive-damaged',
      message: expect.stringContaining('"a" is stored as a sparse file'),
    });
  });

  it('has a size beyond what there is', async () => {
    const huge = rawTar(rawEntry({ name: 'a', patch: [[124, base256(2n ** 52n, 12)]] }, 'a'));
    expect(await failure(huge)).toMatchObject({ code: 'archive-truncated' });
    const beyond = rawTar(rawEntry({ name: 'a', patch: [[124, base256(2n ** 63n, 12)]] }, 'a'));
    expect(await failure(beyond)).toMatchObject({ code: 'archive-damaged' });
  });

  it('has documents that are something else', async () => {
    const tar = await tarFile(
      await buildLayer([
        { path: 'manifest.json', content: 'just text' },
        { path: 'layer', content: await buildLayer([{ path: 'a' }]) },
      ]),
    );
    await expect(tar.document('manifest.json')).rejects.toMatchObject({
      code: 'archive-damaged',
      message: 'manifest.json of The archive is a text file, not a JSON document',
    });
    await expect(tar.document('layer')).rejects.toMatchObject({
      message: 'layer of The archive is a layer, not a JSON document',
    });
    expect(await tar.document('none')).toBeUndefined();
  });
});

it('gives up a tar of very many members when nobody wants it any more', async () => {
  const one = rawEntry({ name: 'a' });
  const many = rawTar(...Array.from({ length: 20_000 }, () => one));
  await expect(tarFile(many, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
