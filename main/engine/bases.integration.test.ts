import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../shared/model/build.ts';
import { type BuildEngine, originsOf, startBuildEngine, writeFiles } from './testing/build-engine.ts';
import { docker, realEngine, temporaryFolder } from './testing/real-engine.ts';

let engine: BuildEngine;
const tagged: string[] = [];
beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(async () => {
  for (const tag of tagged) await docker('rmi', '-f', tag);
  await engine[Symbol.asyncDispose]();
});

const alpine = 'alpine:3.20';

/** Makes an image that is no project's, with the docker command. */
async function image(tag: string, files: Record<string, string>): Promise<void> {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, files);
  tagged.push(tag);
  await docker('build', '-q', '--network', 'host', '-t', tag, folder.path);
}

describe('what stages stand on', () => {
  it('is told by its layers: twenty of them, and two stages on it', async () => {
    const many = Array.from({ length: 19 }, (_, at) => `RUN echo ${at} > /${at}`).join('\n');
    await image('layerscope-test/twenty:1', { Dockerfile: `FROM ${alpine}\n${many}\n` });
    const files = {
      Dockerfile: [
        'FROM layerscope-test/twenty:1 AS build',
        'RUN echo built > /built',
        'FROM layerscope-test/twenty:1',
        'COPY --from=build /built /12 /from-build/',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      const layers = variant().image!.layers;
      expect(layers.map(({ base }) => base)).toEqual([...Array(20).fill(true), false]);
      expect(await originOf('/12')).toBe('base:layerscope-test/twenty:1 line 3 exact, through 1');
      // Copied from the build stage, so it is from the base of that.
      expect(await originOf('/from-build/12')).toBe(
        'base:layerscope-test/twenty:1 line 1 exact, through 0 1',
      );
      const [build, last] = variant().stages;
      expect(build).toMatchObject({ own: 6, reached: 6, leftBehind: 0 });
      expect(build!.shared).toBe(build!.live! - 6);
      expect(variant().leftBehind).toBe(0);
      expect(last!.own).toBe(6 + 3);
      expect(
        variant()
          .origins!.find(({ kind }) => kind === 'base')!
          .lines.map(({ line }) => line),
      ).toEqual([3, 1]);
    });
  });

  it('keeps a certificate of the builder apart from what the builder made', async () => {
    await image('layerscope-test/certificates:1', {
      Dockerfile: `FROM ${alpine}\nCOPY ca.crt /etc/ssl/certs/\n`,
      'ca.crt': 'a certificate',
    });
    const files = {
      Dockerfile: [
        'FROM layerscope-test/certificates:1 AS builder',
        'RUN echo program > /program',
        'FROM scratch',
        'COPY --from=builder /etc/ssl/certs/ca.crt /etc/ssl/certs/',
        'COPY --from=builder /program /',
        '',
      ].join('\n'),
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/etc/ssl/certs/ca.crt')).toBe(
        'base:layerscope-test/certificates:1 line 1 exact, through 0 1',
      );
      expect(await originOf('/program')).toBe('stage:0 line 2 exact, through 0 1');
      expect(variant().flows).toEqual([
        { from: 'stage:0', to: 'stage:1', bytes: 21 },
        { from: 'stage:1', to: 'image', bytes: 21 },
        { from: 'base:layerscope-test/certificates:1', to: 'stage:0', bytes: 13 },
      ]);
    });
  });

  it('runs what its ONBUILD says, which is the FROM line’s', async () => {
    await image('layerscope-test/onbuild:1', {
      Dockerfile: [
        `FROM ${alpine}`,
        'WORKDIR /app',
        'ONBUILD COPY package.txt ./',
        'ONBUILD RUN cat package.txt package.txt > installed',
        'ONBUILD ENV DATA=/data',
        'RUN echo base > base',
        '',
      ].join('\n'),
    });
    const files = {
      Dockerfile: 'FROM layerscope-test/onbuild:1\nCOPY extra $DATA/extra\nCOPY extra .\n',
      'package.txt': 'package',
      extra: 'extra',
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/app/base')).toBe('base:layerscope-test/onbuild:1 line 1 exact, through 0');
      expect(await originOf('/app/package.txt')).toBe('context line 1 exact, through 0');
      expect(await originOf('/app/installed')).toBe('stage:0 line 1 exact, through 0');
      expect(await originOf('/data/extra')).toBe('context line 2 exact, through 0');
      expect(await originOf('/app/extra')).toBe('context line 3 exact, through 0');
      const [stage] = variant().stages;
      expect(stage!.own).toBe(7 + 14 + 5 + 5);
      expect(variant().lines.map(({ contributed }) => contributed)).toEqual([
        variant().image!.sizes.live! - 10,
        5,
        5,
      ]);
    });
  });

  it('may be a stage whose own ONBUILD runs in the next one only', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS one`,
        'WORKDIR /one',
        'ONBUILD COPY a.txt ./',
        'RUN echo one > one',
        'FROM one AS two',
        'RUN echo two > two',
        'FROM two',
        'RUN echo three > three',
        '',
      ].join('\n'),
      'a.txt': 'aaaa',
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/one/one')).toBe('stage:0 line 4 exact, through 0 1 2');
      expect(await originOf('/one/a.txt')).toBe('context line 5 exact, through 1 2');
      expect(await originOf('/one/two')).toBe('stage:1 line 6 exact, through 1 2');
      expect(await originOf('/one/three')).toBe('stage:2 line 8 exact, through 2');
      expect(variant().stages.map(({ own }) => own)).toEqual([4, 4 + 4, 6]);
    });
  });

  it('may be a stage whose ONBUILD copies from another one, not from the context', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine} AS other`,
        'RUN echo same > /same.txt',
        `FROM ${alpine} AS base`,
        'ONBUILD COPY --from=other /same.txt /from-other.txt',
        'ONBUILD COPY same.txt /from-context.txt',
        // An engine 20.10 builds the stage that a trigger names only where something else needs it.
        'COPY --from=other /same.txt /',
        'FROM base',
        'RUN echo three > three',
        '',
      ].join('\n'),
      'same.txt': 'same\n',
    };
    await engine.withBuild(files, async ({ originOf }) => {
      expect(await originOf('/from-other.txt')).toBe('stage:0 line 2 exact, through 0 2');
      expect(await originOf('/from-context.txt')).toBe('context line 7 exact, through 2');
    });
  });

  it('may be a chain of five stages', async () => {
    const stages = ['a', 'b', 'c', 'd'].map(
      (name, at) => `FROM ${at === 0 ? alpine : 'abcd'[at - 1]} AS ${name}\nRUN echo ${name} > /${name}`,
    );
    const files = { Dockerfile: `${stages.join('\n')}\nFROM d\nRUN echo e > /e && rm /a\n` };
    await engine.withBuild(files, async ({ variant, originOf, result }) => {
      expect(await originOf('/b')).toBe('stage:1 line 4 exact, through 1 2 3 4');
      expect(await originOf('/bin/busybox')).toBe(`base:${alpine} line 1 exact, through 0 1 2 3 4`);
      expect(variant().stages.map(({ own }) => own)).toEqual([2, 2, 2, 2, 2]);
      // All of them are below the image, so nothing is left behind, what it deleted neither.
      expect(variant().leftBehind).toBe(0);
      expect(Object.keys(result.stages.Dockerfile!)).toEqual(['0', '1', '2', '3']);
    });
  });

  it('may be nothing at all', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY a /a\n', a: 'a' };
    await engine.withBuild(files, async ({ variant }) => {
      expect(originsOf(variant())).toEqual({ context: '1 from 2 exact' });
      expect(variant().stages).toMatchObject([{ base: 'scratch', live: 1, own: 1, shared: 1 }]);
      expect(variant().lines[0]).toMatchObject({ keyword: 'FROM', added: null, contributed: 0 });
    });
  });

  it('need not have layers, nor need what is on it', async () => {
    const files = {
      'Dockerfile.none': 'FROM scratch\nLABEL a=b\n',
      'Dockerfile.same': `FROM ${alpine} AS a\nFROM a AS b\nLABEL x=y\nFROM scratch\nCOPY --from=b /etc /etc\n`,
    };
    await engine.withBuild(files, async ({ variant }) => {
      const none = variant('Dockerfile.none');
      expect(none).toMatchObject({ origins: [], flows: [], leftBehind: 0, stages: [{ live: 0, own: 0 }] });
      const same = variant('Dockerfile.same');
      const { live } = same.image!.sizes;
      expect(same.flows!.map(({ from, to, bytes }) => [from, to, bytes])).toEqual([
        [`base:${alpine}`, 'stage:0', live],
        ['stage:0', 'stage:1', live],
        ['stage:1', 'stage:2', live],
        ['stage:2', 'image', live],
      ]);
      // Two stages of one layer left the same behind, once.
      expect(same.stages.map(({ own, leftBehind }) => [own, leftBehind])).toEqual([
        [0, same.leftBehind],
        [0, same.leftBehind],
        [live, 0],
      ]);
    });
  });

  it('may be an image of this very folder', async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, { 'Dockerfile.base': `FROM ${alpine}\nRUN echo base > /base\n` });
    // Only what is stored can be a base.
    const options = { settings: { transport: 'save' as const } };
    const first = await engine.build(folder.path, options);
    const base = first.variant('Dockerfile.base').image!.name;
    await writeFiles(folder.path, { 'Dockerfile.app': `FROM ${base}\nRUN echo app > /app\n` });
    const { originOf, variant } = await engine.build(folder.path, options);
    expect(await originOf('/base', 'Dockerfile.app')).toBe(`base:${base} line 1 exact, through 0`);
    expect(await originOf('/base', 'Dockerfile.base')).toBe('stage:0 line 2 exact, through 0');
    expect(variant('Dockerfile.app').stages).toMatchObject([{ base, own: 4 }]);
    await engine.api.call('engine.removeBuilt', { folder: folder.path });
  });

  it('is named by an argument', async () => {
    const files = {
      Dockerfile:
        'ARG BASE=none.invalid/x\nFROM $BASE AS a\nRUN echo a > /a\nFROM $BASE\nCOPY --from=a /a /\n',
    };
    const settings = { buildArgs: { BASE: alpine } };
    await engine.withBuild(
      files,
      async ({ variant, originOf }) => {
        expect(await originOf('/bin/busybox')).toBe(`base:${alpine} line 4 exact, through 1`);
        expect(variant().stages.map(({ base }) => base)).toEqual([alpine, alpine]);
      },
      { settings },
    );
  });

  it('may be of another platform than what is built', async () => {
    const files = {
      Dockerfile: [
        `FROM --platform=$BUILDPLATFORM ${alpine} AS build`,
        'RUN echo cross > /cross',
        'FROM scratch',
        'COPY --from=build /cross /bin/busybox /',
        '',
      ].join('\n'),
    };
    const own = (await docker('version', '--format', '{{.Server.Arch}}')).trim();
    const platform = own === 'arm64' ? 'linux/amd64' : 'linux/arm64';
    await engine.withBuild(
      files,
      async ({ variant, originOf, result }) => {
        expect(result.document.warnings).toEqual([]);
        expect(variant().image!.platform).toContain(platform);
        expect(await originOf('/cross')).toBe('stage:0 line 2 exact, through 0 1');
        expect(await originOf('/busybox')).toBe(`base:${alpine} line 1 exact, through 0 1`);
      },
      { settings: { platform } },
    );
  });

  it('need not be in the engine under its name: a registry has it', async () => {
    const reference = `${realEngine.registry()}/debian:bookworm`;
    const files = { Dockerfile: `FROM ${reference}\nCOPY a /a\n`, a: 'aaa' };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      await expect(docker('image', 'inspect', reference)).rejects.toThrow(/No such image/);
      expect(await originOf('/etc/debian_version')).toBe(`base:${reference} line 1 exact, through 0`);
      expect(variant().stages).toMatchObject([{ own: 3 }]);
    });
  });

  it('that is pulled anew is not the one that the engine has under that name', async () => {
    const reference = `${realEngine.registry()}/debian:bookworm`;
    const files = {
      Dockerfile: [
        `FROM ${reference} AS build`,
        'RUN echo built > /built',
        'FROM scratch',
        'COPY --from=build /etc/debian_version /built /',
        '',
      ].join('\n'),
    };
    // An old one, say.
    await docker('tag', alpine, reference);
    try {
      await engine.withBuild(
        files,
        async ({ originOf, originInStage, result }) => {
          expect(result.document.warnings).toEqual([]);
          expect(await originOf('/debian_version')).toBe(`base:${reference} line 1 exact, through 0 1`);
          expect(await originOf('/built')).toBe('stage:0 line 2 exact, through 0 1');
          expect(await originInStage('/usr/bin/perl', 0)).toBe(`base:${reference} line 1 exact, through 0`);
        },
        { settings: { pull: true }, variants: ['Dockerfile'] },
      );
    } finally {
      await docker('rmi', reference);
    }
  });

  it('that is gone when it is asked for leaves its layers untraced, and says so', async () => {
    const base = 'layerscope-test/gone:1';
    await image(base, { Dockerfile: `FROM ${alpine}\nRUN echo base > /base\n` });
    const files = { Dockerfile: `FROM ${base}\nRUN echo ${Date.now()}; sleep 2\nCOPY a /a\n`, a: 'aaa' };
    let gone: Promise<string> | undefined;
    const onEvent = (event: BuildEvent) => {
      if (event.type === 'step' && event.step.line === 2 && event.step.status === 'running') {
        gone ??= docker('rmi', base);
      }
    };
    await engine.withBuild(
      files,
      async ({ variant, result }) => {
        await gone;
        const warning = result.document.warnings.find(({ code }) => code === 'base-unknown');
        expect(warning?.message).toContain(base);
        expect(variant().origins).toMatchObject([{ kind: 'untraced', lines: [{ line: 1, rule: null }] }]);
        expect(variant().stages).toMatchObject([{ own: null, leftBehind: 0 }]);
      },
      { onEvent },
    );
  });
});
