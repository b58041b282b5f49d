import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuildEngine, startBuildEngine } from './testing/build-engine.ts';

let engine: BuildEngine;
beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

// The base, the destination of a copy, and what RUN writes hang on arguments.
const Dockerfile = [
  'ARG BASE=alpine:3.20',
  'ARG BASE_OF_TOOLS=$BASE',
  'FROM $BASE_OF_TOOLS AS tools',
  'ARG GREETING=nobody',
  'RUN printf %s "$GREETING" > /greeting',
  'FROM $BASE AS debug',
  'ARG WHERE=/default',
  'COPY app.txt $WHERE/app.txt',
  'FROM scratch',
  'COPY --from=tools /greeting /greeting',
  'COPY --from=debug /bin/true /true',
  '',
].join('\n');

it('builds services on one Dockerfile with their own arguments, target and platform, beside the Dockerfile', async () => {
  const files = {
    Dockerfile,
    'app.txt': 'application',
    '.env': 'WHO=world\n',
    'compose.yaml': `
services:
  plain: {build: .}
  web:
    build:
      context: .
      args: {BASE: "debian:bookworm-slim", GREETING: "hello \${WHO}"}
  debug:
    platform: linux/amd64
    build: {context: ., target: debug, args: {WHERE: /srv/app}}
  inline:
    build:
      dockerfile_inline: |
        FROM scratch
        COPY app.txt /only
`,
  };
  const options = { settings: { buildArgs: { BASE_OF_TOOLS: 'alpine:3.20' } } };
  await engine.withBuild(
    files,
    async ({ result, variant, originOf, originInStage }) => {
      const { variants, warnings, groups } = result.document;
      expect(warnings).toEqual([]);
      expect(variants.map(({ name, build }) => [name, build.status])).toEqual(
        [
          ...['Dockerfile', 'Dockerfile#debug', 'Dockerfile#tools'],
          ...['compose.yaml#web', 'compose.yaml#debug', 'compose.yaml#inline'],
        ].map((name) => [name, 'built']),
      );
      expect(groups).toHaveLength(1);

      const web = variant('compose.yaml#web');
      expect(web).toMatchObject({ dockerfile: 'Dockerfile', context: '.', target: null, platform: null });
      expect(web.buildArgs).toEqual({
        BASE: 'debian:bookworm-slim',
        BASE_OF_TOOLS: 'alpine:3.20',
        GREETING: 'hello world',
      });
      // Stages of one name in two readings of a Dockerfile are two images.
      const bytes = async (name: string) =>
        (await engine.api.call('files.at', { handle: result.handles[name]!, path: '/greeting' })).row?.bytes;
      expect(await bytes(web.name)).toBe('hello world'.length);
      expect(await bytes('Dockerfile')).toBe('nobody'.length);
      expect(await originOf('/greeting', web.name)).toBe('stage:0 line 5 exact, through 0 2');
      expect(await originOf('/greeting')).toBe('stage:0 line 5 exact, through 0 2');
      expect(await originOf('/true', web.name)).toBe('base:debian:bookworm-slim line 6 exact, through 1 2');
      expect(web.stages.map(({ base }) => base)).toEqual(['alpine:3.20', 'debian:bookworm-slim', 'scratch']);
      expect(await originInStage('/default/app.txt', 1, web.name)).toBe('context line 8 exact, through 1');
      // A link in alpine, which a COPY follows: what it is there is the whole of busybox.
      expect(await originOf('/true')).toBe('base:alpine:3.20 line 6 exact, through 1 2');
      expect(variant().buildArgs).toEqual({ BASE_OF_TOOLS: 'alpine:3.20' });

      const debug = variant('compose.yaml#debug');
      expect(debug).toMatchObject({ target: 'debug', platform: 'linux/amd64', kind: 'stage' });
      expect(debug.image?.platform).toBe('linux/amd64');
      expect(await originOf('/srv/app/app.txt', debug.name)).toBe('context line 8 exact, through 1');
      expect(await originOf('/default/app.txt', debug.name)).toBeUndefined();
      expect(await originOf('/default/app.txt', 'Dockerfile#debug')).toBe('context line 8 exact, through 1');

      const inline = variant('compose.yaml#inline');
      expect(inline.dockerfile).toBe('compose.yaml#inline');
      expect(inline.image?.sizes.live).toBe('application'.length);
      expect(await originOf('/only', inline.name)).toBe('context line 2 exact, through 0');
    },
    options,
  );
});

it('says what is wrong with a service in the document of the build too', async () => {
  const files = {
    Dockerfile: 'FROM scratch\nCOPY a /a\n',
    a: 'a',
    'compose.yaml': 'services:\n  far: {build: "https://example.org/r.git"}\n',
  };
  await engine.withBuild(files, async ({ result }) => {
    expect(result.document.variants.map(({ name }) => name)).toEqual(['Dockerfile']);
    expect(result.document.warnings).toEqual([
      {
        code: 'compose-problem',
        message: expect.stringMatching(/^compose\.yaml, line 2: The service "far"/),
      },
    ]);
  });
});
