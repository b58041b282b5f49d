import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realEngine } from '../testing/real-engine.ts';
import { connectEngine } from './connect-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { buildOnce } from './testing/build-once.ts';

const variable = `LAYERSCOPE_TEST_${randomUUID().replaceAll('-', '')}`;
let folder: string;
let engine: DockerEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-secrets-'));
  await writeFile(join(folder, 'token'), 'from a file\n');
  engine = await connectEngine({
    dockerHost: realEngine.host(),
    env: { ...process.env, [variable]: 'from a variable' },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('gives RUN the secrets of a file and of a variable', async () => {
  const dockerfile = `FROM alpine:3.20
RUN --mount=type=secret,id=file --mount=type=secret,id=variable,target=/v \\
    echo NONCE; cat /run/secrets/file /v
`;
  const secrets = [
    { id: 'file', path: join(folder, 'token') },
    { id: 'variable', environment: variable, path: join(folder, 'token') },
  ];
  for (const { error, log } of await buildOnce(engine, dockerfile, { secrets })) {
    expect(error).toBeUndefined();
    expect(log).toContain('from a file\nfrom a variable');
  }
});

it('says that a secret went away while the build ran', async () => {
  const dockerfile = `FROM alpine:3.20
RUN echo NONCE; sleep 1
RUN --mount=type=secret,id=file echo NONCE; cat /run/secrets/file
`;
  const path = join(folder, 'short-lived');
  const results = await buildOnce(engine, dockerfile, {
    secrets: [{ id: 'file', path }],
    prepare: () => writeFile(path, 'gone soon'),
    onLog: () => rmSync(path, { force: true }),
  });
  for (const { error, log } of results) {
    expect(log).not.toBe('');
    expect(error).toMatchObject({
      code: 'secret-unavailable',
      message: `The secret "file" cannot be given to the build: there is no file "${path}"`,
    });
  }
});

it('goes on without a secret that is not given, unless it is required', async () => {
  const dockerfile = (options: string) => `FROM alpine:3.20
RUN --mount=type=secret,id=none${options} echo NONCE; test ! -e /run/secrets/none
`;
  for (const { error } of await buildOnce(engine, dockerfile(''))) expect(error).toBeUndefined();
  for (const { error } of await buildOnce(engine, dockerfile(',required=true'))) {
    expect(error).toMatchObject({
      code: 'secret-unavailable',
      message: 'RUN needs the secret "none", which the build was not given',
      line: 2,
    });
  }
});
