import { afterAll, beforeAll } from 'vitest';
import { localApi } from '../../../../shared/api/connection.ts';
import type { Api } from '../../../../shared/api/contract.ts';
import { createEngine, type Engine } from '../../engine.ts';
import { realEngine, temporaryFolder } from '../../testing/real-engine.ts';

/** The product's engine for the tests of one file; what its examples have in common is read once. */
export function givenEngine(): { readonly api: () => Api } {
  let cache: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  let engine: Engine | undefined;
  let api: Api | undefined;
  beforeAll(async () => {
    cache = await temporaryFolder();
    engine = createEngine({
      version: 'test',
      dockerHost: realEngine.host(),
      cacheFolder: cache.path,
      threads: true,
    });
    api = localApi(engine.handlers, { strict: true });
  });
  afterAll(async () => {
    await engine?.close();
    await cache?.[Symbol.asyncDispose]();
  });
  return { api: () => api! };
}
