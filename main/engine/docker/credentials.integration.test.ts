import { randomUUID } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  basicAuth,
  canStartRegistry,
  identityToken,
  type PrivateRegistry,
  password,
  startPrivateRegistry,
  username,
} from '../testing/private-registry.ts';
import { realEngine } from '../testing/real-engine.ts';
import { connectEngine } from './connect-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { buildOnce } from './testing/build-once.ts';

describe.skipIf(!canStartRegistry)('a registry that asks for a password', () => {
  let registry: PrivateRegistry;
  beforeAll(async () => {
    registry = await startPrivateRegistry();
  });
  afterAll(() => registry?.[Symbol.asyncDispose]());

  /** The engine, for a person whose docker command has this config.json. */
  async function engineWith(config: object, env: NodeJS.ProcessEnv = {}): Promise<DockerEngine> {
    const DOCKER_CONFIG = await registry.configFolder(config);
    return connectEngine({ dockerHost: realEngine.host(), env: { ...process.env, ...env, DOCKER_CONFIG } });
  }

  /** An image that the registry has and the engine never saw by its name. */
  async function privateImage(address = registry.address): Promise<string> {
    const name = `private/${randomUUID()}:1`;
    await registry.push('alpine:3.20', name);
    return `${address}/${name}`;
  }

  /** A credential helper in a folder of its own, which becomes the first of the PATH. */
  async function helper(name: string, script: string): Promise<NodeJS.ProcessEnv> {
    const folder = await registry.configFolder({});
    const path = join(folder, `docker-credential-${name}`);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return { PATH: `${folder}:${process.env.PATH}` };
  }

  const answer = JSON.stringify({ Username: username, Secret: password });
  const loggedIn = () => ({ auths: { [registry.address]: { auth: basicAuth } } });

  it('lets a build stand on a private image, and tells its layers', async () => {
    const engine = await engineWith(loggedIn());
    const image = await privateImage();
    for (const { error } of await buildOnce(engine, `FROM ${image}\nRUN echo NONCE\n`)) {
      expect(error).toBeUndefined();
    }
    const stored = engine.status.imageStore !== 'containerd';
    const { diffIds } = await engine.baseLayers({ reference: image, stored });
    expect(diffIds).toEqual((await engine.inspect('alpine:3.20')).diffIds);
  });

  it('lets a build copy from a private image, with what a helper has', async () => {
    const env = await helper('test', `grep -qx ${registry.address} && echo '${answer}'`);
    const engine = await engineWith({ credHelpers: { [registry.address]: 'test' } }, env);
    const image = await privateImage();
    const dockerfile = `FROM alpine:3.20\nCOPY --from=${image} /etc/passwd /NONCE\n`;
    for (const { error } of await buildOnce(engine, dockerfile)) expect(error).toBeUndefined();
  });

  it('lets a private image be pulled', async () => {
    const engine = await engineWith(loggedIn());
    const image = await privateImage();
    await engine.pull(image);
    await engine.remove(image);
  });

  it.each<[string, () => object]>([
    ['no password', () => ({})],
    ['the wrong password', () => ({ auths: { [registry.address]: { username, password: 'wrong' } } })],
    ['the password of another registry', () => ({ auths: { 'other.example': { auth: basicAuth } } })],
  ])('says with %s which image cannot be had, and what to do', async (_, config) => {
    const engine = await engineWith(config());
    const image = await privateImage();
    const expected = {
      code: 'base-unavailable',
      message: expect.stringContaining(image),
      hint: expect.stringContaining('docker login'),
    };
    for (const { error } of await buildOnce(engine, `FROM alpine:3.20\nFROM ${image}\n`)) {
      expect(error).toMatchObject({ ...expected, line: 2 });
    }
    for (const { error } of await buildOnce(engine, `FROM alpine:3.20\nCOPY --from=${image} / /\n`)) {
      expect(error).toMatchObject({ ...expected, line: 2 });
    }
    await expect(engine.pull(image)).rejects.toMatchObject({
      code: 'image-not-found',
      info: { hint: expect.stringContaining('docker login') },
    });
  });

  it('says that a credential helper did not work', async () => {
    const engine = await engineWith({ credsStore: 'layerscope-absent' });
    const image = await privateImage();
    const hint = expect.stringContaining('docker-credential-layerscope-absent');
    for (const { error } of await buildOnce(engine, `FROM ${image}\n`)) {
      expect(error).toMatchObject({ code: 'base-unavailable', hint });
    }
    await expect(engine.pull(image)).rejects.toMatchObject({ info: { hint } });
    // What everybody may have needs no helper.
    const open = `FROM ${realEngine.registry()}/debian:bookworm\n`;
    for (const { error } of await buildOnce(engine, open)) expect(error).toBeUndefined();
  });

  it.each([
    ['a password', 'basic', { auth: basicAuth }],
    ['an identity token', 'refresh token', { identitytoken: identityToken }],
  ] as const)('gets its token for %s', async (_, way, entry) => {
    const engine = await engineWith({ auths: { [registry.withTokens]: entry } });
    const image = await privateImage(registry.withTokens);
    for (const { error } of await buildOnce(engine, `FROM ${image}\nRUN echo NONCE\n`)) {
      expect(error).toBeUndefined();
    }
    expect(registry.tokenRequests.at(-1)).toBe(way);
  });
});
