import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../shared/api/contract.ts';
import type { BuildResult, Transport } from '../../shared/model/build.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import { hardImages } from './images/testing/hard-images.ts';
import {
  type BuildEngine,
  type BuildOptions,
  type Files,
  startBuildEngine,
  writeFiles,
} from './testing/build-engine.ts';
import { docker, realEngine, temporaryFolder } from './testing/real-engine.ts';

// Each way has a cache of its own, or the second would have nothing left to bring.
let saving: BuildEngine;
let handing: BuildEngine;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  saving = await startBuildEngine();
  handing = await startBuildEngine();
});
afterEach(async () => {
  await saving.api.call('engine.removeBuilt', { folder: folder.path });
  await folder[Symbol.asyncDispose]();
});
afterAll(async () => {
  await saving[Symbol.asyncDispose]();
  await handing[Symbol.asyncDispose]();
});

async function project(files: Files): Promise<string> {
  folder = await temporaryFolder();
  await writeFiles(folder.path, files);
  return folder.path;
}

function build(engine: BuildEngine, path: string, transport?: Transport, options: BuildOptions = {}) {
  return engine.build(path, { ...options, settings: { ...options.settings, transport } });
}

const hard = (name: string) => hardImages[name]!;
const stages = [
  'FROM debian:bookworm-slim AS tools',
  'RUN mkdir /t && for i in $(seq 300); do echo "tool $i" > /t/$i; done && ln /t/1 /t/hard && ln -s 2 /t/soft',
  'FROM debian:bookworm-slim AS build',
  'WORKDIR /src',
  'COPY . .',
  'COPY --from=tools /t /opt/t',
  'RUN sort main.txt > /out && rm -r /usr/share/doc && chmod 600 /opt/t/7 && head -c 3000000 /dev/urandom > /random',
  'FROM alpine:3.20',
  'COPY --from=build /out /opt/t /app/',
  'COPY --from=build /random /app/random',
  'RUN rm /app/9 && echo more >> /app/8',
  '',
].join('\n');

const projects: Readonly<Record<string, () => Promise<Files>>> = {
  'several stages and a single-stage variant': async () => ({
    'main.txt': 'b\na\nc\n',
    'deep/er/file': 'x',
    '.dockerignore': 'ignored\n',
    ignored: 'never sent',
    Dockerfile: stages,
    'Dockerfile.single': 'FROM debian:bookworm-slim\nCOPY . /src\nRUN sort /src/main.txt > /out\n',
  }),
  ...Object.fromEntries(
    [
      'deletions, opaque directories, copy-ups and overwritten files',
      'hard links and symbolic links, changed targets, files and directories in place of each other',
      'odd names, devices, FIFOs, setuid, extended attributes and a sparse file of 1 GiB',
      'FROM scratch with one file',
      'no layer at all',
      'empty layers',
    ].map((name) => [
      name,
      async () => ({ Dockerfile: hard(name).dockerfile, ...(await hard(name).files?.()) }),
    ]),
  ),
};

/** What is the engine's, or the way's, and no part of what the images are. */
const ownOfTheWay = new Set([
  'id',
  'engine',
  'compressed',
  'transport',
  'bytesRead',
  'durationMs',
  'steps',
  'cachedSteps',
  'tag',
  'folder',
]);

function whatItSays(document: ProjectDocument): unknown {
  return JSON.parse(JSON.stringify(document, (key, value) => (ownOfTheWay.has(key) ? undefined : value)));
}

/** Every path of both images, as a comparison of one way tells it. */
async function everyPath(engine: BuildEngine, result: BuildResult, left: string, right: string) {
  const rows: Result<'compare.changes'>['rows'] = [];
  for (let total = 1; rows.length < total; ) {
    const page: Result<'compare.changes'> = await engine.api.call('compare.changes', {
      left: result.handles[left]!,
      right: result.handles[right]!,
      kinds: ['added', 'removed', 'changed', 'metadata', 'moved', 'same'],
      offset: rows.length,
      limit: 1000,
    });
    rows.push(...page.rows);
    total = page.total;
  }
  return rows;
}

describe('layers straight from the build', () => {
  // An engine that only saves is held against itself: once is enough to tell that it does.
  const names = Object.keys(projects).slice(0, realEngine.kind() === 'newest' ? undefined : 1);
  it.each(names)('are those that docker save brings: %s', async (name) => {
    const path = await project(await projects[name]!());
    const saved = await build(saving, path, 'save');
    const handed = await build(handing, path);
    const transport = realEngine.kind() === 'newest' ? 'buildkit' : 'save';
    for (const { build } of handed.result.document.variants) expect(build).toMatchObject({ transport });
    expect(whatItSays(handed.result.document)).toEqual(whatItSays(saved.result.document));
    const variants = Object.keys(saved.result.handles);
    for (const left of variants) {
      for (const right of variants) {
        const rows = await everyPath(saving, saved.result, left, right);
        expect(await everyPath(handing, handed.result, left, right)).toEqual(rows);
      }
    }
  });

  it('are asked for only where the engine can hand them over', async () => {
    const path = await project({ Dockerfile: 'FROM alpine:3.20\nRUN echo > /a\n' });
    const attempt = async () => (await build(handing, path, 'buildkit')).variant().build;
    if (realEngine.kind() === 'newest') {
      expect(await attempt()).toMatchObject({ transport: 'buildkit', tag: null });
      return;
    }
    const settings = { network: 'host', transport: 'buildkit' as const };
    await handing.api.call('project.trust', { folder: path });
    const { build: id } = await handing.api.call('build.start', {
      folder: path,
      settings,
      variants: ['Dockerfile'],
    });
    let error: unknown;
    const onEvent = (event: object) => {
      if ('error' in event) error = event.error;
    };
    expect(await handing.api.call('build.follow', { build: id }, { onEvent })).toEqual({ state: 'failed' });
    expect(error).toMatchObject({ code: 'builder-unsupported' });
  });
});

