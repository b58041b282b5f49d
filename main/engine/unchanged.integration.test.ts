import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { BuildResult } from '../../shared/model/build.ts';
import { openStore } from './store/open-store.ts';
import type { BuildEngine } from './testing/build-engine.ts';
import { writeFiles } from './testing/build-engine.ts';
import { temporaryFolder } from './testing/real-engine.ts';

// As the bundled program has it; read when the module is first loaded, in the reading threads too.
vi.stubEnv('LAYERSCOPE_BUILD', 'this test');
let engine: BuildEngine;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  const { startBuildEngine } = await import('./testing/build-engine.ts');
  engine = await startBuildEngine();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await engine.api.call('engine.removeBuilt', { folder: folder.path });
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const files = {
  Dockerfile: 'FROM alpine:3.20 AS build\nCOPY a /a\nFROM scratch\nCOPY --from=build /a /b\n',
  a: 'one\n',
};

/** What the last build is remembered as, with a mark in it that no computation makes. */
async function mark(text: string): Promise<void> {
  const { result } = await engine.api.call('project.result', { folder: folder.path });
  const kept = BuildResult.parse(result);
  kept.document.warnings = [{ code: 'mark', message: text }];
  await engine.restart();
  const store = openStore({ folder: engine.cacheFolder });
  store.results.put(folder.path, kept);
  store.close();
}

it('shows what the same images came to the last time, and computes what is not the same', async () => {
  await writeFiles(folder.path, files);
  const first = (await engine.build(folder.path)).result;
  await mark('from the last time');
  const again = (await engine.build(folder.path)).result;
  expect(again.document.warnings).toEqual([{ code: 'mark', message: 'from the last time' }]);
  expect(again.handles).toEqual(first.handles);
  const [variant] = again.document.variants;
  expect({ ...variant, build: null }).toEqual({ ...first.document.variants[0], build: null });
  expect(variant!.build).toMatchObject({ status: 'built', bytesRead: 0 });
  // Both copies; a FROM is sometimes looked up.
  expect(variant!.build.cachedSteps).toBeGreaterThanOrEqual(2);

  await writeFiles(folder.path, { a: 'other\n' });
  expect((await engine.build(folder.path)).result.document.warnings).toEqual([]);
  // The image is the first one's again; of another number of items in the lists it is another document.
  await writeFiles(folder.path, files);
  const back = (await engine.build(folder.path)).result;
  expect(back.document.variants[0]!.image).toEqual(first.document.variants[0]!.image);
  await mark('with all items');
  const top = (await engine.build(folder.path, { top: 1 })).result;
  expect(top.document.warnings).toEqual([]);

  await mark('of what was built');
  await writeFiles(folder.path, { Dockerfile: `${files.Dockerfile}RUN nothing\n` });
  const failed = await engine.build(folder.path);
  expect(failed.variant().build.status).toBe('failed');
  expect(failed.result.document.warnings).toEqual([]);
  expect(failed.result.fingerprint).toBeUndefined();
});
