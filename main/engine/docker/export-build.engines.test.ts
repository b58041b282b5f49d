import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDisposableEngine } from '../../../scripts/engine/disposable-engine.ts';
import { freeBuffers } from '../archive/free-buffers.ts';
import { known } from '../images/loaded-image.ts';
import { createReceiving } from '../images/receive-image.ts';
import { openStore } from '../store/open-store.ts';
import { realEngine } from '../testing/real-engine.ts';
import { ExporterMissing, type ExportRequest } from './build.ts';
import type { BlobOffer, TakeBlob } from './buildkit/content-service.ts';
import { connectEngine } from './connect-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { contextOf } from './testing/context.ts';
import { startEngineProxy } from './testing/engine-proxy.ts';

const base = 'alpine:3.20';
let engine: DockerEngine;
beforeAll(async () => {
  engine = await connectEngine({ dockerHost: realEngine.host() });
});

/** Blobs that have come, by digest, each held against it. */
function taker(onWrite: (offer: BlobOffer, bytes: number) => void | Promise<void> = () => undefined) {
  const blobs = new Map<string, number>();
  const offers: BlobOffer[] = [];
  let open = 0;
  const take: TakeBlob = async (offer) => {
    offers.push(offer);
    open++;
    const hash = createHash('sha256');
    let bytes = 0;
    return {
      async write(piece) {
        hash.update(piece);
        bytes += piece.length;
        await onWrite(offer, bytes);
      },
      async end() {
        expect(`sha256:${hash.digest('hex')}`).toBe(offer.digest);
        blobs.set(offer.digest, bytes);
        open--;
      },
      destroy: () => void open--,
    };
  };
  return { take, blobs, offers, open: () => open };
}

type Options = Partial<Pick<ExportRequest, 'target' | 'signal' | 'onEvent'>>;

const exportOf = (dockerfile: string, take: TakeBlob, options: Options = {}, from = engine) =>
  from.exportBuild({
    context: contextOf({ Dockerfile: dockerfile, 'a.txt': 'a' }),
    dockerfile: 'Dockerfile',
    network: 'host',
    take,
    ...options,
  });

/** A layer of so many MiB of the letter A, another one each time. */
const bigLayer = (size: number) =>
  `FROM ${base}\nRUN echo ${randomUUID()} > /nonce; dd if=/dev/zero bs=1M count=${size} | tr '\\0' A > /big\n`;

describe.runIf(realEngine.kind() === 'debian')('an engine whose images are not in containerd', () => {
  it('says that it hands nothing over', async () => {
    const { take, offers } = taker();
    await expect(exportOf(`FROM ${base}\n`, take)).rejects.toBeInstanceOf(ExporterMissing);
    expect(offers).toEqual([]);
  });
});

describe.runIf(realEngine.kind() === 'newest')('handing a build over', () => {
  it('brings every blob whole, the manifest last, and nothing to the engine', async () => {
    const before = (await engine.images()).length;
    const { take, blobs, offers, open } = taker();
    const { steps } = await exportOf(bigLayer(5), take);
    expect(open()).toBe(0);
    expect(offers.map(({ digest, size }) => [digest, size])).toEqual(
      offers.map(({ digest }) => [digest, blobs.get(digest)]),
    );
    expect(offers.map(({ kind }) => kind).sort()).toEqual(['config', 'layer', 'layer', 'manifest']);
    expect(offers.at(-1)!.kind).toBe('manifest');
    expect(steps.some((name) => name.includes('RUN echo'))).toBe(true);
    expect((await engine.images()).length).toBe(before);
  });

  it('builds two at once, each with blobs of its own', async () => {
    const takers = [taker(), taker()];
    await Promise.all(takers.map(({ take }) => exportOf(bigLayer(20), take)));
    const [first, second] = takers.map(({ blobs }) => new Set(blobs.keys()));
    expect(first!.size).toBe(4);
    // The base is the same.
    expect(first!.intersection(second!).size).toBe(1);
  });

  it('builds several targets one after the other; what fails costs what came before nothing', async () => {
    const nonce = randomUUID();
    const dockerfile = [
      `FROM ${base} AS one\nRUN echo ${nonce} > /one`,
      'FROM one AS two\nCOPY a.txt /two',
      'FROM two AS bad\nRUN echo so far; exit 3',
      'FROM two AS last\nRUN echo 4 > /four',
    ].join('\n');
    const blobs = new Map<string, number>();
    const layers = async (target: string) => {
      const had = blobs.size;
      const other = taker();
      await exportOf(
        dockerfile,
        (offer) => (blobs.has(offer.digest) ? Promise.resolve('known' as const) : other.take(offer)),
        { target },
      );
      for (const [digest, size] of other.blobs) blobs.set(digest, size);
      return blobs.size - had;
    };
    // A layer, a config and a manifest each, and the base's layer with the first.
    expect(await layers('one')).toBe(4);
    expect(await layers('two')).toBe(3);
    await expect(layers('bad')).rejects.toMatchObject({
      code: 'build-step-failed',
      message: 'RUN ended with exit code 3',
    });
    expect(await layers('last')).toBe(3);
    expect(await layers('two')).toBe(0);
  });

  it('fails with what a sink fails with', async () => {
    for (const when of ['take', 'write', 'end'] as const) {
      const failure = new Error(`the disk is full: ${when}`);
      const failing: TakeBlob = async ({ kind }) => {
        if (kind === 'layer' && when === 'take') throw failure;
        const fail = async (what: string) => {
          if (kind === 'layer' && when === what) throw failure;
        };
        return { write: () => fail('write'), end: () => fail('end'), destroy: () => undefined };
      };
      await expect(exportOf(bigLayer(3), failing)).rejects.toBe(failure);
    }
  });
});

