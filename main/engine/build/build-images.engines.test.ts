import { afterAll, beforeAll, expect, it } from 'vitest';
import { BuildSettings } from '../../../shared/model/project.ts';
import { connectEngine } from '../docker/connect-engine.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { known } from '../images/loaded-image.ts';
import { openProject } from '../project/open-project.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { writeFiles } from '../testing/build-engine.ts';
import { docker, realEngine, temporaryFolder } from '../testing/real-engine.ts';
import { buildImages } from './build-images.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function requestFor(docker: DockerEngine, store: Store) {
  const project = await openProject(folder.path);
  return {
    docker,
    store,
    known: known([], store),
    project,
    variants: project.variants,
    settings: BuildSettings.parse({ network: 'host' }),
    signal: new AbortController().signal,
    emit: () => {},
  };
}

it.runIf(realEngine.kind() === 'debian')('saves where an engine says too much of itself', async () => {
  await writeFiles(folder.path, { Dockerfile: 'FROM alpine:3.20\nCOPY a /a\n', a: 'a' });
  const engine = await connectEngine({ dockerHost: realEngine.host() });
  const mistaken = { ...engine, status: { ...engine.status, imageStore: 'containerd' as const } };
  const request = await requestFor(mistaken, openStore({ enabled: false }));
  const { transport, outcomes, images } = await buildImages(request);
  expect(transport).toBe('save');
  expect(outcomes.map(({ status }) => status)).toEqual(['built']);
  expect([...images.values()].every(({ indexes }) => indexes.every(Boolean))).toBe(true);
  const asked = { ...request, settings: { ...request.settings, transport: 'buildkit' as const } };
  await expect(buildImages(asked)).rejects.toMatchObject({ code: 'builder-unsupported' });
  await engine.removeBuilt({ folder: folder.path });
});

it.runIf(realEngine.kind() === 'newest')(
  'asks for a base once, and again when its name leads elsewhere',
  async () => {
    const name = 'layerscope-engines:moving';
    await writeFiles(folder.path, { Dockerfile: `FROM ${name}\nCOPY a /a\n`, a: 'a' });
    const engine = await connectEngine({ dockerHost: realEngine.host() });
    let asked = 0;
    const counting: DockerEngine = {
      ...engine,
      baseLayers(request) {
        asked++;
        return engine.baseLayers(request);
      },
    };
    const request = await requestFor(counting, openStore({ enabled: false }));
    const layersOf = async (image: string) => {
      await docker('tag', image, name);
      const [bases] = (await buildImages(request)).bases;
      return bases!.get(0)!.diffIds;
    };
    const alpine = await layersOf('alpine:3.20');
    expect(alpine).toEqual((await engine.inspect('alpine:3.20')).diffIds);
    expect(await layersOf('alpine:3.20')).toEqual(alpine);
    expect(asked).toBe(1);
    expect(await layersOf('debian:bookworm-slim')).toEqual(
      (await engine.inspect('debian:bookworm-slim')).diffIds,
    );
    expect(asked).toBe(2);
    await docker('rmi', name);
  },
);
