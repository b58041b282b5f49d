import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildEngine, originsOf, startBuildEngine, writeFiles } from './testing/build-engine.ts';
import { docker, realEngine, temporaryFolder } from './testing/real-engine.ts';

let engine: BuildEngine;
beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const isDebian = realEngine.kind() === 'debian';
const alpine = 'alpine:3.20';
const three = [
  `FROM ${alpine} AS builder`,
  'RUN echo built > /built && echo left > /left',
  'FROM builder AS tester',
  'RUN echo tested > /tested',
  'FROM scratch',
  'COPY --from=builder /built /',
  '',
].join('\n');

const tagsOf = async (folder: string) =>
  (await docker('images', '--format', '{{.Tag}}', '--filter', `label=dev.layerscope.folder=${folder}`))
    .split('\n')
    .filter((tag) => tag !== '')
    .sort();

/** Images have tags where the engine stores them. */
const stored = { transport: 'save' as const };

describe('stages that nobody ticked', () => {
  it('are built to trace what comes from them, and are no variants', async () => {
    const options = { variants: ['Dockerfile'], settings: stored };
    await engine.withBuild(
      { Dockerfile: three },
      async ({ variant, originOf, originInStage, result, events }, folder) => {
        expect(result.document.variants.map(({ name }) => name)).toEqual(['Dockerfile']);
        expect(Object.keys(result.handles)).toEqual(['Dockerfile']);
        expect(result.document.groups).toMatchObject([{ baseline: null, rows: [{ variant: 'Dockerfile' }] }]);
        expect(await originOf('/built')).toBe('stage:0 line 2 exact, through 0 2');
        expect(Object.keys(result.stages.Dockerfile!)).toEqual(['0']);
        expect(await originInStage('/left', 0)).toBe('stage:0 line 2 exact, through 0');
        expect(variant().stages).toMatchObject([
          { name: 'builder', built: true, own: 11, reached: 6 },
          {
            name: 'tester',
            built: false,
            live: null,
            own: null,
            shared: null,
            reached: null,
            leftBehind: null,
          },
          { name: '2', built: true, own: 6 },
        ]);
        expect(variant().lines.map(({ line }) => line)).toEqual([1, 2, 5, 6]);
        // The building screen has the one variant, with the steps of its one build.
        const named = events.flatMap((event) => ('variant' in event ? [event.variant] : []));
        expect(new Set(named)).toEqual(new Set(['Dockerfile']));
        expect(variant().build.steps).toBe(3);
        // They are tagged as they would be when they are ticked, so that they go with the others.
        expect(await tagsOf(folder)).toHaveLength(2);
        await engine.api.call('engine.removeBuilt', { folder });
        expect(await tagsOf(folder)).toEqual([]);
      },
      options,
    );
  });

  it('cost no layer that is read twice, and nothing at all the next time', async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, { Dockerfile: three });
    const options = { variants: ['Dockerfile'], settings: stored };
    await engine.build(folder.path, options);
    const again = await engine.build(folder.path, options);
    expect(again.events.some(({ type }) => type === 'reading')).toBe(false);
    // Ticked now: it has the tag that it had.
    const all = await engine.build(folder.path, { settings: stored });
    expect(await tagsOf(folder.path)).toHaveLength(2);
    expect(all.variant('Dockerfile#builder').image!.name).toContain((await tagsOf(folder.path)).at(-1));
    await engine.api.call('engine.removeBuilt', { folder: folder.path });
  });

  it('hold what the image was made of, also where everything is built anew', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS builder`,
        'RUN head -c 1000 /dev/urandom > /random',
        'FROM scratch',
        'COPY --from=builder /random /',
        '',
      ].join('\n'),
    };
    const options = { variants: ['Dockerfile'], settings: { noCache: true } };
    const seen = new Set<string>();
    for (let time = 0; time < 2; time++) {
      await engine.withBuild(
        files,
        async ({ variant, result }) => {
          expect(originsOf(variant())).toEqual({ 'stage:0': '1000 from 2 exact' });
          seen.add(result.handles.Dockerfile!);
        },
        options,
      );
    }
    expect(seen.size).toBe(2);
  });

  // A newer engine is given the context as it was listed once: what goes meanwhile is not missed.
  it.runIf(isDebian)('that cannot be had leave untraced what comes from them, and nothing else', async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, { Dockerfile: three.replace('FROM scratch', `FROM ${alpine}`), a: 'a' });
    // The context is gone when the stage's turn comes, after the last step of the image itself.
    let gone: Promise<void> | undefined;
    const { variant, originOf, result } = await engine.build(folder.path, {
      variants: ['Dockerfile'],
      onEvent: (event) => {
        if (event.type === 'step' && event.step.line === 6) {
          gone ??= rm(join(folder.path, 'Dockerfile'), { force: true });
        }
      },
    });
    await gone;
    expect(result.document.warnings).toMatchObject([
      { code: 'stage-unavailable', message: expect.stringContaining('"builder" of Dockerfile') },
    ]);
    expect(await originOf('/built')).toBe('untraced line 6 null, through 2');
    expect(await originOf('/bin/busybox')).toBe(`base:${alpine} line 5 exact, through 2`);
    expect(variant().leftBehind).toBeNull();
    expect(variant().stages).toMatchObject([{ built: true, live: null, leftBehind: null }, {}, { own: 6 }]);
    await engine.api.call('engine.removeBuilt', { folder: folder.path });
  });
});

describe('a build to a stage', () => {
  it('needs only what is below it', async () => {
    const files = { Dockerfile: three };
    await engine.withBuild(
      files,
      async ({ variant, originOf }) => {
        const name = 'Dockerfile#tester';
        expect(variant(name)).toMatchObject({ target: 'tester', kind: 'stage' });
        expect(variant(name).stages.map(({ built }) => built)).toEqual([true, true, false]);
        expect(await originOf('/tested', name)).toBe('stage:1 line 4 exact, through 1');
        expect(await originOf('/left', name)).toBe('stage:0 line 2 exact, through 0 1');
        expect(variant(name).leftBehind).toBe(0);
      },
      { variants: ['Dockerfile#tester'], settings: { targets: ['tester'] } },
    );
  });

  it('is traced apart from the other variants of its Dockerfile', async () => {
    await engine.withBuild({ Dockerfile: three }, async ({ result, originOf, originInStage }) => {
      expect(result.document.variants.map(({ name }) => name)).toEqual(['Dockerfile', 'Dockerfile#builder']);
      expect(await originOf('/left', 'Dockerfile#builder')).toBe('stage:0 line 2 exact, through 0');
      expect(await originInStage('/left', 0)).toBe('stage:0 line 2 exact, through 0');
      expect(result.handles['Dockerfile#builder']).not.toBe(result.stages.Dockerfile![0]);
      const leftBehind = async (handle: string) => {
        const filter = { fate: 'leftBehind' as const };
        const found = await engine.api.call('files.search', {
          handle,
          text: '',
          filter,
          offset: 0,
          limit: 10,
        });
        return found.rows.map(({ path }) => path);
      };
      expect(await leftBehind(result.stages.Dockerfile![0]!)).toContain('/left');
      expect(await leftBehind(result.handles['Dockerfile#builder']!)).toEqual([]);
    });
  });
});

describe('the baseline', () => {
  it('is the stage that gave the image most bytes, in lines of its own or through others', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS deep`,
        'RUN head -c 5000 /dev/zero > /deep',
        `FROM ${alpine} AS most`,
        'COPY --from=deep /deep /through',
        `FROM ${alpine} AS latest`,
        'RUN head -c 4000 /dev/zero > /latest',
        'FROM scratch',
        'COPY --from=most /through /',
        'COPY --from=latest /latest /',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ result }) => {
      const [group] = result.document.groups;
      expect(group!.baseline).toBe('Dockerfile#most');
      const row = group!.rows.find(({ variant }) => variant === 'Dockerfile')!;
      expect(row.delta).toBeLessThan(0);
      expect(row.difference!.reasons.length).toBeGreaterThan(0);
      const own = group!.rows.find(({ variant }) => variant === 'Dockerfile#most')!;
      expect(own).toMatchObject({ delta: 0, difference: null });
    });
  });
});

