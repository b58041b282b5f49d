import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LayerscopeError } from '../../../shared/api/errors.ts';
import type { BuildStep } from '../../../shared/model/build.ts';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import { dockerStream } from '../testing/real-engine.ts';
import { connectEngine } from './connect-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { imageTag, labels } from './image-tag.ts';
import { contextOf } from './testing/context.ts';

const base = 'debian:bookworm';
const folder = `/nonexistent/ls-docker-${randomUUID()}`;
let engine: DockerEngine;

beforeAll(async () => {
  const dockerHost = process.env.LAYERSCOPE_TEST_DOCKER_HOST;
  if (!dockerHost)
    throw new Error('LAYERSCOPE_TEST_DOCKER_HOST is not set: npm test starts an engine and sets it');
  engine = await connectEngine({ dockerHost });
});
afterAll(async () => {
  await engine?.removeBuilt({ folder });
});

interface Built {
  readonly imageId: string | undefined;
  readonly tag: string;
  readonly error: LayerscopeError['info'] | undefined;
  readonly steps: ReadonlyMap<string, BuildStep>;
  readonly log: string;
}

/** Builds a Dockerfile with the labels of this run, so that everything goes at the end. */
async function build(
  dockerfile: string,
  options: {
    files?: Record<string, string>;
    variant?: string;
    signal?: AbortSignal;
    target?: string;
    onLog?: () => void;
  } = {},
): Promise<Built> {
  const steps = new Map<string, BuildStep>();
  let log = '';
  const variant = options.variant ?? 'Dockerfile';
  const tag = imageTag(folder, variant);
  const outcome = await engine
    .build({
      context: contextOf({ Dockerfile: dockerfile, ...options.files }),
      dockerfile: 'Dockerfile',
      source: parseDockerfile(dockerfile, { path: 'Dockerfile', context: '.' }),
      target: options.target,
      network: 'host',
      labels: { [labels.folder]: folder, [labels.variant]: variant },
      tags: [tag],
      signal: options.signal,
      onEvent: (event) => {
        if (event.type === 'step') steps.set(event.step.name, event.step);
        else {
          log += event.text;
          options.onLog?.();
        }
      },
    })
    .then(
      ({ imageId }) => ({ imageId, error: undefined }),
      (error: LayerscopeError) => ({ imageId: undefined, error: error.info }),
    );
  return { ...outcome, tag, steps, log };
}

const stepOf = (built: Built, text: string) =>
  [...built.steps.values()].find(({ name }) => name.includes(text));

