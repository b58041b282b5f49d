import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuildEngine, startBuildEngine } from './testing/build-engine.ts';

const variable = `LAYERSCOPE_TEST_${randomUUID().replaceAll('-', '')}`;
const inVariable = `variable-${randomUUID()}`;
/** As the engine would choose, and the way that all have. */
const transports = [undefined, 'save'] as const;
let engine: BuildEngine;
beforeAll(async () => {
  process.env[variable] = inVariable;
  engine = await startBuildEngine();
});
afterAll(async () => {
  delete process.env[variable];
  await engine[Symbol.asyncDispose]();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Builds only where it is given what these digests are of. */
const dockerfileOf = (inFile: string) => `FROM alpine:3.20
RUN --mount=type=secret,id=of-file --mount=type=secret,id=of-variable \\
    sha256sum /run/secrets/* | tee /sums && grep ${sha256(inFile)} /sums && grep ${sha256(inVariable)} /sums
`;

/** What the cache has in all its files, and what windows and scripts were told. */
async function everythingKept(told: readonly unknown[]): Promise<Buffer> {
  const names = await readdir(engine.cacheFolder, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile());
  const kept = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
  return Buffer.concat([...kept, Buffer.from(JSON.stringify(told))]);
}

it.each(transports)('gives a build its secrets (transport: %s), and keeps no value', async (transport) => {
  const inFile = `file-${randomUUID()}`;
  const secrets = [
    { id: 'of-file', source: 'private/token' },
    { id: 'of-variable', environment: variable },
  ];
  await engine.withBuild(
    { Dockerfile: dockerfileOf(inFile), 'private/token': inFile },
    async ({ result, events, variant }, folder) => {
      expect(variant().build.status).toBe('built');
      const project = await engine.api.call('project.open', { folder });
      const kept = await everythingKept([result, events, project]);
      expect(kept.includes(inFile)).toBe(false);
      expect(kept.includes(inVariable)).toBe(false);
      // What was told of the build and what the cache has of it are there, so that the search could have found it.
      expect(kept.includes(sha256(inFile))).toBe(true);
      expect((await everythingKept([])).includes(folder)).toBe(true);
    },
    { settings: { secrets, ...(transport && { transport }) } },
  );
});

it('gives the build of a compose service what the file says', async () => {
  const inFile = randomUUID();
  const files = {
    'app/Dockerfile': dockerfileOf(inFile),
    token: inFile,
    'compose.yaml': `
services:
  app:
    build:
      context: app
      secrets: [of-file, {source: v, target: of-variable}]
secrets:
  of-file: {file: ./token}
  v: {environment: OF_VARIABLE}
`,
    '.env': `OF_VARIABLE=${inVariable}\n`,
  };
  await engine.withBuild(files, async ({ result, variant }) => {
    expect(result.document.warnings).toEqual([]);
    expect(result.document.variants).toHaveLength(1);
    expect(variant('app/Dockerfile').build.status).toBe('built');
  });
});

it.each(transports)('says what is missing before anything is built (transport: %s)', async (transport) => {
  const settings = { secrets: [{ id: 'of-file', source: 'private/token' }], ...(transport && { transport }) };
  await engine.withBuild(
    { Dockerfile: dockerfileOf('') },
    async ({ variant }, folder) => {
      const { status, error, steps } = variant().build;
      expect(status).toBe('failed');
      expect(steps).toBe(0);
      expect(error).toMatchObject({
        code: 'secret-unavailable',
        message: `The secret "of-file" cannot be given to the build: there is no file "${folder}/private/token"`,
      });
    },
    { settings },
  );
});