describe.runIf(realEngine.kind() === 'newest')('what has come once', () => {
  const files = {
    Dockerfile: [
      'FROM debian:bookworm-slim AS build',
      'RUN head -c 5000000 /dev/urandom > /big && echo kept > /kept',
      'COPY main.txt /',
      'FROM build',
      'RUN sort /main.txt > /sorted',
      '',
    ].join('\n'),
    'main.txt': 'b\na\n',
  };

  it('does not travel again: not after an edit, not for another build, not after a restart', async () => {
    const path = await project(files);
    const first = (await build(handing, path)).variant();
    expect(first.build.bytesRead).toBeGreaterThan(5_000_000);
    expect((await build(handing, path)).variant().build.bytesRead).toBe(0);

    await writeFiles(path, { 'main.txt': 'c\nb\na\n' });
    const edited = (await build(handing, path)).variant();
    const changed = edited.image!.layers.filter(
      ({ diffId }) => !first.image!.layers.some((layer) => layer.diffId === diffId),
    );
    expect(changed).toHaveLength(2);
    expect(edited.build.bytesRead).toBe(changed.reduce((sum, { tar }) => sum + tar!, 0));

    await handing.restart();
    expect((await build(handing, path)).variant().build.bytesRead).toBe(0);
  });

  it('is known by both digests where it is compressed', async () => {
    // What only the store has: its layers are gzip. BuildKit has those plain that it handed over before.
    const path = await project({
      Dockerfile: 'FROM debian:bookworm-slim\nRUN head -c 2000000 /dev/urandom | base64 > /packed\n',
    });
    await docker('build', '-q', '-t', 'layerscope-engines:packed', '--network', 'host', path);
    await writeFiles(path, { Dockerfile: 'FROM layerscope-engines:packed\nRUN echo > /on-top\n' });
    const first = (await build(handing, path)).variant();
    expect(first.image!.layers.some(({ compressed }) => compressed !== null)).toBe(true);
    const again = (await build(handing, path)).variant();
    expect(again.build.bytesRead).toBe(0);
    expect(again.image).toEqual(first.image);
    await docker('rmi', '-f', 'layerscope-engines:packed');
  });

  it('is shown again, file by file, from the builder', async () => {
    const path = await project(files);
    const { result } = await build(handing, path);
    const content = async (file: string) => {
      const { base64 } = await handing.api.call('files.content', {
        handle: result.handles.Dockerfile!,
        path: file,
        limit: 100,
      });
      return Buffer.from(base64!, 'base64').toString();
    };
    expect(await content('/kept')).toBe('kept\n');
    expect(await content('/sorted')).toBe('a\nb\n');
    expect(await content('/etc/debian_version')).toMatch(/^\d/);
    await writeFiles(path, { 'main.txt': 'z\n' });
    await expect(content('/sorted')).rejects.toMatchObject({ code: 'source-changed' });
  });

  it('is not run again for a look at a file', async () => {
    const path = await project({
      Dockerfile: 'FROM alpine:3.20\nCOPY main.txt /\nRUN sleep 5 && sort /main.txt > /sorted\n',
      'main.txt': 'b\na\n',
    });
    const { result } = await build(handing, path);
    await writeFiles(path, { 'main.txt': 'c\n' });
    const began = performance.now();
    const look = { handle: result.handles.Dockerfile!, path: '/sorted', limit: 100 };
    await expect(handing.api.call('files.content', look)).rejects.toMatchObject({ code: 'source-changed' });
    expect(performance.now() - began).toBeLessThan(4500);
    // A look is no build, but it is the folder's code that would be asked for.
    await handing.api.call('project.forget', { folder: path });
    await expect(handing.api.call('files.content', look)).rejects.toMatchObject({
      code: 'folder-not-trusted',
    });
  });

  it('is made an image of the engine when somebody wants to run it', async () => {
    const path = await project(files);
    const { result, variant } = await build(handing, path);
    const settings = { network: 'host' };
    const { handles } = result;
    const load = () =>
      handing.api.call('build.load', { folder: path, settings, variants: ['Dockerfile'], handles });
    const { tag } = (await load()).images[0]!;
    const [{ RootFS }] = JSON.parse(await docker('inspect', tag));
    expect(RootFS.Layers).toEqual(variant().image!.layers.map(({ diffId }) => diffId));

    // Another image is not passed off as the one that was looked at.
    await writeFiles(path, { 'main.txt': 'edited\n' });
    await expect(load()).rejects.toMatchObject({ code: 'source-changed' });
    await expect(docker('inspect', tag)).rejects.toThrow();
  });
});
