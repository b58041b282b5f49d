import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { ProjectDocument } from '../../shared/model/project-document.ts';
import { docker, realEngine, temporaryFolder } from '../engine/testing/real-engine.ts';
import { type Ended, type Run, startCli } from './testing/run-cli.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let env: Readonly<Record<string, string>>;
let run: Run | undefined;

beforeAll(async () => {
  folder = await temporaryFolder();
  env = { DOCKER_HOST: realEngine.host(), XDG_CACHE_HOME: join(folder.path, 'cache') };
});

afterEach(async () => {
  run?.child.kill('SIGKILL');
  await run?.ended;
});

afterAll(async () => {
  const built = (await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')).match(
    /^layerscope\/watched-.*$/gm,
  );
  if (built) await docker('rmi', '-f', ...built);
  await folder[Symbol.asyncDispose]();
});

async function project(name: string, dockerfile: string): Promise<string> {
  const path = join(folder.path, `watched-${name}`);
  await mkdir(path);
  await writeFile(join(path, 'message'), 'hello\n');
  await writeFile(join(path, 'Dockerfile'), dockerfile);
  return path;
}

const copies = 'FROM debian:bookworm\nCOPY message /\n';

function watch(path: string, ...args: readonly string[]): Run {
  run = startCli(['build', '--watch', path, '--network', 'host', ...args], { env, input: new Uint8Array() });
  return run;
}

/** Waits until it has printed this. */
async function says({ output }: Run, text: RegExp, stream: 'out' | 'err' = 'out'): Promise<void> {
  await vi.waitFor(() => expect(output[stream]).toMatch(text), { timeout: 60_000, interval: 20 });
}

const documents = ({ output }: { readonly output: Pick<Ended, 'out'> }) =>
  output.out
    .split('\n')
    .slice(0, -1)
    .map((line) => ProjectDocument.parse(JSON.parse(line)));

const hasDocuments = (watching: Run, count: number) =>
  vi.waitFor(() => expect(documents(watching)).toHaveLength(count), { timeout: 60_000, interval: 20 });

async function end(watching: Run): Promise<Ended> {
  const at = performance.now();
  watching.child.kill('SIGINT');
  const ended = await watching.ended;
  expect(performance.now() - at).toBeLessThan(1500);
  return ended;
}

const line = (changed: string, what: string) =>
  new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}${changed} {2}[\\d.]+ m?s${what}$`, 'm');

it('says what each change did, what is wrong and that it works again, until it is ended: status 0', async () => {
  const path = await project('lines', copies);
  const watching = watch(path);
  await says(watching, /^Layers read: [^\n]+\nImages to run:/m);

  await appendFile(join(path, 'message'), 'x'.repeat(1000));
  await says(watching, line('message', ' {3}Dockerfile \\d+ MB \\(\\+1 kB\\)'));

  await writeFile(join(path, 'Dockerfile'), `${copies}COPY not-there /\n`);
  await says(
    watching,
    /^layerscope: build-step-failed: \/not-there is not [^\n]*\(Dockerfile:3\)[^\n]*\n/,
    'err',
  );
  expect(watching.output.out).toMatch(line('Dockerfile', ' {3}Dockerfile failed'));

  await writeFile(join(path, 'Dockerfile'), copies);
  await says(watching, line('Dockerfile', ' {3}Dockerfile \\d+ MB \\(works again, no change\\)'));

  await writeFile(join(path, 'Dockerfile'), `FRM debian:bookworm\n`);
  await says(watching, /\nlayerscope: dockerfile-invalid: [^\n]*\(Dockerfile:1\)[^\n]*\n$/, 'err');

  await writeFile(join(path, 'Dockerfile'), `${copies}LABEL a=b\n`);
  await says(watching, line('Dockerfile', ' {2}works again {3}Dockerfile \\d+ MB \\(same size\\)'));

  const { status, err } = await end(watching);
  expect(status).toBe(0);
  expect(err.trimEnd().split('\n')).toHaveLength(2);
});

it('with --json prints a document a line after every build, and nothing else', async () => {
  // Nobody has built this before, whose result could be found in the cache.
  const random = `RUN head -c 64 /dev/urandom > /random; echo ${Date.now()}`;
  const path = await project('json', `FROM debian:bookworm\n${random}\nCOPY message /\n`);
  const watching = watch(path, '--json', '--no-cache');
  await hasDocuments(watching, 1);
  for (const count of [2, 3]) {
    await appendFile(join(path, 'message'), 'again');
    await hasDocuments(watching, count);
  }
  expect(await end(watching)).toMatchObject({ status: 0, err: '' });
  const images = documents(watching).map(({ variants }) => variants[0]!.image!);
  const [first, second, third] = images.map(({ sizes }) => sizes.live!);
  expect([second! - first!, third! - second!]).toEqual([5, 5]);
  // Without the cache is for once.
  const [, one, two] = images.map(({ layers }) => layers.map(({ diffId }) => diffId));
  expect(two!.slice(0, 2)).toEqual(one!.slice(0, 2));
  expect(two![2]).not.toBe(one![2]);
});

it('with --load has the newest image in the engine after every build', async () => {
  const path = await project('load', `${copies}CMD ["cat", "/message"]\n`);
  const watching = watch(path, '--json', '--load');
  await hasDocuments(watching, 1);
  const [{ build } = { build: { tag: null } }] = documents(watching)[0]!.variants;
  expect(build.tag).toMatch(/^layerscope\/watched-load-/);
  const message = () => docker('run', '--rm', '--network', 'host', build.tag!);
  expect(await message()).toBe('hello\n');
  await appendFile(join(path, 'message'), 'again\n');
  await hasDocuments(watching, 2);
  expect(documents(watching)[1]!.variants[0]!.build.tag).toBe(build.tag);
  expect(await message()).toBe('hello\nagain\n');
  expect((await end(watching)).status).toBe(0);
});

it('ended before there is anything to show it is cancelled: status 130', async () => {
  const path = await project('sleeps', `FROM debian:bookworm\nRUN sleep 48.${process.pid}\n`);
  const watching = watch(path, '--json');
  const isBuilding = async () => {
    const builds = await docker('system', 'df', '-v', '--format', '{{json .BuildCache}}');
    return builds.includes(`sleep 48.${process.pid}`);
  };
  await vi.waitFor(async () => expect(await isBuilding()).toBe(true), { timeout: 60_000, interval: 100 });
  const { status, out, err } = await end(watching);
  expect({ status, out }).toEqual({ status: 130, out: '' });
  expect(err).toMatch(/^layerscope: cancelled: [^\n]+\n$/);
});

it('ends with whoever reads it', async () => {
  const path = await project('unread', copies);
  const watching = watch(path, '--json');
  await hasDocuments(watching, 1);
  watching.child.stdout.destroy();
  await appendFile(join(path, 'message'), 'nobody reads this');
  expect(await watching.ended).toMatchObject({ status: 0, err: '' });
});

it('goes on where the first build fails, and refuses a folder with nothing to build', async () => {
  const path = await project('broken', 'FRM debian:bookworm\n');
  const watching = watch(path);
  await says(watching, /\nlayerscope: dockerfile-invalid: [^\n]+\n$/, 'err');
  await writeFile(join(path, 'Dockerfile'), copies);
  await says(watching, line('Dockerfile', ' {3}Dockerfile \\d+ MB \\(works again\\)'));
  expect((await end(watching)).status).toBe(0);

  const empty = join(folder.path, 'empty');
  await mkdir(empty);
  const { status, out, err } = await watch(empty).ended;
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(/^layerscope: no-dockerfile: [^\n]+\n$/);
});