describe('building', () => {
  const nonce = randomUUID();
  const twoStages = `FROM ${base} AS builder
ARG WHO=you
WORKDIR /src
COPY hello.txt .
RUN echo "building $WHO ${nonce}" && \\
    # a comment
    cat hello.txt > out
FROM ${base} AS side
RUN sleep 1; echo ${nonce} > /side
FROM ${base}
COPY --from=builder /src/out /out
COPY --from=side /side /side
`;

  it('reports the steps of a multi-stage Dockerfile with their lines, then all of them cached', async () => {
    const files = { 'hello.txt': 'hi' };
    const first = await build(twoStages, { files });
    expect(first.error).toBeUndefined();
    expect(first.log).toContain(`building you ${nonce}`);
    expect(stepOf(first, 'building you')).toMatchObject({ stage: 0, line: 5, endLine: 7, status: 'done' });
    expect(stepOf(first, 'WORKDIR')).toMatchObject({ stage: 0, line: 3 });
    expect(stepOf(first, 'COPY --from=side')).toMatchObject({ stage: 2, line: 12, status: 'done' });
    // The stages run side by side.
    expect(stepOf(first, 'sleep 1')!.startedAt).toBeLessThan(stepOf(first, 'building you')!.endedAt!);
    expect(stepOf(first, 'sleep 1')!.endedAt! - stepOf(first, 'sleep 1')!.startedAt!).toBeGreaterThan(1000);

    const second = await build(twoStages, { files });
    expect(second.imageId).toBe(first.imageId);
    for (const text of [
      'WORKDIR',
      'COPY hello',
      'building you',
      'sleep 1',
      'COPY --from=builder',
      'COPY --from=side',
    ]) {
      expect(stepOf(second, text)?.status, text).toBe('cached');
    }
    expect(
      [...second.steps.values()].filter(({ status }) => status === 'waiting' || status === 'running'),
    ).toEqual([]);

    const { diffIds, size, config } = await engine.inspect(first.tag);
    expect(diffIds).toHaveLength(3);
    expect(size).toBeGreaterThan(1_000_000);
    expect(config.labels[labels.folder]).toBe(folder);
    const [, ...sizes] = (await engine.layerSizes(first.tag))!;
    // The containerd image store counts blocks on its disk, those of directories too.
    if (isContainerd()) expect(sizes.map((size) => size > 0 && size % 512)).toEqual([0, 0]);
    else expect(sizes).toEqual([2, nonce.length + 1]);
  });

  it('builds to a stage', async () => {
    const built = await build(twoStages, { files: { 'hello.txt': 'hi' }, target: 'side', variant: 'side' });
    expect(built.error).toBeUndefined();
    expect(stepOf(built, 'building you')).toBeUndefined();
  });

  it('shows the line, output and exit code of a failing RUN, and what was stopped with it', async () => {
    const dockerfile = `FROM ${base} AS slow
RUN sleep 30
FROM ${base}
RUN for i in $(seq 30); do echo line $i; done; \\
    echo "and café"; sleep 1; exit 7
COPY --from=slow /x /x
`;
    const { error, steps } = await build(dockerfile);
    expect(error).toMatchObject({
      code: 'build-step-failed',
      message: 'RUN ended with exit code 7',
      dockerfile: 'Dockerfile',
      line: 4,
      endLine: 5,
      stage: '1',
    });
    expect(error?.output).toHaveLength(20);
    expect(error?.output?.at(-1)).toBe('and café');
    expect([...steps.values()].find(({ name }) => name.includes('sleep 30'))?.status).toBe('cancelled');
    expect([...steps.values()].find(({ name }) => name.includes('exit 7'))?.status).toBe('failed');
  });

  it('stops within a second when cancelled in the middle of a RUN, and so does the process', async () => {
    const controller = new AbortController();
    const mark = `ls-docker-${randomUUID()}`;
    let abortedAt = 0;
    const { error } = await build(`FROM ${base}\nRUN echo ${mark}; exec sleep 6${Date.now()}\n`, {
      signal: controller.signal,
      onLog: () => {
        abortedAt = performance.now();
        controller.abort();
      },
    });
    expect(performance.now() - abortedAt).toBeLessThan(1000);
    expect(error?.code).toBe('cancelled');
    // The engine runs on this machine: its steps are in the list of processes.
    await expect.poll(() => processes(mark), { timeout: 10_000 }).toEqual([]);
  });

  it('names a base that cannot be pulled, and its line', async () => {
    const { error } = await build(`FROM ${base} AS a\nFROM nosuch.invalid/ls-docker:1\n`);
    expect(error).toMatchObject({
      code: 'base-unavailable',
      message: expect.stringContaining('nosuch.invalid/ls-docker:1'),
      line: 2,
      hint: expect.stringContaining('registry cannot be reached'),
    });
  });

  it('explains a syntax line whose frontend cannot be pulled', async () => {
    const { error } = await build(`# syntax=nosuch.invalid/frontend:1\nFROM ${base}\nRUN true\n`);
    expect(error).toMatchObject({
      code: 'syntax-unavailable',
      line: 1,
      hint: expect.stringContaining('remove the line'),
    });
  });

  it.each([
    [
      'FROM debian:bookworm\nCOPY nope.txt /\n',
      { code: 'build-step-failed', line: 2, message: '/nope.txt is not in the build context' },
    ],
    [
      'FROM debian:bookworm AS b\nFROM debian:bookworm\nCOPY --from=b /nope /\n',
      { code: 'build-step-failed', line: 3, message: '/nope is not in b, where COPY takes it from' },
    ],
    ['FROM debian:bookworm\nRUN true\nBOGUS x\n', { code: 'dockerfile-invalid', line: 3 }],
  ])('points at the line of %j', async (dockerfile, expected) => {
    expect((await build(dockerfile)).error).toMatchObject(expected);
  });

  it('lists the stages when the target is none', async () => {
    const { error } = await build(`FROM ${base} AS one\n`, { target: 'zzz' });
    expect(error).toMatchObject({ code: 'stage-unknown', candidates: ['one'] });
  });

  it('finds what it may be given: an unknown network, an impossible platform', async () => {
    const context = () => contextOf({ Dockerfile: `FROM ${base}\n` });
    const request = { dockerfile: 'Dockerfile' };
    await expect(
      engine.build({ ...request, context: context(), network: 'ls-docker' }),
    ).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringContaining('ls-docker'),
    });
    await expect(engine.build({ ...request, context: context(), platform: 'bogus//' })).rejects.toMatchObject(
      {
        code: 'build-failed',
      },
    );
  });
});

