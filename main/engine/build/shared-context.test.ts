import { execFile } from 'node:child_process';
import {
  appendFile,
  chmod,
  lutimes,
  mkdir,
  mkdtemp,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createContentHash } from '../archive/content-hash.ts';
import { openBuildContext } from '../project/build-context.ts';
import { indexContext } from './index-context.ts';
import { ContextMemory, openSharedContext, type SharedContext } from './shared-context.ts';

const hashSeed = { low: 5, high: 7 };
/** Then a change of a file shows in its times, and what is hashed is trusted. */
const settle = () => setTimeout(80);
let folder: string;
let memory: ContextMemory;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-shared-context-'));
  memory = new ContextMemory();
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

async function put(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const options = () => ({ contextDir: folder, dockerfilePath: join(folder, 'Dockerfile'), hashSeed, memory });
const open = () => openSharedContext(options());

/** The index that the tar of the same context has. */
async function indexOfTar() {
  const { stream } = await openBuildContext(options());
  const indexed = indexContext(stream, await createContentHash(hashSeed));
  for await (const _ of indexed.stream);
  return indexed.index();
}

/** Reads a file as BuildKit would get it. */
async function fetch({ files }: SharedContext, path: string): Promise<string> {
  const { entries } = files.context;
  const content = await files.context.read(entries.findIndex((entry) => entry.path === path));
  if (content instanceof Uint8Array) return Buffer.from(content).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces).toString();
}

const entryOf = ({ files }: SharedContext, path: string) =>
  files.context.entries.find((entry) => entry.path === path)!;

describe('the index', () => {
  const hostile = {
    Dockerfile: 'FROM scratch\nCOPY . /\n',
    '.dockerignore': 'left-out\n',
    'left-out': 'x',
    empty: '',
    'a/b/c.txt': 'c',
    'a.txt': 'before a/b in no order but bytes',
    [`${'deep/'.repeat(40)}${'n'.repeat(120)}`]: 'a PAX header',
    'é 😀/<img onerror=x>\n$(x)': 'name',
    '\ud7ff\ue000': 'order',
    '.wh.a': 'no marker',
    '.wh..wh..opq': '',
    'node_modules/x/package.json': '{"name":"x","version":"1"}',
    'large.bin': Buffer.alloc(700_001, 'large'),
    'exact.bin': Buffer.alloc(65_536, 7),
  };

  beforeEach(async () => {
    await put(hostile);
    await mkdir(join(folder, 'folder'));
    await chmod(join(folder, 'a.txt'), 0o4700);
    await chmod(join(folder, 'a'), 0o2750);
    await chmod(join(folder, 'empty'), 0);
    await utimes(join(folder, 'a.txt'), 5e9, 5e9 + 0.9);
    await utimes(join(folder, 'empty'), -10.5, -10.5);
    await symlink('é'.repeat(80), join(folder, 'link'));
    await lutimes(join(folder, 'link'), 1e9, 1e9);
    await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);
  });

  it('is that of the tar, whatever of it was sent', async () => {
    const expected = await indexOfTar();
    expect(expected?.diffId).toMatch(/^context:/);
    const context = await open();
    for (const path of ['large.bin', 'a/b/c.txt', 'empty']) await fetch(context, path);
    expect(await context.index()).toEqual(expected);
    // From what is remembered.
    await settle();
    expect(await (await open()).index()).toEqual(expected);
    await put({ 'a/b/c.txt': 'd' });
    const changed = await (await open()).index();
    expect(changed?.diffId).not.toBe(expected?.diffId);
    expect(changed).toEqual(await indexOfTar());
  });

  it('knows what was sent, not what is there now', async () => {
    const context = await open();
    await fetch(context, 'a/b/c.txt');
    const expected = await indexOfTar();
    await put({ 'a/b/c.txt': 'e' });
    expect((await context.index())?.diffId).toBe(expected?.diffId);
  });

  it('leaves out what is gone before it was ever read', async () => {
    const context = await open();
    await rm(join(folder, 'a/b/c.txt'));
    const index = await context.index();
    expect(index?.entryCount).toBe(context.files.context.entries.length - 1);
  });
});