describe('after a restart', () => {
  it('every handle still tells the same', async () => {
    const files = { Dockerfile: `${three}COPY a /a\n`, a: 'context' };
    await engine.withBuild(files, async ({ result }, folder) => {
      await engine.restart();
      const { result: kept } = await engine.api.call('project.result', { folder });
      expect(kept).toEqual(result);
      const at = async (handle: string, path: string) =>
        (await engine.api.call('files.at', { handle, path })).row!.origin;
      expect(await at(kept!.handles.Dockerfile!, '/a')).toMatchObject({ kind: 'context', line: 7 });
      expect(await at(kept!.handles.Dockerfile!, '/built')).toMatchObject({ id: 'stage:0', line: 2 });
      expect(await at(kept!.stages.Dockerfile![0]!, '/left')).toMatchObject({ id: 'stage:0', through: [0] });
      for (const handle of [...Object.values(kept!.handles), kept!.stages.Dockerfile![0]!]) {
        expect(handle.length).toBeLessThanOrEqual(200);
      }
      // Without the cache there is nothing to trace again.
      await engine.api.call('cache.clear', {});
      await engine.restart();
      expect(await engine.api.call('project.result', { folder })).toEqual({ result: undefined });
      await expect(at(kept!.handles.Dockerfile!, '/a')).rejects.toMatchObject({
        info: { code: 'not-found' },
      });
    });
  });
});