describe.runIf(realEngine.kind() === 'newest')('a connection to BuildKit', () => {
  it('that brings other bytes is found out: digest-mismatch, and nothing of it in the cache', async () => {
    let altered = 0;
    await using proxy = await startEngineProxy(realEngine.host(), {
      alter: (bytes) => {
        const at = bytes.indexOf('A'.repeat(64));
        if (at < 0 || altered > 0) return;
        altered++;
        bytes[at + 20] = 0x42;
      },
    });
    const store = openStore({ enabled: false });
    const receiving = createReceiving({ store, known: known([], store) });
    const receiver = receiving.receiver('tampered');
    const through = await connectEngine({ dockerHost: proxy.url });
    const digests: string[] = [];
    const take: TakeBlob = (offer) => {
      if (offer.size > 2 ** 23) digests.push(offer.digest);
      return receiver.take(offer);
    };
    await expect(exportOf(bigLayer(12), take, {}, through)).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    expect(altered).toBe(1);
    expect(digests.length).toBe(1);
    expect(store.layers.has(digests[0]!)).toBe(false);
    expect(store.layers.ofBlob(digests[0]!)).toBeUndefined();
  });

  it('that dies in the middle of a layer ends the build within a second', async () => {
    await using proxy = await startEngineProxy(realEngine.host());
    const through = await connectEngine({ dockerHost: proxy.url });
    let cutAt = 0;
    const { take, open } = taker(({ size }, bytes) => {
      if (size < 2 ** 23 || bytes < 2 ** 22 || cutAt > 0) return;
      cutAt = performance.now();
      proxy.cutSessions();
    });
    await expect(exportOf(bigLayer(40), take, {}, through)).rejects.toMatchObject({ code: 'engine-lost' });
    expect(performance.now() - cutAt).toBeLessThan(1000);
    await expect.poll(open).toBe(0);
    // And the engine itself is well.
    await exportOf(bigLayer(1), taker().take, {}, through);
  });

  it('that the engine never ends is ended here, some seconds after the image was handed over', async () => {
    await using proxy = await startEngineProxy(realEngine.host(), { holdEnds: true });
    const through = await connectEngine({ dockerHost: proxy.url });
    await expect.poll(proxy.open).toBe(0);
    const { take, blobs } = taker();
    await exportOf(bigLayer(1), take, {}, through);
    expect(blobs.size).toBe(4);
    // The session and the build, whose last words are the engine's.
    await setTimeout(3000);
    expect(proxy.open()).toBe(2);
    await expect.poll(proxy.open, { timeout: 10_000 }).toBe(0);
  });

  it('to an engine that is killed in the middle of a layer: engine-lost, and the next build works', async () => {
    await using disposable = await startDisposableEngine({ bases: [base] });
    const doomed = await connectEngine({ dockerHost: disposable.dockerHost });
    let killed: Promise<void> | undefined;
    let killedAt = 0;
    const { take, open } = taker(async ({ size }, bytes) => {
      if (size < 2 ** 23 || bytes < 2 ** 22 || killed) return;
      killedAt = performance.now();
      killed = disposable.kill();
    });
    await expect(exportOf(bigLayer(60), take, {}, doomed)).rejects.toMatchObject({ code: 'engine-lost' });
    expect(performance.now() - killedAt).toBeLessThan(5000);
    await killed;
    await expect.poll(open).toBe(0);
    await expect(exportOf(bigLayer(1), taker().take, {}, doomed)).rejects.toMatchObject({
      code: 'engine-lost',
    });
    await disposable.restart();
    const again = taker();
    await exportOf(bigLayer(1), again.take, {}, doomed);
    expect(again.blobs.size).toBe(4);
  });
});

