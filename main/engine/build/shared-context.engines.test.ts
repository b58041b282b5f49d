import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmod,
  link,
  lutimes,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectEngine } from '../docker/connect-engine.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { imageTag, labels } from '../docker/image-tag.ts';
import { openBuildContext } from '../project/build-context.ts';
import { exportedTree } from '../testing/exported-tree.ts';
import { docker, dockerStream, realEngine, temporaryFolder } from '../testing/real-engine.ts';
import { ContextMemory, openSharedContext, type SharedContext } from './shared-context.ts';

const hashSeed = { low: 11, high: 13 };
/** Of the images made here. */
const owner = `/nonexistent/ls-context-${randomUUID()}`;
let engine: DockerEngine;
let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
let memory: ContextMemory;

beforeAll(async () => {
  engine = await connectEngine({ dockerHost: realEngine.host() });
});
afterAll(async () => {
  await engine?.removeBuilt({ folder: owner });
});
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = temporary.path;
  memory = new ContextMemory();
  // Nothing comes from the cache of an earlier run.
  await put({ nonce: randomUUID() });
});
afterEach(() => temporary[Symbol.asyncDispose]());

async function put(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const options = () => ({ contextDir: folder, dockerfilePath: join(folder, 'Dockerfile') });
const open = (signal?: AbortSignal) =>
  openSharedContext({ ...options(), hashSeed, memory, ...(signal && { signal }) });

interface BuildOptions {
  readonly target?: string;
  readonly noCache?: boolean;
  readonly signal?: AbortSignal;
}

async function build(
  context: SharedContext | Readable,
  dockerfile: string,
  { target, noCache, signal }: BuildOptions = {},
): Promise<{ readonly tag: string; readonly diffIds: readonly string[] }> {
  const tag = imageTag(owner, randomUUID());
  await engine.build({
    context: context instanceof Readable ? context : context.files,
    dockerfile,
    network: 'host',
    labels: { [labels.folder]: owner },
    tags: [tag],
    ...(target !== undefined && { target }),
    ...(noCache !== undefined && { noCache }),
    ...(signal && { signal }),
  });
  const { diffIds } = await engine.inspect(tag);
  return { tag, diffIds };
}

/** By file; what was asked for is gathered in `asked`. */
async function buildFiles(buildOptions?: BuildOptions) {
  const context = await open(buildOptions?.signal);
  const asked: string[] = [];
  const { context: source } = context.files;
  const watched = {
    ...context,
    files: {
      ...context.files,
      context: {
        entries: source.entries,
        read: (index: number) => {
          asked.push(source.entries[index]!.path);
          return source.read(index);
        },
      },
    },
  };
  return { context, asked, ...(await build(watched, context.dockerfile, buildOptions)) };
}

async function buildTar(buildOptions?: BuildOptions) {
  const { stream, dockerfile } = await openBuildContext(options());
  return build(stream, dockerfile, buildOptions);
}

/**
 * What an image holds, as the docker command exports it. Folders have the time at which BuildKit last put something into them:
 * it sets theirs for new ones only, and 20.10 for none.
 */
async function treeOf(tag: string) {
  const container = (await docker('create', tag, 'none')).trim();
  try {
    const tree = await exportedTree(dockerStream('export', container), hashSeed);
    const made = /^\/(\.dockerenv|dev|etc|proc|sys)(\/|$)/;
    return Object.fromEntries(
      [...tree].flatMap(([path, { mtime, ...entry }]) =>
        made.test(path) ? [] : [[path, entry.kind === 'directory' ? entry : { ...entry, mtime }]],
      ),
    );
  } finally {
    await docker('rm', container);
  }
}

describe('files and tar', () => {
  it('make the same layers of a hostile context', async () => {
    await put({
      Dockerfile: 'FROM scratch\nCOPY . /\n',
      '.dockerignore': 'left-out\n',
      'left-out': 'x',
      empty: '',
      closed: 'mode 000',
      setuid: 'mode 6755',
      'a/b/c.txt': 'c',
      'a.txt': 'after a/b',
      'a!b': 'before a/b, were it by bytes alone',
      [`${'deep/'.repeat(20)}${'n'.repeat(120)}`]: 'long',
      'é 😀/<img onerror=x>\n$(x)': 'name',
      '\ud7ff\ue000': 'order',
      'wh/.wh': 'no marker',
      'large.bin': Buffer.alloc(3_000_001, 'large'),
      'exact.bin': Buffer.alloc(65_536, 7),
      'sticky/x': '',
      'old.txt': 'before 1970',
    });
    await mkdir(join(folder, 'folder/empty'), { recursive: true });
    await chmod(join(folder, 'closed'), 0);
    await chmod(join(folder, 'setuid'), 0o6755);
    await chmod(join(folder, 'sticky'), 0o1777);
    await chmod(join(folder, 'a'), 0o2750);
    await chmod(join(folder, 'a.txt'), 0o4700);
    await utimes(join(folder, 'old.txt'), -86_400.5, -86_400.5);
    await utimes(join(folder, 'large.bin'), 5e9, 5e9 + 0.999);
    await symlink('é'.repeat(80), join(folder, 'dangling'));
    await lutimes(join(folder, 'dangling'), 1e9, 1e9);
    await symlink('/etc/passwd', join(folder, 'out'));
    await symlink('a', join(folder, 'in'));
    await link(join(folder, 'a.txt'), join(folder, 'hard'));
    await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);
    await utimes(join(folder, 'a'), 1e9, 1e9);
    await utimes(folder, 1e9, 1e9);
    const server = createServer().listen(join(folder, 'socket'));
    try {
      const tar = await buildTar({ noCache: true });
      const files = await buildFiles({ noCache: true });
      expect(await treeOf(files.tag)).toEqual(await treeOf(tar.tag));
      if (realEngine.kind() === 'newest') expect(files.diffIds).toEqual(tar.diffIds);
    } finally {
      server.close();
    }
  });
});

