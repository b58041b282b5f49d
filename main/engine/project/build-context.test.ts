import { execFile } from 'node:child_process';
import { appendFileSync, linkSync, mkdirSync } from 'node:fs';
import {
  chmod,
  link,
  lutimes,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { extract, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { type BuildContextOptions, openBuildContext } from './build-context.ts';

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-context-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Record<string, string | Buffer>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

interface Entry extends Header {
  readonly content: string;
}

async function open(options: Partial<BuildContextOptions> = {}) {
  return openBuildContext({ contextDir: folder, dockerfilePath: join(folder, 'Dockerfile'), ...options });
}

async function entriesOf(options: Partial<BuildContextOptions> = {}) {
  const context = await open(options);
  const reader = extract();
  context.stream.pipe(reader);
  context.stream.once('error', (error) => reader.destroy(error));
  const entries: Entry[] = [];
  for await (const entry of reader)
    entries.push({ ...entry.header, content: (await buffer(entry)).toString() });
  expect(entries).toHaveLength(context.files);
  expect(entries.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)).toBe(context.bytes);
  return { entries, names: entries.map(({ name }) => name), dockerfile: context.dockerfile };
}

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LayerscopeError);
  return (error as LayerscopeError).info;
}

describe('what is sent', () => {
  it('is everything, folders first, in byte order, with modes and times, as root', async () => {
    await put({ Dockerfile: 'FROM scratch\n', 'b/x': '1', 'b/a': '', 'B/é 😀': 'é', 'b.txt': '3' });
    await chmod(join(folder, 'b/x'), 0o4755);
    await chmod(join(folder, 'b'), 0o2750);
    await utimes(join(folder, 'b/x'), 1e9, 1e9 + 0.9);
    await utimes(join(folder, 'b.txt'), 5e9, 5e9);
    const { entries, names, dockerfile } = await entriesOf();
    expect(names).toEqual(['B', 'B/é 😀', 'Dockerfile', 'b', 'b/a', 'b/x', 'b.txt']);
    expect(dockerfile).toBe('Dockerfile');
    expect(entries[5]).toMatchObject({
      type: 'file',
      mode: 0o4755,
      content: '1',
      mtime: new Date(1e12),
      uid: 0,
      gid: 0,
    });
    expect(entries[3]).toMatchObject({ type: 'directory', mode: 0o2750 });
    expect(entries[6]!.mtime).toEqual(new Date(5e12));
  });

  it('keeps links as links and hard links as files; leaves sockets out; never waits for a FIFO', async () => {
    await put({ Dockerfile: '', file: 'x' });
    await symlink('/etc', join(folder, 'out'));
    await lutimes(join(folder, 'out'), 1e9, 1e9);
    await symlink('.', join(folder, 'loop'));
    await link(join(folder, 'file'), join(folder, 'hard'));
    await run('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    try {
      const { entries } = await entriesOf();
      expect(entries.map(({ name, type, linkname, content }) => [name, type, linkname, content])).toEqual([
        ['Dockerfile', 'file', null, ''],
        ['file', 'file', null, 'x'],
        ['hard', 'file', null, 'x'],
        ['loop', 'symlink', '.', ''],
        ['out', 'symlink', '/etc', ''],
        ['pipe', 'fifo', null, ''],
      ]);
    } finally {
      server.close();
    }
  });

  it('is nothing where a name or the target of a link is not UTF-8', async () => {
    await put({ Dockerfile: '' });
    await symlink(Buffer.from([0x61, 0xff]), join(folder, 'link'));
    expect(await failure(open())).toMatchObject({
      code: 'context-invalid',
      message: 'What "link" points to in the build context is not UTF-8',
    });
    await put({ '.dockerignore': 'link\n' });
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'name')), Buffer.from([0xff])]), '');
    expect(await failure(open())).toMatchObject({
      code: 'context-invalid',
      message: expect.stringContaining('is not UTF-8'),
    });
    await put({ '.dockerignore': 'link\nname*\n', '\ufffd': 'a name that has the replacement character' });
    expect((await entriesOf()).names).toEqual(['.dockerignore', 'Dockerfile', '\ufffd']);
  });

  it('is an archive that tar unpacks to the same files, twice the same bytes', async () => {
    await put({
      Dockerfile: 'FROM scratch\n',
      [`${'deep/'.repeat(40)}${'n'.repeat(120)}`]: 'long',
      "we'ird/<img onerror=x>\n$(x)": 'name',
      'large.bin': Buffer.from(Array.from({ length: 700_001 }, (_, index) => index % 251)),
      'exact.bin': Buffer.alloc(512 * 1024, 7),
      __proto__: 'p',
    });
    const first = await buffer((await open()).stream);
    expect(first.equals(await buffer((await open()).stream))).toBe(true);
    expect(first.length % 512).toBe(0);
    const copy = await mkdtemp(join(tmpdir(), 'layerscope-copy-'));
    try {
      await writeFile(`${copy}.tar`, first);
      await run('tar', ['-xf', `${copy}.tar`, '-C', copy]);
      await run('diff', ['-r', folder, copy]);
    } finally {
      await rm(`${copy}.tar`, { force: true });
      await rm(copy, { recursive: true });
    }
  });
});