describe.runIf(realEngine.kind() === 'newest')('cancelling', () => {
  /** Every moment at which a build can be told apart from the one before it, by what is counted. */
  type Moment = 'event' | 'log' | 'offer' | 'write' | 'manifest';

  async function cancelledAt(moment: Moment, count: number): Promise<'cancelled' | 'over'> {
    const controller = new AbortController();
    const mark = `ls-export-${randomUUID()}`;
    let abortedAt = 0;
    const counts: Record<Moment, number> = { event: 0, log: 0, offer: 0, write: 0, manifest: 0 };
    const abortAt = (what: Moment) => {
      if (what !== moment || counts[what]++ !== count) return;
      abortedAt = performance.now();
      controller.abort();
    };
    if (moment === 'event' && count < 0) {
      abortedAt = performance.now();
      controller.abort();
    }
    const inner = taker(() => abortAt('write'));
    const take: TakeBlob = async (offer) => {
      abortAt('offer');
      if (offer.kind === 'manifest') abortAt('manifest');
      return inner.take(offer);
    };
    const wait = moment === 'log' ? 'exec sleep 77' : 'dd if=/dev/zero of=/big bs=1M count=5';
    const outcome = await exportOf(`FROM ${base}\nCOPY a.txt /\nRUN echo ${mark}; ${wait}\n`, take, {
      signal: controller.signal,
      onEvent: ({ type }) => abortAt(type === 'log' ? 'log' : 'event'),
    }).then(
      () => 'over' as const,
      (error: { code?: string }) => error.code,
    );
    if (outcome === 'over') return 'over';
    expect(outcome).toBe('cancelled');
    // On a machine at rest it is 1 ms.
    expect(performance.now() - abortedAt, `${moment} ${count}`).toBeLessThan(400);
    await expect.poll(inner.open).toBe(0);
    // The engine runs on this machine: its steps are in the list of processes.
    await expect.poll(() => processes(mark), { timeout: 10_000 }).toEqual([]);
    return 'cancelled';
  }

  it.each(['event', 'log', 'offer', 'write', 'manifest'] as const)(
    'ends a build at every %s',
    async (moment) => {
      let count = moment === 'event' ? -1 : 0;
      // The log of a RUN that does not end has one line.
      const most = moment === 'log' ? 1 : 40;
      while (count < most && (await cancelledAt(moment, count)) === 'cancelled') count++;
      const least = { event: 8, log: 1, offer: 4, write: 4, manifest: 1 }[moment];
      expect(count).toBeGreaterThanOrEqual(least);
    },
  );

  it('after a build was handed over changes nothing', async () => {
    const controller = new AbortController();
    await exportOf(`FROM ${base}\nCOPY a.txt /\n`, taker().take, { signal: controller.signal });
    controller.abort();
    await setTimeout(100);
  });
});

describe.runIf(realEngine.kind() === 'newest')('many builds', () => {
  /** More of them is a matter of time: LAYERSCOPE_TEST_SESSIONS=1000 takes some minutes. */
  const times = Number(process.env.LAYERSCOPE_TEST_SESSIONS ?? 50);

  it(`in a row (${times}) leave no socket, stream, timer or memory behind`, async () => {
    const dockerfile = `FROM ${base}\nCOPY a.txt /\n`;
    const once = () => exportOf(dockerfile, async () => 'known');
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const resources = () => process.getActiveResourcesInfo().sort();
    for (let warmUp = 0; warmUp < 10; warmUp++) await once();
    await setTimeout(300);
    const before = { resources: resources(), descriptors: descriptors() };
    const heap = await heapInUse();
    for (let time = 0; time < times; time++) await once();
    await setTimeout(300);
    expect(resources()).toEqual(before.resources);
    expect(descriptors()).toBe(before.descriptors);
    // A session takes some hundred kilobytes while it is open.
    expect((await heapInUse()) - heap).toBeLessThan(3 * 2 ** 20);
  });
});

async function heapInUse(): Promise<number> {
  freeBuffers();
  await setTimeout(50);
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function processes(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'], { maxBuffer: 16 * 2 ** 20 });
  return stdout.split('\n').filter((line) => line.includes(text));
}