it('shares the cache of docker build', async () => {
  await put({ Dockerfile: 'FROM scratch\nCOPY . /\n' });
  const tag = imageTag(owner, randomUUID());
  await docker('build', '--quiet', '--label', `${labels.folder}=${owner}`, '--tag', tag, folder);
  // Made anew, the layer would be another one.
  await utimes(join(folder, 'nonce'), 1, 1);
  expect((await buildFiles()).diffIds).toEqual((await engine.inspect(tag)).diffIds);
});

describe('what is sent', () => {
  it('is what changed, whatever it was and became', async () => {
    await put({
      Dockerfile: 'FROM scratch\nCOPY . /\n',
      'a/same': 'same',
      'a/changed': 'one',
      'a/gone': 'x',
      'file-to-folder': 'x',
      'folder-to-file/x': 'x',
      'to-link': 'x',
      mode: 'x',
      target: 'x',
    });
    await symlink('target', join(folder, 'from-link'));
    const first = await buildFiles();
    expect(first.asked).toHaveLength(10);
    expect((await buildFiles()).asked).toEqual([]);

    await put({ 'a/changed': 'two', 'a/new': 'new' });
    await rm(join(folder, 'a/gone'));
    await rm(join(folder, 'file-to-folder'));
    await put({ 'file-to-folder/x': 'x' });
    await rm(join(folder, 'folder-to-file'), { recursive: true });
    await put({ 'folder-to-file': 'x' });
    await rm(join(folder, 'to-link'));
    await symlink('mode', join(folder, 'to-link'));
    await rm(join(folder, 'from-link'));
    await put({ 'from-link': 'x' });
    await chmod(join(folder, 'mode'), 0o4755);
    const second = await buildFiles();
    expect(second.asked.sort()).toEqual([
      'a/changed',
      'a/new',
      'file-to-folder/x',
      'folder-to-file',
      'from-link',
      'mode',
    ]);
    expect(await treeOf(second.tag)).toEqual(await treeOf((await buildTar({ noCache: true })).tag));
  });

  it('is the same for every target, and nothing a second time', async () => {
    await put({
      Dockerfile:
        'FROM scratch AS one\nCOPY one /\nFROM scratch AS two\nCOPY two /\nFROM scratch\nADD . /all/\n',
      one: randomUUID(),
      two: randomUUID(),
    });
    const counts: number[] = [];
    for (const target of ['one', 'two', undefined, 'one']) {
      counts.push((await buildFiles(target === undefined ? {} : { target })).asked.length);
    }
    expect(counts).toEqual([4, 0, 0, 0]);
  });

  it('is another content of the same size and time', async () => {
    const replace = async (content: string) => {
      await writeFile(join(folder, 'new'), content);
      await utimes(join(folder, 'new'), 1e9, 1e9);
      await rename(join(folder, 'new'), join(folder, 'file'));
    };
    await put({ Dockerfile: 'FROM scratch\nCOPY file /\n' });
    const sizes = new Set<string>();
    for (const content of ['one', 'two', 'six']) {
      await replace(content);
      const { context, diffIds } = await buildFiles();
      await context.index();
      sizes.add(diffIds.join());
    }
    expect(sizes.size).toBe(3);
  });

  it('is nothing of what is left out, which is decided once', async () => {
    await put({
      Dockerfile: 'FROM scratch\nCOPY . /\nCOPY .dockerignore /\n',
      'Dockerfile.dockerignore': 'Dockerfile*\nb\n',
      // Were it asked for, nothing would be left.
      '.dockerignore': '**\n',
      a: 'a',
      b: 'b',
    });
    const { tag, asked } = await buildFiles();
    const looked = realEngine.kind() === 'debian' ? ['.dockerignore'] : [];
    expect(asked.sort()).toEqual([...looked, '.dockerignore', 'a', 'nonce']);
    expect(Object.keys(await treeOf(tag)).sort()).toEqual(['/.dockerignore', '/a', '/nonce']);
  });
});

