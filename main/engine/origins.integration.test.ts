import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildEngine, originsOf, startBuildEngine } from './testing/build-engine.ts';

let engine: BuildEngine;
beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const alpine = 'alpine:3.20';

describe('what is copied from stages', () => {
  it('is traced into them by index, name in any case, and alias, each line its own', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS Build`,
        'RUN echo one > /one && echo two > /two && echo three > /three && echo left > /left',
        `FROM ${alpine} AS other`,
        'RUN echo other > /other',
        'FROM scratch',
        'COPY --from=0 /one /a/one',
        'COPY --from=bUILD /two /three /b/',
        'COPY --from=other /other /c',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(originsOf(variant())).toEqual({ 'stage:0': '14 from 2 exact', 'stage:1': '6 from 4 exact' });
      expect(await originOf('/a/one')).toBe('stage:0 line 2 exact, through 0 2');
      expect(await originOf('/b/three')).toBe('stage:0 line 2 exact, through 0 2');
      expect(await originOf('/c')).toBe('stage:1 line 4 exact, through 1 2');
      const [build, other, last] = variant().stages;
      expect(build).toMatchObject({ name: 'Build', own: 19, shared: 0, reached: 14 });
      expect(other).toMatchObject({ own: 6, shared: 0, reached: 6 });
      // The base that both stand on is left behind once.
      expect(build!.leftBehind! - 5).toBe(other!.leftBehind!);
      expect(variant().leftBehind).toBe(build!.leftBehind);
      expect(last).toMatchObject({ live: 20, own: 20, shared: 20, leftBehind: 0 });
    });
  });

  it('counts once in a stage however often it is copied, and as often as it is there in the image', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS build`,
        'RUN echo content > /file && echo other > /other',
        'FROM scratch',
        'COPY --from=build /file /first',
        'COPY --from=build /file /second',
        'COPY --from=build /file /third',
        'COPY --from=build /other /first',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ variant }) => {
      const { image, stages, lines } = variant();
      expect(image!.sizes).toMatchObject({ live: 22, stored: 30 });
      expect(originsOf(variant())).toEqual({ 'stage:0': '22 from 2 exact' });
      expect(stages[0]).toMatchObject({ own: 14, reached: 14 });
      expect(
        lines
          .filter(({ stage }) => stage === 1)
          .map(({ line, added, live, wasted, contributed }) => [line, added, live, wasted, contributed]),
      ).toEqual([
        [3, null, null, null, 0],
        [4, 8, 0, 8, 0],
        [5, 8, 8, 0, 0],
        [6, 8, 8, 0, 0],
        [7, 6, 6, 0, 0],
      ]);
    });
  });

  it('belongs to the stage that is named, also where another one has the same', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS a`,
        'RUN echo same > /same',
        `FROM ${alpine} AS b`,
        'RUN mkdir /out && echo same > /out/same',
        'FROM scratch',
        'COPY --from=b /out /from-b',
        'COPY --from=a /same /from-a',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ originOf }) => {
      expect(await originOf('/from-a')).toBe('stage:0 line 2 exact, through 0 2');
      expect(await originOf('/from-b/same')).toBe('stage:1 line 4 exact, through 1 2');
    });
  });

  it('goes on to where the stage has it from: its base, the context, another stage', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS first`,
        'WORKDIR /work',
        'COPY src src',
        'RUN echo made > made',
        'FROM first AS second',
        'RUN echo more > more',
        'FROM scratch',
        'COPY --from=second /bin/busybox /work/ /app/',
        '',
      ].join('\n'),
      'src/a.txt': 'source',
    };
    await engine.withBuild(files, async ({ variant, originOf, originInStage }) => {
      expect(await originOf('/app/busybox')).toBe(`base:${alpine} line 1 exact, through 0 1 2`);
      expect(await originOf('/app/src/a.txt')).toBe('context line 3 exact, through 0 1 2');
      expect(await originOf('/app/made')).toBe('stage:0 line 4 exact, through 0 1 2');
      expect(await originOf('/app/more')).toBe('stage:1 line 6 exact, through 1 2');
      expect(await originInStage('/work/made', 1)).toBe('stage:0 line 4 exact, through 0 1');
      expect(await originInStage('/work/made', 0)).toBe('stage:0 line 4 exact, through 0');
      const { flows, stages } = variant();
      expect(flows).toContainEqual({ from: 'context', to: 'stage:0', bytes: 6 });
      expect(flows).toContainEqual({ from: 'stage:0', to: 'stage:1', bytes: stages[0]!.reached });
    });
  });

  it('comes from an image that is no stage as a whole', async () => {
    const files = { Dockerfile: `FROM scratch\nCOPY --from=${alpine} /bin/busybox /bin/sh\n` };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/bin/sh')).toBe(`external:${alpine} line 2 exact, through 0`);
      expect(variant().origins).toMatchObject([{ kind: 'external', name: alpine }]);
    });
  });

  it('keeps hard links and links as they are', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS build`,
        'RUN mkdir /out && echo linked > /out/a && ln /out/a /out/b && ln -s a /out/c',
        'FROM scratch',
        'COPY --from=build /out /out',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      const { image, stages } = variant();
      for (const path of ['/out/a', '/out/b', '/out/c']) {
        expect(await originOf(path)).toBe('stage:0 line 2 exact, through 0 1');
      }
      expect(stages[0]).toMatchObject({ own: 7, reached: 7 });
      expect(image!.files).toBe(2);
    });
  });
});

describe('what a RUN does', () => {
  it('is its own, also where the content equals what was there, but for what it only stores again', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine}`,
        'COPY a.txt b.txt c.txt /data/',
        'RUN cp /data/a.txt /data/copy.txt',
        'RUN chown -R 1000:1000 /data',
        'RUN echo changed > /data/b.txt',
        'RUN rm /data/c.txt',
        '',
      ].join('\n'),
      'a.txt': 'aaaaaa',
      'b.txt': 'bbbbbbbbb',
      'c.txt': 'cccccccccccc',
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/data/a.txt')).toBe('context line 2 exact, through 0');
      expect(await originOf('/data/copy.txt')).toBe('stage:0 line 3 exact, through 0');
      expect(await originOf('/data/b.txt')).toBe('stage:0 line 5 exact, through 0');
      const { lines, image } = variant();
      expect(
        lines.slice(1).map(({ line, added, live, contributed }) => [line, added, live, contributed]),
      ).toEqual([
        // Stored anew by the chown, so dead in the layer that brought it, and from there all the same.
        [2, 27, 0, 6],
        [3, 6, 0, 6],
        [4, 33, 12, 0],
        [5, 8, 8, 8],
        [6, 0, 0, 0],
      ]);
      expect(image!.reclaimableByCause).toMatchObject({ copiedUp: 33, overwritten: 9, deleted: 12 });
    });
  });

  it('is its own where it took it from a mount', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS build`,
        // Two files: one alone could make the very layer that the copy makes, when both are made in one second.
        'RUN echo mounted > /tool && echo left > /left',
        `FROM ${alpine}`,
        'RUN --mount=type=bind,from=build,source=/tool,target=/mnt/tool cp /mnt/tool /tool',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/tool')).toBe('stage:1 line 4 exact, through 1');
      // What it read is not copied: all of it stays behind but for the base in common.
      expect(variant().stages[0]).toMatchObject({ built: true, own: 13, reached: 0, leftBehind: 13 });
      expect(variant().leftBehind).toBe(13);
    });
  });
});
