import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Extent } from './extent.ts';
import { ExtentDigests } from './extent-digests.ts';
import { digestOf } from './testing/build-layer.ts';

const MiB = 2 ** 20;
let folder: string;
let bytes: Buffer;
let fd: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-digests-'));
  bytes = Buffer.alloc(40 * MiB);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  writeFileSync(join(folder, 'bytes'), bytes);
  fd = openSync(join(folder, 'bytes'), 'r');
});
afterAll(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

const extent = (offset: number, size: number): Extent => ({ fd, offset, size });
const expected = ({ offset, size }: Extent) => digestOf(bytes.subarray(offset, offset + size));

it.each([
  [
    'in one thread',
    [
      [0, 0],
      [512, 1],
      [1, 3 * MiB],
    ],
  ],
  [
    'in two',
    [
      [0, 20 * MiB],
      [20 * MiB, 5 * MiB],
      [7, 11 * MiB + 3],
      [9, 0],
    ],
  ],
] as const)('are those of node:crypto, %s', async (_, runs) => {
  const extents = runs.map(([offset, size]) => extent(offset, size));
  const digests = new ExtentDigests(extents);
  const found = await digests.finish(undefined, () => {});
  for (const each of extents) expect(found.get(each)).toBe(expected(each));
  await digests.stop();
});

it('tell how far they are', async () => {
  const digests = new ExtentDigests([extent(0, 30 * MiB), extent(0, 9 * MiB)]);
  const seen: number[] = [];
  await digests.finish(undefined, () => seen.push(digests.bytes));
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(digests.bytes).toBe(39 * MiB);
});

it('end at once when they are cancelled, and leave no thread', async () => {
  const abort = new AbortController();
  const digests = new ExtentDigests(Array.from({ length: 50 }, () => extent(0, 40 * MiB)));
  const finished = digests.finish(abort.signal, () => abort.abort());
  await expect(finished).rejects.toMatchObject({ code: 'cancelled' });
  await digests.stop();
  const bytesThen = digests.bytes;
  expect(bytesThen).toBeLessThan(40 * 40 * MiB);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(digests.bytes).toBe(bytesThen);
});

it('of a file that cannot be read fail as reading it does', async () => {
  const closed = { ...extent(0, 20 * MiB), fd: 999_999 };
  const digests = new ExtentDigests([closed]);
  await expect(digests.finish(undefined, () => {})).rejects.toMatchObject({ code: 'EBADF' });
  await digests.stop();
});
