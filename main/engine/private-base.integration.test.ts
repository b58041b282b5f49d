import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildEngine, startBuildEngine } from './testing/build-engine.ts';
import {
  basicAuth,
  canStartRegistry,
  type PrivateRegistry,
  startPrivateRegistry,
} from './testing/private-registry.ts';

describe.skipIf(!canStartRegistry)('a project on a private base', () => {
  const before = process.env.DOCKER_CONFIG;
  let registry: PrivateRegistry;
  let engine: BuildEngine;
  beforeAll(async () => {
    registry = await startPrivateRegistry();
    process.env.DOCKER_CONFIG = await registry.configFolder({
      auths: { [registry.withTokens]: { auth: basicAuth } },
    });
    engine = await startBuildEngine();
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.DOCKER_CONFIG;
    else process.env.DOCKER_CONFIG = before;
    await engine?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
  });

  it.each([undefined, 'save'] as const)('is built and traced to it (transport: %s)', async (transport) => {
    const image = `private/${randomUUID()}:1`;
    await registry.push('alpine:3.20', image);
    const base = `${registry.withTokens}/${image}`;
    const Dockerfile = `FROM ${base}\nCOPY --from=${base} /etc/passwd /copied\n`;
    await engine.withBuild(
      { Dockerfile },
      async ({ result, variant, originOf }) => {
        expect(variant().build).toMatchObject({ status: 'built', error: null });
        expect(result.document.warnings).toEqual([]);
        expect(await originOf('/bin/busybox')).toBe(`base:${base} line 1 exact, through 0`);
        expect(await originOf('/copied')).toContain(base);
      },
      { settings: transport ? { transport } : {} },
    );
  });

  it('says that it has no password for the registry', async () => {
    const image = `private/${randomUUID()}:1`;
    await registry.push('alpine:3.20', image);
    await engine.withBuild({ Dockerfile: `FROM ${registry.address}/${image}\n` }, async ({ variant }) => {
      expect(variant().build).toMatchObject({
        status: 'failed',
        error: { code: 'base-unavailable', line: 1, hint: expect.stringContaining('docker login') },
      });
    });
  });
});
