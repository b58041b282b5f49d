import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CacheDocument } from '../../shared/model/cache-document.ts';
import { ComparisonDocument, changeKinds } from '../../shared/model/comparison-document.ts';
import { ImageDocument, type ImageFacts } from '../../shared/model/image-document.ts';
import { ProjectDocument } from '../../shared/model/project-document.ts';
import { docker, realEngine, shell, temporaryFolder } from '../engine/testing/real-engine.ts';
import { type Ended, type RunOptions, runCli, startCli } from './testing/run-cli.ts';

const single = 'layerscope-cli-test:single';
const multi = 'layerscope-cli-test:multi';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let env: Readonly<Record<string, string>>;
let project: string;
let built: ProjectDocument;

const cli = (args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
  runCli(args, { ...options, env: { ...env, ...options.env } });

/** The one document on stdout of a command that did what it was asked to. */
async function json<T>(schema: { parse(value: unknown): T }, ...args: string[]): Promise<T> {
  const { status, out, err } = await cli([...args, '--json']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return schema.parse(JSON.parse(out));
}

async function writeProject(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  return path;
}

const build =
  'RUN mkdir /out && cp /src/message /out/message && head -c 3000000 /dev/urandom > /var/tmp/junk';

beforeAll(async () => {
  folder = await temporaryFolder();
  env = { DOCKER_HOST: realEngine.host(), XDG_CACHE_HOME: join(folder.path, 'cache') };
  project = await writeProject('two stages', {
    message: 'hello\n',
    'Dockerfile.single': `FROM debian:bookworm\nCOPY message /src/\n${build}\nCMD ["cat", "/out/message"]\n`,
    Dockerfile:
      `FROM debian:bookworm AS builder\nCOPY message /src/\n${build}\n` +
      'FROM debian:bookworm\nCOPY --from=builder /out/message /message\nCMD ["cat", "/message"]\n',
  });
  built = await json(ProjectDocument, 'build', project, '--network', 'host', '--load');
  await docker('tag', tagOf(built, 'Dockerfile.single'), single);
  await docker('tag', tagOf(built, 'Dockerfile'), multi);
});

afterAll(async () => {
  const mine = built?.variants.flatMap(({ build }) => build.tag ?? []) ?? [];
  await docker('rmi', '-f', single, multi, ...mine);
  await folder[Symbol.asyncDispose]();
});

function imageOf(name: string): ImageFacts {
  const image = built.variants.find((variant) => variant.name === name)?.image;
  if (!image) throw new Error(`${name} has no image`);
  return image;
}

function tagOf({ variants }: ProjectDocument, name: string): string {
  const tag = variants.find((variant) => variant.name === name)?.build.tag;
  if (!tag) throw new Error(`${name} is not in the engine`);
  return tag;
}

const sum = (numbers: readonly (number | null)[]) =>
  numbers.reduce<number>((all, each) => all + (each ?? Number.NaN), 0);

function expectReconciled({ sizes, layers }: ImageFacts): void {
  expect(sizes.live).toBeGreaterThan(0);
  expect(sum(layers.map(({ stored }) => stored))).toBe(sizes.stored);
  expect(sum(layers.map(({ live }) => live))).toBe(sizes.live);
  expect(sum([sizes.live, sizes.reclaimable])).toBe(sizes.stored);
}

describe('build', () => {
  it('builds the variants that make sense and prints one document whose sums reconcile', () => {
    expect(built.folder).toBe(project);
    expect(built.variants.map(({ name }) => name).sort()).toEqual([
      'Dockerfile',
      'Dockerfile#builder',
      'Dockerfile.single',
    ]);
    for (const { image, origins, build } of built.variants) {
      expect(build).toMatchObject({ status: 'built', error: null });
      expectReconciled(image!);
      if (origins) expect(sum(origins.map(({ bytes }) => bytes))).toBe(image!.sizes.live);
    }
    const [single, multi] = [imageOf('Dockerfile.single'), imageOf('Dockerfile')];
    // Two copies of the message and the junk here, one copy of the message there, on the same base.
    expect(sum([single.sizes.live, -(multi.sizes.live ?? 0)])).toBe(3_000_000 + 6);
    expect(built.groups).toMatchObject([{ context: '.', baseline: 'Dockerfile.single' }]);
  });

  it('with --load tags what it builds, so that people can run it', async () => {
    const tag = tagOf(built, 'Dockerfile');
    expect(tag).toMatch(/^layerscope\/two-stages-[0-9a-f]+:dockerfile$/);
    expect(await docker('run', '--rm', '--network', 'host', tag)).toBe('hello\n');
    const layers: string[] = JSON.parse(await docker('inspect', '-f', '{{json .RootFS.Layers}}', tag));
    expect(layers).toEqual(imageOf('Dockerfile').layers.map(({ diffId }) => diffId));
  });

  it('brings the layers as the engine lets it or as it is told, and says which way and how many bytes', async () => {
    const path = await writeProject('transports', {
      message: `${Math.random()}\n`,
      Dockerfile: 'FROM debian:bookworm\nCOPY message /\n',
    });
    const build = async (...more: string[]) => {
      const document = await json(ProjectDocument, 'build', path, '--network', 'host', ...more);
      return document.variants[0]!;
    };
    const best = (await docker('info', '-f', '{{json .DriverStatus}}')).includes('io.containerd.snapshotter')
      ? 'buildkit'
      : 'save';
    const first = await build();
    expect(first.build).toMatchObject({ status: 'built', transport: best });
    expect(first.build.bytesRead).toBeGreaterThan(0);
    const images = async () =>
      docker('image', 'ls', '-q', `layerscope/${first.image!.name.split(/[/:]/)[1]}`);
    if (best === 'buildkit') {
      expect(first.build.tag).toBeNull();
      expect(await images()).toBe('');
    }
    const again = await cli(['build', path, '--network', 'host']);
    expect(again.out).toMatch(new RegExp(`^Layers read: 0 B by ${best}$`, 'm'));

    const loaded = await build('--load');
    expect(loaded.build).toMatchObject({
      transport: best,
      tag: expect.stringMatching(/^layerscope\/transports-/),
    });
    expect(await images()).not.toBe('');
    await docker('rmi', '-f', loaded.build.tag!);

    const saved = await build('--transport', 'save');
    expect(saved.build).toMatchObject({ transport: 'save', tag: loaded.build.tag });
    expect(saved.image!.sizes.live).toBe(first.image!.sizes.live);
    expect(await images()).not.toBe('');
    await docker('rmi', '-f', saved.build.tag!);
  });

  it('gives secrets of files and variables to a RUN, and prints nothing of them', async () => {
    const path = await writeProject('secrets', {
      token: 'from-a-file',
      Dockerfile:
        'FROM debian:bookworm\nRUN --mount=type=secret,id=a,required --mount=type=secret,id=b,required ' +
        'cat /run/secrets/a /run/secrets/b | sha256sum > /sum\n',
    });
    const file = `id=a,src=${join(path, 'token')}`;
    const args = ['build', path, '--network', 'host', '--load', '--json', '--secret', file];
    const { status, out, err } = await cli([...args, '--secret', 'id=b,env=LAYERSCOPE_TEST_TOKEN'], {
      env: { LAYERSCOPE_TEST_TOKEN: 'from-a-variable' },
    });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).not.toContain('from-a-');
    const tag = tagOf(ProjectDocument.parse(JSON.parse(out)), 'Dockerfile');
    const sum = createHash('sha256').update('from-a-filefrom-a-variable').digest('hex');
    expect(await docker('run', '--rm', '--network', 'host', tag, 'cat', '/sum')).toBe(`${sum}  -\n`);
    await docker('rmi', '-f', tag);

    // What is in the build cache needs no secret any more.
    const without = await cli([...args, '--no-cache']);
    expect(without.err).toMatch(/^layerscope: secret-unavailable: [^\n]+\n$/);
    expect(without.status).toBe(2);
    const missing = await cli([...args, '--secret', 'id=b,src=no-such-file']);
    expect(missing.err).toMatch(/^layerscope: secret-unavailable: [^\n]*no-such-file[^\n]+\n$/);
    expect(missing.out + missing.err).not.toContain('from-a-');
  });

  it('prints short tables for people', async () => {
    const { status, out } = await cli(['build', project, '--network', 'host', '--file', 'Dockerfile']);
    expect(status).toBe(0);
    expect(out).toMatch(/^Dockerfile\s+\d.* MB\s+/m);
    expect(out).not.toContain('Dockerfile.single');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('takes build arguments, targets and a context', async () => {
    const path = await writeProject('arguments', {
      Dockerfile:
        'FROM debian:bookworm AS a\nARG WORD=none\nCOPY message /\nRUN echo "$WORD" > /word\nFROM a AS b\nRUN false\n',
    });
    const args = ['build', path, '--network', 'host', '--target', 'a', '--build-arg', 'WORD=five5'];
    const document = await json(ProjectDocument, ...args, '--context-dir', project, '--load');
    expect(document.variants.map(({ name, buildArgs }) => [name, buildArgs])).toEqual([
      ['Dockerfile#a', { WORD: 'five5' }],
    ]);
    const tag = tagOf(document, 'Dockerfile#a');
    expect(await docker('run', '--rm', '--network', 'host', tag, 'cat', '/word', '/message')).toBe(
      'five5\nhello\n',
    );
    await docker('rmi', '-f', tag);
  });

  it('goes on where one variant fails: status 1, the line on stderr, the document whole', async () => {
    const path = await writeProject('fails', {
      'Dockerfile.bad': 'FROM debian:bookworm\nRUN echo "last words" && exit 7\n',
      'Dockerfile.good': 'FROM debian:bookworm\nRUN true\n',
    });
    const { status, out, err } = await cli(['build', path, '--network', 'host', '--json']);
    expect(err).toMatch(/^layerscope: build-step-failed: [^\n]*\(Dockerfile\.bad:2\)[^\n]*\n$/);
    expect(status).toBe(1);
    const { variants } = ProjectDocument.parse(JSON.parse(out));
    const [bad, good] = ['Dockerfile.bad', 'Dockerfile.good'].map(
      (name) => variants.find((v) => v.name === name)!,
    );
    expect(bad).toMatchObject({ image: null, build: { status: 'failed', error: { line: 2 } } });
    expect(bad!.build.error!.output!.join('\n')).toContain('last words');
    expect(good!.build.status).toBe('built');
    expectReconciled(good!.image!);

    const forPeople = await cli(['build', path, '--network', 'host', '--file', 'Dockerfile.bad']);
    expect(forPeople.status).toBe(1);
    expect(forPeople.out).toContain('last words');
  });

  it('prints the document although the image cannot be loaded, and the error after it', async () => {
    const mark = `sleep 3.${process.pid}`;
    const path = await writeProject('vanishes', { Dockerfile: `FROM debian:bookworm\nRUN ${mark}\n` });
    const args = ['build', path, '--network', 'host', '--json', '--load'];
    const run = startCli(args, { env, input: new Uint8Array() });
    await until(async () => (await processes()).includes(mark));
    // The build that runs has it already; the one that makes the image reads it again.
    await writeFile(join(path, 'Dockerfile'), 'FRM debian:bookworm\n');
    const { status, out, err } = await run.ended;
    const [variant] = ProjectDocument.parse(JSON.parse(out)).variants;
    expectReconciled(variant!.image!);
    if (variant!.build.transport === 'save') {
      // It is there without being built again.
      expect({ status, err }).toEqual({ status: 0, err: '' });
      await docker('rmi', '-f', variant!.build.tag!);
    } else {
      expect(err).toMatch(/^layerscope: dockerfile-invalid: [^\n]+\n$/);
      expect({ status, tag: variant!.build.tag }).toEqual({ status: 2, tag: null });
    }
  });

  it('is cancelled by SIGINT within a second: status 130, nothing on stdout', async () => {
    const mark = `sleep 47.${process.pid}`;
    const path = await writeProject('sleeps', { Dockerfile: `FROM debian:bookworm\nRUN ${mark}\n` });
    const run = startCli(['build', path, '--network', 'host', '--json'], { env, input: new Uint8Array() });
    await until(async () => (await processes()).includes(mark));
    const at = performance.now();
    run.child.kill('SIGINT');
    const { status, out, err } = await run.ended;
    expect(performance.now() - at).toBeLessThan(1000);
    expect({ status, out }).toEqual({ status: 130, out: '' });
    expect(err).toMatch(/^layerscope: cancelled: [^\n]+\n$/);
    await until(async () => !(await processes()).includes(mark));
  });

  it.each([
    ['a folder that is not there', ['build', '/no/such/folder'], 'folder-not-found'],
    ['a Dockerfile that is not there', ['build', '.', '--file', 'Dockerfile.none'], 'dockerfile-not-found'],
    ['a stage that is not there', ['build', '.', '--target', 'none'], 'stage-unknown'],
  ])('refuses %s', async (_what, args, code) => {
    const { status, out, err } = await cli(args.map((each) => (each === '.' ? project : each)));
    expect(err).toMatch(new RegExp(`^layerscope: ${code}: [^\\n]+\\n$`));
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});

describe('analyze', () => {
  let archive: string;
  let expected: ImageFacts['sizes'];

  beforeAll(async () => {
    archive = join(folder.path, 'saved.tar');
    await docker('save', '-o', archive, multi);
    expected = imageOf('Dockerfile').sizes;
  });

  const weights = ({ stored, live, reclaimable }: ImageFacts['sizes']) => ({ stored, live, reclaimable });

  it('an image of the engine', async () => {
    const { image } = await json(ImageDocument, 'analyze', multi);
    expectReconciled(image);
    expect(weights(image.sizes)).toEqual(weights(expected));
    expect(image.sizes.engine).toBe(Number(await docker('image', 'inspect', '-f', '{{.Size}}', multi)));
  });

  it('an archive: as a file, gzipped, and on standard input', async () => {
    const bytes = await readFile(archive);
    const zipped = `${archive}.gz`;
    await writeFile(zipped, gzipSync(bytes, { level: 1 }));
    const documents = [
      await json(ImageDocument, 'analyze', archive),
      await json(ImageDocument, 'analyze', zipped, '--no-cache-store'),
    ];
    const { status, out, err } = await cli(['analyze', '-', '--json', '--no-cache-store'], { input: bytes });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    documents.push(ImageDocument.parse(JSON.parse(out)));
    for (const { image } of documents) {
      expectReconciled(image);
      expect(weights(image.sizes)).toEqual(weights(expected));
    }
  });

  it('needs no engine for an archive', async () => {
    const { status } = await cli(['analyze', archive], { env: { DOCKER_HOST: 'unix:///no/such.sock' } });
    expect(status).toBe(0);
  });

  it('prints its layers for people', async () => {
    const { status, out, err } = await cli(['analyze', multi]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/^live\s+\d.* MB\s+[\d,]+ files$/m);
    expect(out).toMatch(/^1\s+6 B\s+6 B\s+\+1\s+/m);
  });

  it('asks which image of several, and takes the answer', async () => {
    const both = join(folder.path, 'both.tar');
    await docker('save', '-o', both, single, multi);
    const { status, out, err } = await cli(['analyze', both, '--json']);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^layerscope: image-ambiguous: [^\n]+\n$/);
    for (const tag of [single, multi]) expect(err).toContain(tag);
    const { image } = await json(ImageDocument, 'analyze', both, '--image', multi);
    expect(image.sizes.live).toBe(expected.live);
  });

  it('bounds its lists by --top and still counts all', async () => {
    const { image } = await json(ImageDocument, 'analyze', single, '--top', '1');
    if (image.waste) expect(image.waste.items.length).toBeLessThanOrEqual(1);
    if (image.duplicates) {
      expect(image.duplicates.total).toBeGreaterThan(1);
      expect(image.duplicates.items).toHaveLength(1);
    }
  });

  it.each([
    ['an image that is not there', ['analyze', 'layerscope-cli-test:none'], 'image-not-found'],
    ['an archive that is not there', ['analyze', '/no/such.tar'], 'archive-not-found'],
    ['a folder that is no image', ['analyze', '.'], 'not-an-image'],
    ['nothing on standard input', ['analyze', '-'], 'not-an-image'],
  ])('refuses %s', async (_what, args, code) => {
    const { status, out, err } = await cli([
      ...args.map((each) => (each === '.' ? project : each)),
      '--json',
    ]);
    expect(err).toMatch(new RegExp(`^layerscope: ${code}: [^\\n]+\\n$`));
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  it('says nothing when its reader goes away', async () => {
    const run = startCli(['analyze', single, '--json', '--top', '100000'], { env, input: new Uint8Array() });
    run.child.stdout.destroy();
    const { err } = await run.ended;
    expect(err).toBe('');
  });
});

describe('compare', () => {
  it('two images: what changed adds up to the difference', async () => {
    const document = await json(ComparisonDocument, 'compare', single, multi);
    const { left, right, delta, totals, changes } = document;
    expect(left.sizes.live).toBe(imageOf('Dockerfile.single').sizes.live);
    expect(right.sizes.live).toBe(imageOf('Dockerfile').sizes.live);
    expect(delta.live).toBe(-3_000_006);
    expect(sum(changeKinds.map((kind) => totals![kind].bytes))).toBe(delta.live);
    expect(changes!.totalBytes).toBe(delta.live);
    expect(changes!.items[0]).toMatchObject({
      path: '/var/tmp/junk',
      kind: 'removed',
      left: 3_000_000,
      right: null,
    });
  });

  it('prints the verdict and the reasons for people', async () => {
    const { status, out } = await cli(['compare', single, multi]);
    expect(status).toBe(0);
    expect(out).toMatch(/^Hardly smaller, by [\d.]+ %: \d+ MB → \d+ MB\n= /);
    expect(out).toContain('\n− Temporary files, 3 MB, are only in the left image\n');
    expect(out).toContain('/var/tmp/junk');
  });
});

describe('without an engine', () => {
  it.each([
    ['analyze', 'debian:bookworm'],
    ['compare', 'a', 'b'],
    ['build', '.'],
  ])('status 3: %s', async (...args: string[]) => {
    const socket = join(folder.path, 'nobody.sock');
    const { status, out, err } = await cli([
      ...args.map((each) => (each === '.' ? project : each)),
      '--json',
      '--docker-host',
      `unix://${socket}`,
    ]);
    expect(err).toMatch(/^layerscope: engine-[a-z-]+: [^\n]+\n$/);
    expect({ status, out }).toEqual({ status: 3, out: '' });
  });

  it('one that takes connections and never answers does not hold up Ctrl+C', async () => {
    const socket = join(folder.path, 'mute.sock');
    const connected = Promise.withResolvers<void>();
    const server = createServer(() => connected.resolve()).listen(socket);
    const run = startCli(['analyze', 'debian:bookworm'], {
      env: { ...env, DOCKER_HOST: `unix://${socket}` },
      input: new Uint8Array(),
    });
    await connected.promise;
    const at = performance.now();
    run.child.kill('SIGINT');
    expect((await run.ended).status).toBe(130);
    expect(performance.now() - at).toBeLessThan(1000);
    server.close();
  });
});

it('under another Node it does not outlive a launcher that is killed', async () => {
  const rerun = JSON.stringify(new URL('rerun.ts', import.meta.url).href);
  const program = JSON.stringify([join(import.meta.dirname, 'layerscope.ts'), 'analyze', '-']);
  const script = `import { rerunUnder } from ${rerun}; rerunUnder(process.execPath, ${program});`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...env, NODE_OPTIONS: '' },
  });
  // The program waits for its standard input, which stays open.
  await until(
    async () => (await processes()).split('\n').filter((line) => line.includes('analyze - ')).length > 0,
  );
  const closed = once(launcher.stdout, 'close');
  launcher.kill('SIGKILL');
  await closed; // Both had it open.
  launcher.stdin.destroy();
});

it('cache says what it holds and forgets it', async () => {
  const before = await json(CacheDocument, 'cache');
  expect(before.layers).toBeGreaterThan(0);
  expect(before.path).toContain(join(folder.path, 'cache'));
  const after = await json(CacheDocument, 'cache', '--clear');
  expect(after).toMatchObject({ path: before.path, layers: 0, entries: 0 });
});

/** Command lines of everything that runs here; the private engine's containers are processes of this machine. */
async function processes(): Promise<string> {
  return shell(
    'for each in /proc/[0-9]*/cmdline; do tr "\\0" " " < "$each" 2>/dev/null || true; echo; done',
    '/',
  );
}

function until(condition: () => Promise<boolean>): Promise<void> {
  return vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 100 });
}