describe('the layers of a base', () => {
  it('are what the image has, and nothing is left behind', async () => {
    const before = await engine.images();
    const { diffIds, triggers } = await engine.baseLayers({ reference: base });
    expect(diffIds).toEqual((await engine.inspect(base)).diffIds);
    expect(triggers).toBe(0);
    expect((await engine.baseLayers({ reference: 'scratch' })).diffIds).toEqual([]);
    expect(ids(await engine.images())).toEqual(ids(before));
  });

  it('do not include what an ONBUILD adds', async () => {
    const dockerfile = `FROM ${base}
ONBUILD ENV A=b
ONBUILD COPY f.txt /f
ONBUILD RUN true
ONBUILD WORKDIR /tmp
ONBUILD WORKDIR /
ONBUILD WORKDIR srv
USER nobody
RUN echo ${randomUUID()} > /tmp/b
`;
    const { tag } = await build(dockerfile, { variant: 'onbuild' });
    const before = await engine.images();
    const layers = await engine.baseLayers({
      reference: tag,
      network: 'host',
      context: () => contextOf({ 'f.txt': 'f' }),
    });
    const { diffIds, config } = await engine.inspect(tag);
    expect(layers.diffIds).toEqual(diffIds);
    expect(diffIds).toHaveLength(2);
    // `WORKDIR /` makes no layer.
    expect(layers.triggers).toBe(4);
    expect(layers.config).toEqual({ env: [...config.env, 'A=b'], workingDir: '/srv', user: 'nobody' });
    expect(ids(await engine.images())).toEqual(ids(before));
    // Without the context the trigger cannot run, and the error says which.
    await expect(engine.baseLayers({ reference: tag })).rejects.toMatchObject({ code: 'build-step-failed' });
  });

  it('of a base that is nowhere are an error', async () => {
    await expect(engine.baseLayers({ reference: 'nosuch.invalid/x:1' })).rejects.toMatchObject({
      code: 'base-unavailable',
    });
    await expect(engine.baseLayers({ reference: 'a\nRUN evil' })).rejects.toMatchObject({
      code: 'base-unavailable',
    });
  });
});

