import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildEngine, type Files, originsOf, startBuildEngine } from './testing/build-engine.ts';
import { realEngine } from './testing/real-engine.ts';

let engine: BuildEngine;
beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const alpine = 'alpine:3.20';
const dockerfile = (...lines: string[]): string => `${lines.join('\n')}\n`;

const links: Files = {
  Dockerfile: dockerfile(
    `FROM ${alpine} AS build`,
    'RUN mkdir /out && echo made > /out/made',
    'COPY --link a.txt /out/',
    `FROM ${alpine}`,
    'RUN echo below > /below',
    'COPY --link --chown=7:7 --from=build /out /data',
    'COPY --link b.txt /data/b.txt',
    'WORKDIR /later',
    'RUN echo own > own',
  ),
  'a.txt': 'a',
  'b.txt': 'bb',
};

const heredocs: Files = {
  Dockerfile: dockerfile(
    'FROM scratch AS texts',
    'COPY <<one <<"two" plain.txt /texts/',
    'the first',
    'one',
    'the $second',
    'two',
    `FROM ${alpine}`,
    'RUN <<SCRIPT',
    'echo by a script > /script.txt',
    'SCRIPT',
    'COPY --from=texts /texts /texts',
    'ADD <<EOF /added.txt',
    'added',
    'EOF',
  ),
  'plain.txt': 'of the context',
};

const selections: Files = {
  Dockerfile: dockerfile(
    `FROM ${alpine} AS build`,
    'RUN mkdir -p /src/lib/deep /src/bin && echo 1 > /src/lib/one && echo 22 > /src/lib/deep/two && echo 333 > /src/bin/three',
    'FROM scratch',
    'COPY --parents docs/*/x.txt /context/',
    'COPY --parents --from=build /src/./lib/deep/two /pivot/',
    'COPY --exclude=lib/deep --from=build /src /most/',
    'COPY --exclude=*.md docs /docs/',
  ),
  'docs/a/x.txt': 'xa',
  'docs/b/x.txt': 'xb!',
  'docs/read.md': 'not wanted',
};

// 20.10's frontend knows none of it: there it is said that these builds fail, and why.
describe.runIf(realEngine.kind() === 'debian')('an engine that does not know newer syntax', () => {
  it.each(Object.entries({ links, heredocs, selections }))(
    'fails on %s and says what to do',
    async (_, files) => {
      await engine.withBuild(
        files,
        async ({ variant }) => {
          expect(variant().build).toMatchObject({ status: 'failed', error: { hint: expect.any(String) } });
          expect(variant()).toMatchObject({ image: null, origins: null, flows: null, leftBehind: null });
        },
        { variants: ['Dockerfile'] },
      );
    },
  );
});

describe.runIf(realEngine.kind() === 'newest')('what newer Dockerfiles say', () => {
  it('COPY --link is traced as COPY is', async () => {
    await engine.withBuild(links, async ({ variant, originOf }) => {
      expect(await originOf('/data/made')).toBe('stage:0 line 2 exact, through 0 1');
      expect(await originOf('/data/a.txt')).toBe('context line 3 exact, through 0 1');
      expect(await originOf('/data/b.txt')).toBe('context line 7 exact, through 1');
      expect(await originOf('/later/own')).toBe('stage:1 line 9 exact, through 1');
      expect(variant().stages).toMatchObject([{ own: 6, reached: 6 }, { own: 6 + 5 + 1 + 2 + 4 }]);
    });
  });

  it('heredocs are the instruction’s own, beside what it copies', async () => {
    await engine.withBuild(heredocs, async ({ variant, originOf }) => {
      expect(await originOf('/texts/one')).toBe('stage:0 line 2 exact, through 0 1');
      expect(await originOf('/texts/two')).toBe('stage:0 line 2 exact, through 0 1');
      expect(await originOf('/texts/plain.txt')).toBe('context line 2 exact, through 0 1');
      expect(await originOf('/script.txt')).toBe('stage:1 line 8 exact, through 1');
      expect(await originOf('/added.txt')).toBe('stage:1 line 12 exact, through 1');
      expect(variant().lines.map(({ line, endLine }) => [line, endLine])).toContainEqual([12, 14]);
    });
  });

  it('--parents and --exclude are traced by the path that they keep', async () => {
    await engine.withBuild(selections, async ({ variant, originOf }) => {
      expect(await originOf('/context/docs/b/x.txt')).toBe('context line 4 exact, through 1');
      expect(await originOf('/pivot/lib/deep/two')).toBe('stage:0 line 2 exact, through 0 1');
      expect(await originOf('/most/bin/three')).toBe('stage:0 line 2 exact, through 0 1');
      expect(await originOf('/most/lib/deep/two')).toBeUndefined();
      expect(await originOf('/docs/a/x.txt')).toBe('context line 7 exact, through 1');
      expect(await originOf('/docs/read.md')).toBeUndefined();
      expect(originsOf(variant())).toEqual({
        context: '10 from 4 exact, 7 exact',
        'stage:0': '9 from 2 exact',
      });
    });
  });
});
