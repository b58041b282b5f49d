import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localApi } from '../../../shared/api/connection.ts';
import type { Api } from '../../../shared/api/contract.ts';
import { createEngine, type Engine } from '../engine.ts';
import { docker, realEngine, temporaryFolder } from '../testing/real-engine.ts';

const tag = 'layerscope-test-content';
const large = 'large\n'.repeat(1_000_000);

let cache: Awaited<ReturnType<typeof temporaryFolder>>;
let context: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: Engine;
let api: Api;
let handle: string;

function start(): void {
  engine = createEngine({
    version: 'test',
    dockerHost: realEngine.host(),
    cacheFolder: cache.path,
    threads: true,
  });
  api = localApi(engine.handlers, { strict: true });
}

beforeAll(async () => {
  cache = await temporaryFolder();
  context = await temporaryFolder();
  await writeFile(join(context.path, 'a'), 'first');
  await writeFile(join(context.path, 'b'), 'second');
  await writeFile(join(context.path, 'large'), large);
  // The first layer comes twice: old engines save the second as a link to it.
  const dockerfile = 'FROM scratch\nCOPY a large /etc/\nCOPY b /etc/a\nCOPY a large /etc/\n';
  await writeFile(join(context.path, 'Dockerfile'), dockerfile);
  await docker('build', '-q', '-t', tag, context.path);
  start();
  ({ handle } = await api.call('image.open', { source: { kind: 'engine', reference: tag } }));
});
afterAll(async () => {
  await engine.close();
  await context[Symbol.asyncDispose]();
  await cache[Symbol.asyncDispose]();
});

async function textOf(path: string, layer?: number): Promise<string> {
  const { base64 } = await api.call('files.content', { handle, path, layer, limit: 1024 });
  return Buffer.from(base64!, 'base64').toString();
}

describe('content of an image of the engine', () => {
  it('is read again, as it is and as it was', async () => {
    expect(await textOf('/etc/a')).toBe('first');
    expect(await textOf('/etc/a', 0)).toBe('first');
    expect(await textOf('/etc/a', 1)).toBe('second');
    const content = await api.call('files.content', { handle, path: '/etc/large', limit: 1000 });
    expect(content).toMatchObject({ kind: 'file', size: large.length, text: true, truncated: true });
    expect(Buffer.from(content.base64!, 'base64').toString()).toBe(large.slice(0, 1000));
  });

  it('is read again after a restart, when the image comes from the cache', async () => {
    await engine.close();
    start();
    expect(await textOf('/etc/a', 1)).toBe('second');
  });

  it('is gone with the image', async () => {
    await docker('rmi', '-f', tag);
    await expect(textOf('/etc/a')).rejects.toMatchObject({ code: 'image-not-found' });
  });
});