describe('builds at once', () => {
  it('with one key each make what they were given', async () => {
    await put({
      Dockerfile: 'FROM scratch\nCOPY . /\n',
      'd/a': 'a',
      'd/b': Buffer.alloc(500_000, randomUUID()),
    });
    const before = await buildFiles();
    const old = await open();
    await put({ 'd/a': 'b' });
    const contexts = [await open(), old, await open()];
    const built = await Promise.all(contexts.map((context) => build(context, context.dockerfile)));
    const trees = await Promise.all(built.map(({ tag }) => treeOf(tag)));
    expect(trees[0]).toEqual(trees[2]);
    expect(trees[0]).toEqual(await treeOf((await buildTar({ noCache: true })).tag));
    // What was listed before is sent as it is by now.
    expect(trees[0]!['/d/a']).not.toEqual((await treeOf(before.tag))['/d/a']);
    expect((await buildFiles()).diffIds).toEqual(built[0]!.diffIds);
  });
});

describe('what goes wrong', () => {
  it('a file that is gone when it is asked for', async () => {
    await put({ Dockerfile: 'FROM scratch\nCOPY . /\n', a: randomUUID() });
    const context = await open();
    await rm(join(folder, 'a'));
    await expect(build(context, context.dockerfile)).rejects.toMatchObject({
      info: { code: 'context-vanished', message: expect.stringContaining('"a"') },
    });
    // What was half sent is not taken for what it is.
    await put({ a: 'again' });
    const { tag } = await buildFiles();
    expect(await treeOf(tag)).toEqual(await treeOf((await buildTar({ noCache: true })).tag));
  });

  it('is not cancelling: nothing stays open, and the next build is whole', async () => {
    await put({ Dockerfile: 'FROM scratch\nCOPY . /\n', 'large.bin': Buffer.alloc(64 << 20, randomUUID()) });
    const controller = new AbortController();
    const context = await open(controller.signal);
    const { context: source } = context.files;
    const files = {
      ...context.files,
      context: {
        entries: source.entries,
        read: async (index: number) => {
          const content = await source.read(index);
          if (!(content instanceof Uint8Array)) setTimeout(() => controller.abort(), 20);
          return content;
        },
      },
    };
    const started = build({ ...context, files }, context.dockerfile, { signal: controller.signal });
    await expect(started).rejects.toMatchObject({ info: { code: 'cancelled' } });
    const openFiles = async () => {
      const fds = await readdir('/proc/self/fd');
      const paths = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return paths.filter((path) => path.startsWith(folder));
    };
    await expect.poll(openFiles).toEqual([]);
    const { diffIds } = await buildFiles({ noCache: true });
    expect(diffIds).toEqual((await buildTar({ noCache: true })).diffIds);
  });
});