describe('.dockerignore', () => {
  it('leaves files out, and sends folders that hold an exception', async () => {
    await put({
      Dockerfile: '',
      '.dockerignore': 'node_modules\n**/*.log\n!keep.log\nsecret\ndata\n!data/deep/in\n',
      'node_modules/x/y': '',
      'a/b.log': '',
      'keep.log': '',
      secret: '',
      'data/out': '',
      'data/deep/in': '',
      'data/deep/out': '',
      'data/empty/x': '',
    });
    expect((await entriesOf()).names).toEqual([
      '.dockerignore',
      'Dockerfile',
      'a',
      'data',
      'data/deep',
      'data/deep/in',
      'keep.log',
    ]);
  });

  it('gives way to the one of the Dockerfile', async () => {
    await put({
      'sub/api.Dockerfile': '',
      'sub/api.Dockerfile.dockerignore': 'b\n',
      '.dockerignore': '*',
      a: '',
      b: '',
    });
    const { names, dockerfile } = await entriesOf({ dockerfilePath: join(folder, 'sub/api.Dockerfile') });
    expect(dockerfile).toBe('sub/api.Dockerfile');
    expect(names).toEqual([
      '.dockerignore',
      'a',
      'sub',
      'sub/api.Dockerfile',
      'sub/api.Dockerfile.dockerignore',
    ]);
  });

  it('does not read what it leaves out', async () => {
    await put({ Dockerfile: '', '.dockerignore': 'closed', 'closed/x': '' });
    // A link to itself fails to open even for root, as an unreadable folder does for others.
    await rm(join(folder, 'closed'), { recursive: true });
    await symlink('closed', join(folder, 'closed'));
    expect((await entriesOf()).names).toEqual(['.dockerignore', 'Dockerfile']);
  });

  it('says which line is wrong', async () => {
    await put({ Dockerfile: '', '.dockerignore': 'a\n[b\n' });
    expect(await failure(open())).toMatchObject({
      code: 'context-invalid',
      message: expect.stringContaining('Line 2 of ".dockerignore"'),
    });
  });
});

describe('the Dockerfile', () => {
  it('is added under a name of its own where it is ignored', async () => {
    await put({ Dockerfile: 'FROM x\n', '.dockerignore': '*', a: '' });
    const { entries, dockerfile } = await entriesOf();
    expect(dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{12}$/);
    expect(entries.map(({ name, content }) => [name, content])).toEqual([[dockerfile, 'FROM x\n']]);
  });

  it('is added where it is outside the context, or a link', async () => {
    await put({ 'Dockerfile.x': 'FROM x\n', 'context/a': '' });
    const outside = await entriesOf({
      contextDir: join(folder, 'context'),
      dockerfilePath: join(folder, 'Dockerfile.x'),
    });
    expect(outside.names).toEqual([outside.dockerfile, 'a']);
    await symlink('Dockerfile.x', join(folder, 'Dockerfile'));
    const linked = await entriesOf();
    expect(linked.entries.find(({ name }) => name === linked.dockerfile)?.content).toBe('FROM x\n');
  });

  it('can be replaced in its place', async () => {
    await put({ Dockerfile: 'FROM x\n', a: '' });
    const { entries, dockerfile } = await entriesOf({ dockerfileSource: 'FROM x AS stage-0\n' });
    expect(dockerfile).toBe('Dockerfile');
    expect(entries.map(({ name, content }) => [name, content])).toEqual([
      ['Dockerfile', 'FROM x AS stage-0\n'],
      ['a', ''],
    ]);
  });

  it('must be there', async () => {
    expect(await failure(open())).toMatchObject({ code: 'dockerfile-not-found' });
  });
});

