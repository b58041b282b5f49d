import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileLooks } from './file-looks.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-looks-'));
  await writeFile(join(folder, 'file'), 'four');
  await mkdir(join(folder, 'folder'));
  await symlink('file', join(folder, 'link'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A clock by which every look takes so long, ms. */
function clock(step: number): () => number {
  let time = 0;
  return () => {
    time += step;
    return time;
  };
}

describe.each([
  ['fast', 0.001],
  ['slow', 1],
])('on a %s file system', (_, step) => {
  it('sees the same', async () => {
    const files = createFileLooks(clock(step));
    const items = Array.from({ length: 500 }, (_, at) => at);
    const seen = await files.each(items, async (at) => {
      const { size } = await files.stats(join(folder, 'file'));
      return at % 2 === 0 ? at + size : undefined;
    });
    expect(seen).toEqual(items.filter((at) => at % 2 === 0).map((at) => at + 4));
    expect((await files.list(folder)).map(({ name }) => name).sort()).toEqual(['file', 'folder', 'link']);
    expect((await files.stats(join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect(String(await files.target(join(folder, 'link')))).toBe('file');
    await expect(files.stats(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('looks at many at a time where each takes long, and only there', async () => {
  const atOnce = async (step: number) => {
    const files = createFileLooks(clock(step));
    let running = 0;
    let most = 0;
    await files.each(Array.from({ length: 1000 }), async () => {
      most = Math.max(most, ++running);
      await files.stats(folder);
      running--;
    });
    return most;
  };
  expect(await atOnce(0.001)).toBe(1);
  expect(await atOnce(1)).toBe(64);
});

it('lets others have their turn', async () => {
  const files = createFileLooks(clock(1));
  let turns = 0;
  const count = () => {
    turns++;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  await files.each(Array.from({ length: 150 }), () => files.stats(folder));
  clearImmediate(immediate);
  expect(turns).toBeGreaterThan(0);
});
