import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildResult } from '../../shared/model/build.ts';
import { ImageDocument } from '../../shared/model/image-document.ts';
import { BuildSettings } from '../../shared/model/project.ts';
import { type BuildEngine, startBuildEngine } from './testing/build-engine.ts';
import { copyOfExample, docker, realEngine, shell, temporaryFolder } from './testing/real-engine.ts';

let engine: BuildEngine;

beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(async () => {
  await engine.api.call('engine.removeBuilt', {});
  await engine[Symbol.asyncDispose]();
});

const settings = BuildSettings.parse({ network: 'host' });

const variantOf = (result: BuildResult, name: string) =>
  result.document.variants.find((variant) => variant.name === name)!;

/** What each layer carries, and what is left when they lie on one another: with tar and find, not our code. */
async function secondReading(
  tag: string,
): Promise<{ stored: number[]; links: number[]; live: number; files: number }> {
  await using folder = await temporaryFolder();
  await docker('save', '-o', join(folder.path, 'image.tar'), tag);
  const printed = await shell(
    `mkdir save root && tar -xf image.tar -C save
     layers=$(node -p 'JSON.parse(fs.readFileSync("save/manifest.json"))[0].Layers.join(" ")')
     for layer in $layers; do
       tar --numeric-owner --quoting-style=literal -tvf "save/$layer" | LC_ALL=C awk '
         $1 ~ /^-/ { sum += $3 }
         $1 ~ /^l/ { at = index($0, " -> "); links += length($0) - at - 3 }
         END { printf "stored %.0f\\nlinks %.0f\\n", sum, links }'
       # Whiteouts take away what lies below before the layer is laid on top.
       tar -tf "save/$layer" | (grep -E '(^|/)\\.wh\\.' || true) | while read -r marker; do
         name=$(basename "$marker")
         below=root/$(dirname "$marker")
         if [ "$name" = .wh..wh..opq ]; then if [ -d "$below" ]; then find "$below" -mindepth 1 -delete; fi
         else rm -rf "$below/\${name#.wh.}"; fi
       done
       tar -xf "save/$layer" -C root --exclude '.wh.*'
     done
     find root -type f -printf '%i %s\\n' | sort -u | awk '{ sum += $2 } END { printf "live %.0f\\n", sum }'
     find root -type f -printf 'x' | wc -c | awk '{ printf "files %.0f\\n", $1 }'`,
    folder.path,
  );
  const numbers = (word: string) =>
    [...printed.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].map((match) => Number(match[1]));
  return {
    stored: numbers('stored'),
    links: numbers('links'),
    live: numbers('live')[0]!,
    files: numbers('files')[0]!,
  };
}

