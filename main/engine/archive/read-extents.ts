import { fstatSync } from 'node:fs';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { ReadOptions } from './archive.ts';
import { type Blob, type BlobContent, BlobReader } from './blob-reader.ts';
import { type ContentHash, createContentHash } from './content-hash.ts';
import { type Extent, extentHead, readExtent } from './extent.ts';
import { ExtentDigests } from './extent-digests.ts';
import { LayerBudget } from './layer-budget.ts';
import { pause, type Stop } from './pause.ts';
import { sniff, sniffLength } from './sniff.ts';

/** Compressed layers that are read at a time: the decompressors work in threads of their own, one for each core of a small machine. */
const lanes = 2;
/** What of a compressed blob is read at a time. */
const pieceSize = 256 * 1024;
/** Bytes of a plain layer that are read before others have their turn: a few milliseconds. */
const bytesAtOnce = 16 * 1024 * 1024;

type Options = Pick<ReadOptions, 'verify' | 'hashSeed' | 'onProgress' | 'signal'>;

/**
 * Reads layers that lie in files, each once, and decides by their content what they are. Plain ones are read straight
 * into the content hash's memory, one after the other, while another thread computes their digests; compressed ones two
 * at a time. What is wrong with a layer is in its blob, for whoever needs it.
 *
 * Throws `limit-exceeded` for too many entries in all, `source-changed` where a file did not stay as it was,
 * `cancelled`, and what reading throws.
 */
export async function readExtents(
  name: string,
  extents: ReadonlyMap<string, Extent>,
  options: Options,
): Promise<ReadonlyMap<string, Blob>> {
  return extents.size === 0 ? new Map() : new Reading(name, extents, options).run();
}

class Reading {
  readonly #name: string;
  readonly #plain: [path: string, extent: Extent][] = [];
  /** Largest last, where the lanes take them from. */
  readonly #compressed: [path: string, extent: Extent][] = [];
  readonly #options: Options;
  readonly #blobs = new Map<string, Blob>();
  /** Ends all lanes when one fails; asked for every piece, which a signal made of others is too slow for. */
  readonly #stop: Stop;
  #failed = false;
  /** Bytes of the plain layers, and of all. */
  readonly #plainSize: number;
  readonly #total: number;
  #plainBytes = 0;
  #compressedBytes = 0;
  readonly #budget: LayerBudget;
  #digests: ExtentDigests | undefined;

  constructor(name: string, extents: ReadonlyMap<string, Extent>, options: Options) {
    this.#name = name;
    this.#budget = new LayerBudget(name);
    this.#options = options;
    const { signal } = options;
    const failed = () => this.#failed;
    this.#stop = {
      get aborted() {
        return failed() || signal?.aborted === true;
      },
    };
    const bySize = [...extents].sort(([, a], [, b]) => a.size - b.size);
    for (const entry of bySize) {
      const plain = sniff(extentHead(entry[1], sniffLength)) === 'tar';
      (plain ? this.#plain : this.#compressed).push(entry);
    }
    this.#plainSize = sizeOf(this.#plain);
    this.#total = this.#plainSize + sizeOf(this.#compressed);
  }