describe('the Dockerfile', () => {
  it('is served beside the context, which stays as it is', async () => {
    await put({ 'sub/api.Dockerfile': 'FROM x\n', a: '' });
    const context = await openSharedContext({
      ...options(),
      dockerfilePath: join(folder, 'sub/api.Dockerfile'),
      dockerfileSource: 'FROM x AS stage-0\n',
    });
    expect(context.dockerfile).toBe('api.Dockerfile');
    const { dockerfile } = context.files;
    expect(dockerfile.entries.map(({ path }) => path)).toEqual([
      'api.Dockerfile',
      'api.Dockerfile.dockerignore',
    ]);
    expect(String(await dockerfile.read(0))).toBe('FROM x AS stage-0\n');
    // No pattern: but there is one, so that BuildKit looks for no other.
    expect(String(await dockerfile.read(1))).toMatch(/^#.*\n$/);
    expect(await fetch(context, 'sub/api.Dockerfile')).toBe('FROM x\n');
    expect(context.files.context.entries.map(({ path }) => path)).toEqual(['a', 'sub', 'sub/api.Dockerfile']);
  });
});

describe('the shared key', () => {
  const keyOf = async (change: object) =>
    (await openSharedContext({ ...options(), ...change })).files.sharedKey;

  it('is that of a folder and what is left out of it, and tells neither', async () => {
    await put({ Dockerfile: 'FROM x\n', 'other.Dockerfile': 'FROM y\n', 'sub/x': '' });
    const key = await keyOf({});
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    await put({ new: '' });
    expect(await keyOf({})).toBe(key);
    expect(await keyOf({ dockerfilePath: join(folder, 'other.Dockerfile') })).toBe(key);
    expect(await keyOf({ contextDir: join(folder, 'sub') })).not.toBe(key);
    expect(await keyOf({ hashSeed: { low: 1, high: 1 } })).not.toBe(key);
    await put({ '.dockerignore': 'a\n' });
    expect(await keyOf({})).not.toBe(key);
  });
});

describe('a file that looks to BuildKit as before', () => {
  const time = 1_700_000_000;

  /** A file with this content and that very time, put in the other's place. */
  async function replace(content: string): Promise<void> {
    await writeFile(join(folder, 'new'), content);
    await utimes(join(folder, 'new'), time, time);
    await rename(join(folder, 'new'), join(folder, 'file'));
  }

  beforeEach(async () => {
    await put({ Dockerfile: '' });
    await replace('one');
    await settle();
  });

  it('is sent again where its content is another one, and only then', async () => {
    const first = await open();
    await first.index();
    expect(entryOf(first, 'file').nudge).toBeUndefined();
    await replace('two');
    const second = await open();
    expect(entryOf(second, 'file').nudge).toBe(1);
    expect(await fetch(second, 'file')).toBe('two');
    expect(await second.index()).toEqual(await indexOfTar());
    await settle();
    await replace('two');
    expect(entryOf(await open(), 'file').nudge).toBe(1);
    await settle();
    await replace('six');
    expect(entryOf(await open(), 'file').nudge).toBe(2);
    await appendFile(join(folder, 'file'), '.');
    expect(entryOf(await open(), 'file').nudge).toBeUndefined();
  });

  it('is sent again where nobody knows what it was', async () => {
    const first = await open();
    await replace('two');
    // That is not what BuildKit was told of.
    await first.index();
    expect(entryOf(await open(), 'file').nudge).toBe(1);
  });

  it.each([
    [10, true],
    [100, false],
  ])('is read again where it was hashed %d ms after it was written: %s', async (after, isRead) => {
    const { ctimeMs } = await stat(join(folder, 'file'));
    vi.useFakeTimers({ toFake: ['Date'], now: Math.ceil(ctimeMs) + after });
    const first = await open();
    await fetch(first, 'file');
    // What is remembered is wrong: whoever believes it does not read.
    memory.get(first.files.sharedKey)!.hashes.fill(1);
    const second = await open();
    const at = second.files.context.entries.findIndex(({ path }) => path === 'file');
    expect((await second.index())!.entryHash[at * 4] !== 1).toBe(isRead);
  });
});

describe('what goes wrong', () => {
  it('a file that is gone, or a folder by now', async () => {
    await put({ Dockerfile: '', a: 'x', b: 'x', large: Buffer.alloc(100_000) });
    const context = await open();
    for (const path of ['a', 'b', 'large']) await rm(join(folder, path));
    await mkdir(join(folder, 'b'));
    for (const path of ['a', 'b', 'large']) {
      await expect(fetch(context, path)).rejects.toMatchObject({ info: { code: 'context-vanished' } });
    }
  });

  it('is not a file that grows: it is sent as it is, and the index says so', async () => {
    await put({ Dockerfile: '', log: 'line\n' });
    const context = await open();
    await appendFile(join(folder, 'log'), 'another\n');
    expect(await fetch(context, 'log')).toBe('line\nanother\n');
    const index = await context.index();
    expect([...index!.entrySize]).toEqual([0, 13]);
    expect([...index!.entryHash]).toEqual([...(await indexOfTar())!.entryHash]);
  });
});

describe('the memory of contexts', () => {
  it('keeps what was built last, and not without end', () => {
    const contents = (entries: number) => ({
      entries: new Array(entries),
      hashes: new Uint32Array(),
      known: new Uint8Array(),
    });
    const kept = () => ['a', 'b', 'c'].filter((key) => memory.get(key));
    memory.put('a', contents(100_000));
    memory.put('b', contents(150_000));
    expect(kept()).toEqual(['a', 'b']);
    memory.put('a', contents(100_000));
    memory.put('c', contents(100_000));
    expect(kept()).toEqual(['a', 'c']);
    memory.put('b', contents(1_000_000));
    expect(kept()).toEqual(['b']);
  });
});