describe('a multi-stage Go project on a real engine', () => {
  it('is built, read, and measured as docker history and a second reading measure it', async () => {
    await using project = await copyOfExample('go-hello');
    // The final stage's base is pulled from a registry, so that no base of it is tagged in the engine.
    const pulled = `${realEngine.registry()}/debian:bookworm`;
    const dockerfile = await readFile(join(project.path, 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain('FROM debian:bookworm-slim');
    await writeFile(
      join(project.path, 'Dockerfile'),
      dockerfile.replace('FROM debian:bookworm-slim', `FROM ${pulled}`),
    );

    // The engine is to have the images: its own figures of them are what ours are held against.
    const { result, events } = await engine.build(project.path, { settings: { transport: 'save' } });
    expect(result.document.variants.map((v) => [v.name, v.build.status, v.kind])).toEqual([
      ['Dockerfile', 'built', 'multi-stage'],
      ['Dockerfile#builder', 'built', 'stage'],
      ['Dockerfile.single', 'built', 'single-stage'],
    ]);
    await expect(docker('image', 'inspect', pulled)).rejects.toThrow(/No such image/);

    const multi = variantOf(result, 'Dockerfile');
    const single = variantOf(result, 'Dockerfile.single');
    const tags = (await docker('images', '--format', '{{.Repository}}:{{.Tag}}')).split('\n');
    const tag = multi.image!.name;
    expect(tags).toContain(tag);
    expect(await docker('run', '--rm', '--network', 'none', tag)).toMatch(/hello/i);

    for (const { image } of [multi, single]) {
      const second = await secondReading(image!.name);
      expect(image!.layers.map((layer) => layer.stored)).toEqual(second.stored);
      expect(image!.sizes.live).toBe(second.live);
      expect(image!.files).toBe(second.files);
      const history = (await docker('history', '--human=false', '--format', '{{.Size}}', image!.name))
        .trim()
        .split('\n')
        .map(Number)
        .reverse();
      // The graph driver counts a symbolic link's target as its size, the containerd store blocks on its disk.
      const counted = image!.layers.map((layer, index) => layer.stored! + second.links[index]!);
      if (realEngine.kind() === 'newest') expect(history.filter((bytes) => bytes % 512 !== 0)).toEqual([]);
      else expect(counted.filter((bytes) => bytes !== 0)).toEqual(history.filter((bytes) => bytes !== 0));
      const { sizes, reclaimableByCause, layers } = image!;
      expect(sizes.stored! - sizes.live!).toBe(Object.values(reclaimableByCause!).reduce((a, b) => a + b));
      expect(layers.reduce((sum, layer) => sum + layer.live!, 0)).toBe(sizes.live);
    }

    // The base is told by its layers, and every other layer has its stage and line.
    expect(multi.image!.layers[0]).toMatchObject({ base: true, line: null });
    const copied = multi.image!.layers.at(-1)!;
    const copyLine = dockerfile.split('\n').findIndex((line) => line.startsWith('COPY --from')) + 1;
    expect(copied).toMatchObject({ base: false, stage: 1, line: copyLine });

    // The base gave its files, the builder its program; the toolchain stays behind.
    const runLine = dockerfile.split('\n').findIndex((line) => line.startsWith('RUN')) + 1;
    const program = single.origins!.find(({ kind }) => kind === 'stage')!;
    expect(multi.origins).toMatchObject([
      { kind: 'base', id: `base:${pulled}`, lines: [{ stage: 1, rule: 'exact' }] },
      {
        kind: 'stage',
        id: 'stage:0',
        name: 'builder',
        files: 1,
        lines: [{ stage: 0, line: runLine, rule: 'exact' }],
      },
    ]);
    expect(program.bytes).toBeGreaterThanOrEqual(multi.origins![1]!.bytes);
    const [builder, final] = multi.stages;
    expect(builder).toMatchObject({ reached: multi.origins![1]!.bytes });
    expect(multi.leftBehind).toBe(builder!.leftBehind);
    expect(multi.leftBehind).toBeGreaterThan(400e6);
    expect(final).toMatchObject({ reached: 0, leftBehind: 0, live: multi.image!.sizes.live });

    expect(result.document.groups).toMatchObject([{ context: '.', baseline: 'Dockerfile.single' }]);
    const row = result.document.groups[0]!.rows.find((r) => r.variant === 'Dockerfile')!;
    expect(row.delta).toBe(multi.image!.sizes.live! - single.image!.sizes.live!);

    const lines = new Set(events.flatMap((e) => (e.type === 'step' && e.step.line ? [e.step.line] : [])));
    expect(lines).toContain(copyLine);
    expect(events.some((event) => event.type === 'reading')).toBe(true);
  });

  it('reads no layer when nothing changed, also after a restart, and compares to the byte', async () => {
    await using project = await copyOfExample('go-hello');
    const first = await engine.build(project.path);
    const second = await engine.build(project.path);
    expect(second.events.some((event) => event.type === 'reading')).toBe(false);
    for (const variant of second.result.document.variants) expect(variant.build.bytesRead).toBe(0);

    await engine.restart();
    const { result } = await engine.api.call('project.result', { folder: project.path });
    expect(result?.document).toEqual(second.result.document);
    const handle = result!.handles.Dockerfile!;
    expect(handle).toBe(first.result.handles.Dockerfile);
    const tile = await engine.api.call('files.treemap', { handle, path: '/', tiles: 600 });
    expect(tile.bytes).toBe(variantOf(result!, 'Dockerfile').image!.sizes.live);

    // What was put together again compares to the byte.
    const [left, right] = [result!.handles['Dockerfile.single']!, handle];
    const document = await engine.api.call('compare.open', { left, right });
    const { totals, delta } = document;
    const sum = (['added', 'removed', 'changed', 'metadata', 'moved'] as const)
      .map((kind) => totals![kind].bytes)
      .reduce((a, b) => a + b);
    expect(sum).toBe(delta.live);
    const page = await engine.api.call('compare.changes', { left, right, offset: 0, limit: 10 });
    expect(page.totalBytes).toBe(delta.live);
    expect(page.rows).toHaveLength(10);
    expect(page.rows[0]!.kind).toBe('removed');
  });
});

describe('what goes wrong', () => {
  it('refuses to build a folder nobody trusts', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
    const started = engine.api.call('build.start', {
      folder: folder.path,
      settings,
      variants: ['Dockerfile'],
    });
    await expect(started).rejects.toMatchObject({ info: { code: 'folder-not-trusted' } });
  });

  it('goes on with the others when a RUN fails, and says which line and what it printed', async () => {
    await using folder = await temporaryFolder();
    await writeFile(
      join(folder.path, 'Dockerfile.bad'),
      'FROM debian:bookworm\nRUN echo about to fail; exit 7\n',
    );
    await writeFile(join(folder.path, 'Dockerfile.good'), 'FROM scratch\nCOPY Dockerfile.good /kept\n');
    const { result } = await engine.build(folder.path);
    const bad = variantOf(result, 'Dockerfile.bad');
    expect(bad.image).toBeNull();
    expect(bad.build).toMatchObject({ status: 'failed', error: { code: 'build-step-failed', line: 2 } });
    expect(bad.build.error!.output!.join('\n')).toContain('about to fail');
    expect(variantOf(result, 'Dockerfile.good').image!.files).toBe(1);
  });

  it('says what a folder that vanishes during the build means', async () => {
    await using folder = await temporaryFolder();
    const project = join(folder.path, 'project');
    await mkdir(project);
    await writeFile(
      join(project, 'Dockerfile.a'),
      'FROM debian:bookworm AS one\nRUN sleep 2\nFROM one\nCOPY . /\n',
    );
    await engine.api.call('project.trust', { folder: project });
    const names = ['Dockerfile.a', 'Dockerfile.a#one'];
    const { build: id } = await engine.api.call('build.start', {
      folder: project,
      settings,
      variants: names,
    });
    await engine.api.call(
      'build.follow',
      { build: id },
      {
        onEvent: (event) => {
          if (event.type === 'step' && event.step.status === 'running')
            void rm(project, { recursive: true, force: true });
        },
      },
    );
    const { result } = await engine.api.call('project.result', { folder: project });
    const { error } = variantOf(result!, 'Dockerfile.a#one').build;
    // Where contexts are sent file by file, the builder has all of it by then.
    if (realEngine.kind() === 'newest') expect(error).toBeNull();
    else expect(error?.code).toMatch(/context-vanished|folder-not-found/);
  });

  it('takes hostile names of files, stages and folders as text', async () => {
    await using folder = await temporaryFolder();
    const project = join(folder.path, `a "quoted" <img onerror=alert(1)>\nfolder`);
    await mkdir(join(project, '__proto__'), { recursive: true });
    await writeFile(join(project, '__proto__', `<img src=x onerror=alert(1)> 'q' "d"\n.txt`), 'content');
    await writeFile(
      join(project, 'Dockerfile'),
      'FROM scratch AS constructor\nCOPY __proto__ /__proto__\nFROM constructor AS prototype\nCOPY . /all\n',
    );
    const { result } = await engine.build(project);
    expect(result.document.variants.map((v) => v.build.status)).toEqual(['built', 'built']);
    const page = await engine.api.call('files.list', {
      handle: result.handles.Dockerfile!,
      path: '/__proto__',
      offset: 0,
      limit: 10,
    });
    expect(page.rows.map((row) => row.name)).toEqual([`<img src=x onerror=alert(1)> 'q' "d"\n.txt`]);
  });

  it('cancels in the middle of a RUN and builds again afterwards', async () => {
    await using folder = await temporaryFolder();
    await writeFile(
      join(folder.path, 'Dockerfile'),
      `FROM debian:bookworm\nRUN echo ${Date.now()}; sleep 120\n`,
    );
    await engine.api.call('project.trust', { folder: folder.path });
    const { build: id } = await engine.api.call('build.start', {
      folder: folder.path,
      settings,
      variants: ['Dockerfile'],
    });
    const started = Date.now();
    const { state } = await engine.api.call(
      'build.follow',
      { build: id },
      {
        onEvent: (event) => {
          if (event.type === 'step' && event.step.line === 2 && event.step.status === 'running') {
            void engine.api.call('build.cancel', { build: id });
          }
        },
      },
    );
    expect(state).toBe('cancelled');
    expect(Date.now() - started).toBeLessThan(30_000);
    await writeFile(join(folder.path, 'Dockerfile'), 'FROM debian:bookworm\nRUN true\n');
    await engine.build(folder.path);
  });
});

describe('an image of the engine, without a build', () => {
  it('opens by name and says nothing of stages', async () => {
    const { document, handle } = await engine.api.call('image.open', {
      source: { kind: 'engine', reference: 'debian:bookworm' },
    });
    expect(ImageDocument.parse(document).image.layers[0]).toMatchObject({
      base: null,
      stage: null,
      line: null,
    });
    const second = await secondReading('debian:bookworm');
    expect(document.image.sizes.live).toBe(second.live);
    const page = await engine.api.call('files.list', { handle, path: '/', offset: 0, limit: 100 });
    expect(page.rows.reduce((sum, row) => sum + row.bytes, 0)).toBe(second.live);
  });

  it('says that an image is not there', async () => {
    const opened = engine.api.call('image.open', {
      source: { kind: 'engine', reference: 'no-such-image:1' },
    });
    await expect(opened).rejects.toMatchObject({ info: { code: 'image-not-found' } });
  });
});
