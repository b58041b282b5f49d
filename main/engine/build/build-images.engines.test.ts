import { afterAll, beforeAll, expect, it } from 'vitest';
import { BuildSettings } from '../../../shared/model/project.ts';
import { connectEngine } from '../docker/connect-engine.ts';
import { known } from '../images/loaded-image.ts';
import { openProject } from '../project/open-project.ts';
import { openStore } from '../store/open-store.ts';
import { writeFiles } from '../testing/build-engine.ts';
import { realEngine, temporaryFolder } from '../testing/real-engine.ts';
import { buildImages } from './build-images.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

it.runIf(realEngine.kind() === 'debian')('saves where an engine says too much of itself', async () => {
  await writeFiles(folder.path, { Dockerfile: 'FROM alpine:3.20\nCOPY a /a\n', a: 'a' });
  const engine = await connectEngine({ dockerHost: realEngine.host() });
  const docker = { ...engine, status: { ...engine.status, imageStore: 'containerd' as const } };
  const store = openStore({ enabled: false });
  const project = await openProject(folder.path);
  const settings = BuildSettings.parse({ network: 'host' });
  const request = {
    docker,
    store,
    known: known([], store),
    project,
    variants: project.variants,
    settings,
    signal: new AbortController().signal,
    emit: () => {},
  };
  const { transport, outcomes, images } = await buildImages(request);
  expect(transport).toBe('save');
  expect(outcomes.map(({ status }) => status)).toEqual(['built']);
  expect([...images.values()].every(({ indexes }) => indexes.every(Boolean))).toBe(true);
  const asked = { ...request, settings: { ...settings, transport: 'buildkit' as const } };
  await expect(buildImages(asked)).rejects.toMatchObject({ code: 'builder-unsupported' });
  await engine.removeBuilt({ folder: folder.path });
});