describe('what goes wrong', () => {
  it('a context that is gone, or no folder', async () => {
    await put({ Dockerfile: '' });
    expect(await failure(open({ contextDir: join(folder, 'gone') }))).toMatchObject({
      code: 'context-vanished',
    });
    expect(await failure(open({ contextDir: join(folder, 'Dockerfile') }))).toMatchObject({
      code: 'context-invalid',
    });
  });

  it('a folder that vanishes midway', async () => {
    await put({ Dockerfile: '', 'a/1': Buffer.alloc(1 << 20), 'z/2': '' });
    const { stream } = await open();
    await rm(folder, { recursive: true });
    expect(await failure(buffer(stream))).toMatchObject({ code: 'context-vanished' });
  });

  it('a file that shrinks while it is read', async () => {
    await put({ Dockerfile: '', 'large.bin': Buffer.alloc(2 << 20, 1) });
    const chunks = (await open()).stream.iterator();
    await chunks.next(); // Its header is out by now, with the size as it was.
    await truncate(join(folder, 'large.bin'), 10);
    const rest = (async () => {
      while (!(await chunks.next()).done);
    })();
    const message = expect.stringContaining('large.bin');
    expect(await failure(rest)).toMatchObject({ code: 'context-vanished', message });
  });

  it('is not a file that grows: it is sent as long as its header says', async () => {
    await put({ Dockerfile: '', 'log.txt': Buffer.alloc(1 << 20, 'a'), 'z.txt': 'z' });
    const { stream } = await open();
    const reader = extract();
    let first = true;
    stream.on('data', () => {
      if (first) appendFileSync(join(folder, 'log.txt'), 'b'.repeat(1000));
      first = false;
    });
    stream.pipe(reader);
    const contents: string[] = [];
    for await (const entry of reader) contents.push((await buffer(entry)).toString());
    expect(contents).toEqual(['', expect.stringMatching(/^a+b*$/), 'z']);
  });

  it('a file that became a link out of the folder is not followed', async () => {
    await put({ Dockerfile: '', file: 'x', 'a.bin': Buffer.alloc(1 << 20) });
    const { stream } = await open();
    await rm(join(folder, 'file'));
    await symlink('/etc/hostname', join(folder, 'file'));
    expect(await failure(buffer(stream))).toMatchObject({ code: 'context-vanished' });
  });
});

describe('cancelling', () => {
  it('before and while it is listed', async () => {
    await put({ Dockerfile: '' });
    expect(await failure(open({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'cancelled' });
    const controller = new AbortController();
    const opening = open({ signal: controller.signal });
    controller.abort();
    expect(await failure(opening)).toMatchObject({ code: 'cancelled' });
  });

  it('while it is read, closing the file that was open', async () => {
    await put({ Dockerfile: '', 'large.bin': Buffer.alloc(8 << 20) });
    const openFiles = async () => {
      const fds = await readdir('/proc/self/fd');
      const { stdout } = await run('readlink', [
        '-f',
        ...fds.map((fd) => `/proc/${process.pid}/fd/${fd}`),
      ]).catch((error) => error);
      return String(stdout)
        .split('\n')
        .filter((path) => path.startsWith(folder));
    };
    const controller = new AbortController();
    const { stream } = await open({ signal: controller.signal });
    await stream.iterator({ destroyOnReturn: false }).next();
    expect(await openFiles()).toEqual([join(folder, 'large.bin')]);
    const ended = failure(new Promise((_, reject) => stream.once('error', reject)));
    controller.abort();
    expect(await ended).toMatchObject({ code: 'cancelled' });
    await expect.poll(openFiles).toEqual([]);
  });
});

it('reads no further than it is asked to', async () => {
  await put({
    Dockerfile: '',
    ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, Buffer.alloc(60_000)])),
  });
  const { stream } = await open();
  await stream.iterator({ destroyOnReturn: false }).next();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(stream.readableLength).toBeLessThan(5 << 20);
  stream.destroy();
});

it('takes 20,000 files in seconds', async () => {
  await put({ Dockerfile: '', 'd/content': 'x'.repeat(1000) });
  for (let group = 0; group < 100; group++) {
    mkdirSync(join(folder, `d${group}`));
    for (let index = 0; index < 200; index++)
      linkSync(join(folder, 'd/content'), join(folder, `d${group}/f${index}`));
  }
  const started = performance.now();
  const { stream, files } = await open();
  let bytes = 0;
  for await (const chunk of stream) bytes += (chunk as Buffer).length;
  expect(files).toBe(20_103);
  expect(bytes).toBeGreaterThan(20_000 * 1024);
  // About one second on a quiet machine; the bound leaves room for a busy one.
  expect(performance.now() - started).toBeLessThan(8000);
}, 60_000);
