import fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import { expect, it } from 'vitest';
import { padding, TAR_END, type TarEntry, tarHeader } from './tar-header.ts';

/** What another implementation reads. */
async function headersOf(archive: Buffer): Promise<Header[]> {
  const reader = extract();
  reader.end(archive);
  const headers: Header[] = [];
  for await (const entry of reader) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}
const roundTrip = async (entry: TarEntry, content = Buffer.alloc(0)) =>
  (
    await headersOf(
      Buffer.concat([tarHeader(entry, content.length), content, padding(content.length), TAR_END]),
    )
  )[0]!;
const base = { type: 'file', mode: 0o644, mtime: 0, size: 0 } as const;

it('keeps the kind, the mode with its special bits, and the target of a link', async () => {
  expect(
    await roundTrip({ ...base, path: 'bin/x', mode: 0o4755, mtime: 1_700_000_000 }, Buffer.from('hello')),
  ).toMatchObject({
    name: 'bin/x',
    type: 'file',
    mode: 0o4755,
    size: 5,
    uid: 0,
    gid: 0,
    mtime: new Date(1_700_000_000_000),
  });
  expect(await roundTrip({ ...base, path: 'd', type: 'directory', mode: 0o1777 })).toMatchObject({
    type: 'directory',
    mode: 0o1777,
  });
  expect(await roundTrip({ ...base, path: 'l', type: 'symlink', target: '../<x>' })).toMatchObject({
    type: 'symlink',
    linkname: '../<x>',
  });
  expect(await roundTrip({ ...base, path: 'p', type: 'fifo', mode: 0 })).toMatchObject({
    type: 'fifo',
    mode: 0,
  });
  const device = {
    ...base,
    path: 'c',
    type: 'character-device',
    device: (0x12345 & 0xff) | (7 << 8) | ((0x12345 & ~0xff) << 12),
  } as const;
  expect(await roundTrip(device)).toMatchObject({ type: 'character-device', devmajor: 7, devminor: 0x12345 });
});

it('keeps names of any length and letters, and times before 1970', async () => {
  const path = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
    .filter((text) => text.isWellFormed() && !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(path, path, fc.integer({ min: -1e9, max: 2 ** 40 }), async (name, target, mtime) => {
      const header = await roundTrip({ ...base, path: name, type: 'symlink', target, mtime });
      expect(header.name).toBe(name);
      expect(header.linkname).toBe(target);
      const pax = (header.pax ?? {}) as Record<string, string>;
      expect(pax.mtime === undefined ? header.mtime!.getTime() / 1000 : Number(pax.mtime)).toBe(mtime);
    }),
    { numRuns: 200 },
  );
});

it('gives sizes beyond 8 GiB in a pax record', async () => {
  const blocks = tarHeader({ ...base, path: 'big' }, 10 * 2 ** 30);
  expect(blocks).toHaveLength(1536);
  expect(blocks.subarray(512, 1024).toString()).toContain('20 size=10737418240\n');
});
