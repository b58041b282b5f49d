import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { DigestWork } from './digest-work.ts';
import type { Extent } from './extent.ts';
import { pause, type Stop } from './pause.ts';

/** Below this, a thread takes longer to start than to be of use. */
const worthAThread = 16 * 1024 * 1024;
/** Pieces (of 256 KiB) that this thread hashes before it lets others have their turn. */
const piecesAtOnce = 16;

const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './digest-worker.ts' : '../engine/digest-worker.js',
  import.meta.url,
);

/**
 * SHA-256 of extents beside other work: one more thread begins at once, and this one helps when `finish` is called.
 * That thread reads the file once more, which is cheaper than handing it what was read here.
 */
export class ExtentDigests {
  readonly #extents: readonly Extent[];
  readonly #work: DigestWork;
  readonly #results = new Map<Extent, string>();
  readonly #worker: Promise<void>;

  constructor(extents: readonly Extent[]) {
    // Largest first: what is left at the end is small, so both threads end at nearly the same time.
    this.#extents = [...extents].sort((a, b) => b.size - a.size);
    const share = DigestWork.share(this.#extents);
    this.#work = new DigestWork(share);
    const bytes = extents.reduce((sum, { size }) => sum + size, 0);
    this.#worker = bytes < worthAThread ? Promise.resolve() : this.#startWorker(share);
  }

  /** Bytes hashed so far. */
  get bytes(): number {
    return this.#work.bytes;
  }

  /** `sha256:…` of each extent. `onProgress` is called now and then. Throws what reading throws, and `cancelled`. */
  async finish(stop: Stop | undefined, onProgress: () => void): Promise<ReadonlyMap<Extent, string>> {
    const timer = setInterval(() => {
      if (stop?.aborted) this.#work.stop();
      else onProgress();
    }, 50);
    try {
      while (await this.#help(stop, onProgress));
      await this.#worker;
      await pause(stop);
      for (const extent of this.#extents) {
        // A thread that could not start, or broke, has left its part.
        if (!this.#results.has(extent)) this.#results.set(extent, await digestOfExtent(extent, stop));
      }
      return this.#results;
    } finally {
      clearInterval(timer);
    }
  }

  /** Resolves when no thread uses the extents any more. */
  async stop(): Promise<void> {
    this.#work.stop();
    await this.#worker;
  }

  async #startWorker(share: ReturnType<typeof DigestWork.share>): Promise<void> {
    try {
      const worker = new Worker(workerUrl, {
        workerData: share,
        // It keeps nothing: room for V8's own is enough.
        resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
      });
      worker.on('message', ({ index, sha256 }) => this.#results.set(this.#extents[index]!, sha256));
      worker.on('error', () => {}); // What it did not do is done in `finish`.
      await once(worker, 'exit');
    } catch {
      // Likewise.
    }
  }

  /** Hashes one more extent; false when none is left. */
  async #help(stop: Stop | undefined, onProgress: () => void): Promise<boolean> {
    const digest = await inTurns(this.#work, stop, onProgress);
    if (digest) this.#results.set(this.#extents[digest.index]!, digest.sha256);
    return digest !== undefined;
  }
}

async function digestOfExtent(extent: Extent, stop: Stop | undefined): Promise<string> {
  const digest = await inTurns(new DigestWork(DigestWork.share([extent])), stop, () => {});
  return digest!.sha256;
}

async function inTurns(work: DigestWork, stop: Stop | undefined, onProgress: () => void) {
  const steps = work.next();
  for (let piece = 1; ; piece += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (piece % piecesAtOnce !== 0) continue;
    onProgress();
    await pause(stop);
  }
}
