import { createHash } from 'node:crypto';
import { type Extent, readExtent } from './extent.ts';

/** What the threads that verify share: words of one SharedArrayBuffer. */
const Word = { next: 0, stop: 1, pieces: 2 } as const;

/** Small enough to stay in a processor's cache between being read and being hashed. */
const pieceSize = 256 * 1024;

/** What makes a DigestWork again in another thread. */
export interface DigestShare {
  readonly extents: readonly Extent[];
  readonly words: SharedArrayBuffer;
}

export interface ExtentDigest {
  /** Position in the list of extents. */
  readonly index: number;
  /** `sha256:…` */
  readonly sha256: string;
}

/**
 * SHA-256 of extents, done by any number of threads of this process that each take the next one when they are free.
 * Files are named by descriptor, which all threads of a process share.
 */
export class DigestWork {
  readonly #extents: readonly Extent[];
  readonly #words: Int32Array;
  readonly #room = new Uint8Array(pieceSize);

  constructor({ extents, words }: DigestShare) {
    this.#extents = extents;
    this.#words = new Int32Array(words);
  }

  static share(extents: readonly Extent[]): DigestShare {
    return { extents, words: new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT) };
  }

  /** Takes the next extent and hashes it, piece by piece: yields between pieces, and ends with the digest; undefined when none is left or all are stopped. */
  *next(): Generator<void, ExtentDigest | undefined> {
    const index = Atomics.add(this.#words, Word.next, 1);
    const extent = this.#extents[index];
    if (!extent) return undefined;
    const hash = createHash('sha256');
    let at = 0;
    for (;;) {
      const read = readExtent(extent, at, this.#room);
      if (read === 0) break;
      hash.update(read === this.#room.length ? this.#room : this.#room.subarray(0, read));
      at += read;
      Atomics.add(this.#words, Word.pieces, 1);
      if (Atomics.load(this.#words, Word.stop) !== 0) return undefined;
      yield;
    }
    return { index, sha256: `sha256:${hash.digest('hex')}` };
  }

  stop(): void {
    Atomics.store(this.#words, Word.stop, 1);
  }

  /** Bytes hashed so far by all threads, to a piece. */
  get bytes(): number {
    return Atomics.load(this.#words, Word.pieces) * pieceSize;
  }
}