  async run(): Promise<ReadonlyMap<string, Blob>> {
    const plain = this.#plain.map(([, extent]) => extent);
    // Digests are of a second reading: they say something of the first only while the file stays as it is.
    const before = fileStates(plain);
    if (this.#options.verify && plain.length > 0) this.#digests = new ExtentDigests(plain);
    try {
      await this.#allOrNone([
        this.#readPlain(),
        ...Array.from({ length: lanes }, () => this.#readCompressed()),
      ]);
      const digests = await this.#digests?.finish(this.#stop, () => this.#report());
      if (digests && fileStates(plain) !== before) throw changedWhileRead(this.#name);
      for (const [path, extent] of this.#plain) this.#seal(path, digests?.get(extent));
    } finally {
      await this.#digests?.stop();
    }
    this.#report();
    return this.#blobs;
  }

  /** Throws what the first to fail throws, once all have ended: the files may be closed then. */
  async #allOrNone(work: readonly Promise<void>[]): Promise<void> {
    let first: { readonly error: unknown } | undefined;
    const ended = work.map((lane) =>
      lane.catch((error) => {
        first ??= { error };
        this.#failed = true;
      }),
    );
    await Promise.all(ended);
    if (first) throw first.error;
  }

  async #readPlain(): Promise<void> {
    if (this.#plain.length === 0) return;
    const hash = await createContentHash(this.#options.hashSeed);
    for (const [path, extent] of this.#plain) await this.#readPlainLayer(path, extent, hash);
  }

  async #readPlainLayer(path: string, extent: Extent, hash: ContentHash): Promise<void> {
    // Not verified here: digests are computed beside.
    const reader = new BlobReader({ name: path, verify: false, hash, createHash: async () => hash });
    let paused = 0;
    for (let at = 0; ; ) {
      const read = readExtent(extent, at, hash.room);
      if (read === 0) break;
      reader.write(read === hash.room.length ? hash.room : hash.room.subarray(0, read));
      at += read;
      this.#plainBytes += read;
      if (at - paused < bytesAtOnce) continue;
      paused = at;
      this.#report();
      await pause(this.#stop);
    }
    reader.end();
    this.#keep(path, reader.result());
    await pause(this.#stop);
  }

  /** Puts the digest to what was read: of a plain layer the blob's is the layer's. */
  #seal(path: string, sha256: string | undefined): void {
    const blob = this.#blobs.get(path)!;
    const { content } = blob;
    const sealed: BlobContent =
      content.kind === 'layer' ? { ...content, layer: { ...content.layer, sha256 } } : content;
    this.#blobs.set(path, { ...blob, sha256, content: sealed });
  }

  async #readCompressed(): Promise<void> {
    const room = new Uint8Array(pieceSize);
    for (let next = this.#compressed.pop(); next; next = this.#compressed.pop()) {
      await this.#readBlob(...next, room);
    }
  }

  async #readBlob(path: string, extent: Extent, room: Uint8Array): Promise<void> {
    const { verify, hashSeed } = this.#options;
    const hash = await createContentHash(hashSeed);
    const reader = new BlobReader({ name: path, verify, hash, createHash: async () => hash });
    try {
      for (let at = 0; ; ) {
        const read = readExtent(extent, at, room);
        if (read === 0) break;
        reader.write(room.subarray(0, read));
        await reader.flush();
        at += read;
        this.#compressedBytes += read;
        this.#report();
        await pause(this.#stop);
      }
      reader.end();
      await reader.flush();
      this.#keep(path, reader.result());
    } finally {
      reader.destroy();
    }
  }

  #keep(path: string, blob: Blob): void {
    this.#blobs.set(path, blob);
    if (blob.content.kind === 'layer') this.#budget.add(blob.content.layer.index);
  }

  /** A byte that is verified beside counts half when it was read, and half when it was hashed. */
  #report(): void {
    const plain = this.#digests
      ? Math.floor((this.#plainBytes + Math.min(this.#digests.bytes, this.#plainSize)) / 2)
      : this.#plainBytes;
    this.#options.onProgress?.(plain + this.#compressedBytes, this.#total);
  }
}

/** What of the extents' files changes with every write to them: their owner can set a file's mtime, but not its ctime. */
function fileStates(extents: readonly Extent[]): string {
  const files = [...new Set(extents.map(({ fd }) => fd))].map((fd) => fstatSync(fd, { bigint: true }));
  return files.map(({ size, ctimeNs }) => `${size} ${ctimeNs}`).join('\n');
}

function changedWhileRead(name: string): LayerscopeError {
  return new LayerscopeError({
    code: 'source-changed',
    message: `${name} was changed while it was read`,
    hint: 'Open it again when nothing writes to it any more',
  });
}

function sizeOf(entries: readonly (readonly [path: string, extent: Extent])[]): number {
  return entries.reduce((sum, [, { size }]) => sum + size, 0);
}
