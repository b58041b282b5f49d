import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DisposableEngine } from '../../../scripts/engine/disposable-engine.ts';
import { startDisposableEngine } from '../../../scripts/engine/disposable-engine.ts';
import type { PullProgress } from '../../../shared/model/engine-status.ts';
import { connectEngine, engineStatus } from './connect-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { contextOf } from './testing/context.ts';

const base = 'alpine:3.20';
let disposable: DisposableEngine;
let engine: DockerEngine;

beforeAll(async () => {
  disposable = await startDisposableEngine({ bases: [base], registry: true });
  engine = await connectEngine({ dockerHost: disposable.dockerHost });
});
afterAll(async () => {
  await disposable?.stop();
});

const build = (run: string, onLog?: () => void) =>
  engine.build({
    context: contextOf({ Dockerfile: `FROM ${base}\nRUN ${run}\n` }),
    dockerfile: 'Dockerfile',
    network: 'host',
    tags: ['ls-docker-killed:1'],
    onEvent: (event) => {
      if (event.type === 'log') onLog?.();
    },
  });

describe('an engine that is killed', () => {
  it('in the middle of a build: the build ends with engine-lost, and the next one works', async () => {
    let killed: Promise<void> | undefined;
    let killedAt = 0;
    const building = build('echo started; sleep 60', () => {
      killedAt ||= performance.now();
      killed ??= disposable.kill();
    });
    await expect(building).rejects.toMatchObject({ code: 'engine-lost' });
    expect(performance.now() - killedAt).toBeLessThan(5000);
    await killed;

    await expect(build('true')).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(engine.images()).rejects.toMatchObject({ code: 'engine-lost' });
    expect(await engineStatus({ dockerHost: disposable.dockerHost })).toMatchObject({
      state: 'unavailable',
      error: { code: 'engine-unreachable' },
    });

    await disposable.restart();
    expect(await build('dd if=/dev/urandom of=/big bs=1M count=60')).toMatchObject({
      imageId: expect.stringMatching(/^sha256:/),
    });
  });

  it('in the middle of a save: the archive ends with engine-lost, never short', async () => {
    const archive = await engine.save(['ls-docker-killed:1']);
    // Nobody reads, so most of the 60 MB are still in the engine.
    await setTimeout(200);
    await disposable.kill();
    await expect(buffer(archive)).rejects.toMatchObject({ code: 'engine-lost' });

    await disposable.restart();
    expect((await buffer(await engine.save(['ls-docker-killed:1']))).length).toBeGreaterThan(
      60 * 1024 * 1024,
    );
  });
});

describe('pulling', () => {
  it('reports progress to the end, and says what is not there', async () => {
    const progress: PullProgress[] = [];
    const reference = `${disposable.registry}/debian:bookworm`;
    // It was pushed from here: only without any tag of it is there something to pull.
    for (const { repository, tag } of await engine.images()) {
      if (repository?.endsWith('debian')) await engine.remove(`${repository}:${tag}`);
    }
    await engine.pull(reference, { onProgress: (event) => progress.push(event) });
    const last = progress.at(-1)!;
    expect(last.layers).toBeGreaterThan(0);
    expect(last.done).toBe(last.layers);
    expect(last.bytes).toBe(last.total);
    const { diffIds } = await engine.baseLayers({ reference });
    expect(diffIds).toEqual((await engine.inspect(reference)).diffIds);
    await engine.remove(reference);

    await expect(engine.pull(`${disposable.registry}/nosuch:1`)).rejects.toMatchObject({
      code: 'image-not-found',
    });
  });

  it('is not needed to tell the layers of a base that BuildKit pulled', async () => {
    const reference = `${disposable.registry}/debian:bookworm`;
    const { diffIds } = await engine.baseLayers({ reference });
    expect(diffIds.length).toBeGreaterThan(0);
    // What the product must not rely on.
    await expect(engine.inspect(reference)).rejects.toMatchObject({ code: 'image-not-found' });
  });
});