describe('saving', () => {
  it('stores a layer that two images share once', async () => {
    const { tag: one } = await build(`FROM ${base}\nRUN echo ${randomUUID()} > /one\n`, { variant: 'one' });
    const { tag: two } = await build(`FROM ${base}\nRUN echo ${randomUUID()} > /two\n`, { variant: 'two' });
    const entries = await entriesOf(await engine.save([one, two]));
    const manifest = JSON.parse(entries.get('manifest.json')!.toString()) as {
      RepoTags: string[];
      Layers: string[];
    }[];
    expect(manifest.flatMap(({ RepoTags }) => RepoTags).sort()).toEqual([one, two].sort());
    const layers = new Set(manifest.flatMap(({ Layers }) => Layers));
    expect(layers.size).toBe(3);
  });

  it('says which image is not there', async () => {
    await expect(engine.save(['ls-docker-nosuch:1'])).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining('ls-docker-nosuch:1'),
    });
    await expect(engine.inspect('ls-docker-nosuch:1')).rejects.toMatchObject({ code: 'image-not-found' });
    await expect(engine.remove('ls-docker-nosuch:1')).rejects.toMatchObject({ code: 'image-not-found' });
  });

  it('ends at once when aborted, and the engine goes on', async () => {
    const controller = new AbortController();
    const archive = await engine.save([base], { signal: controller.signal });
    let bytes = 0;
    archive.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > 1_000_000) controller.abort();
    });
    const ended = await new Promise<LayerscopeError>((resolve) => archive.on('error', resolve));
    expect(ended.code).toBe('cancelled');
    expect((await engine.images()).length).toBeGreaterThan(0);
    await expect(engine.save([base], { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('waits for a slow reader', async () => {
    const archive = await engine.save([base]);
    await setTimeout(300);
    expect(archive.readableLength).toBeLessThanOrEqual(4 * 1024 * 1024);
    const total = (await buffer(archive)).length;
    expect(total).toBe((await buffer(dockerStream('save', base))).length);
  });
});

describe('images', () => {
  it('are the rows of docker images', async () => {
    const rows = await engine.images();
    const bookworm = rows.find(({ repository, tag }) => repository === 'debian' && tag === 'bookworm');
    const inspected = await engine.inspect(base);
    expect(bookworm).toEqual({
      repository: 'debian',
      tag: 'bookworm',
      id: inspected.id,
      created: Math.floor(Date.parse(inspected.created!) / 1000) * 1000,
      size: inspected.size,
      built: false,
    });
  });

  it('built here are marked, and all removed again with their tags and what a rebuild left', async () => {
    const own = `${folder}-removed`;
    const tag = imageTag(own, 'Dockerfile');
    for (const text of ['one', 'two']) {
      await engine.build({
        context: contextOf({ Dockerfile: `FROM ${base}\nRUN echo ${text} ${randomUUID()} > /x\n` }),
        dockerfile: 'Dockerfile',
        network: 'host',
        labels: { [labels.folder]: own },
        tags: [tag],
      });
    }
    const built = (await engine.images()).filter((image) => image.built);
    expect(built.some((image) => `${image.repository}:${image.tag}` === tag)).toBe(true);
    const removed = await engine.removeBuilt({ folder: own });
    // The containerd image store forgets an image that lost its tag to another one.
    expect(removed).toHaveLength(isContainerd() ? 1 : 2);
    expect(removed).toContain(tag);
    await expect(engine.inspect(tag)).rejects.toMatchObject({ code: 'image-not-found' });
    expect(await engine.removeBuilt({ folder: own })).toEqual([]);
  });

  it('that nobody has are not pulled', async () => {
    await expect(engine.pull('nosuch.invalid/ls-docker:1')).rejects.toMatchObject({
      code: 'pull-failed',
      info: { hint: expect.stringContaining('registry cannot be reached') },
    });
  });
});

function isContainerd(): boolean {
  return engine.status.imageStore === 'containerd';
}

function ids(images: readonly { readonly id: string }[]): string[] {
  return images.map(({ id }) => id).sort();
}

/** Command lines of running processes that hold a text. */
async function processes(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.split('\n').filter((line) => line.includes(text));
}

/** The small files of a tar, by name. */
async function entriesOf(stream: NodeJS.ReadableStream): Promise<ReadonlyMap<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const tar = extract();
  stream.on('error', (error) => tar.destroy(error));
  stream.pipe(tar);
  for await (const entry of tar) {
    if ((entry.header.size ?? 0) < 100_000) entries.set(entry.header.name, await buffer(entry));
    else entry.resume();
  }
  return entries;
}
