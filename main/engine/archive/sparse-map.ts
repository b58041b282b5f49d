import { limits } from './limits.ts';
import { invalidTar, limitExceeded, type TarSubject } from './tar-error.ts';
import { tarNumber } from './tar-numbers.ts';

/** Takes a sparse file's content: stored pieces and the zeros between them. */
export interface SparseSink {
  data(chunk: Uint8Array, start: number, end: number): void;
  hole(length: number): void;
}

/** Which pieces of a sparse file the tar stores, and the way from stored bytes back to content with its holes. */
export class SparseMap {
  readonly logicalSize: number;
  /** Stored bytes that are content. */
  stored: number;
  /** Bytes that are not stored; known after check(). */
  holes = 0;
  readonly #subject: TarSubject;
  /** offset, length, offset, length… */
  readonly #pieces: number[] = [];
  /** Where the next stored byte belongs. */
  #piece = 0;
  #position = 0;
  /** Digits of the number that is being read, and how many numbers are to come (1.0 maps). */
  readonly #reading = { value: 0, digits: 0, missing: -1, offset: -1 };

  constructor(logicalSize: number, stored: number, subject: TarSubject) {
    this.logicalSize = logicalSize;
    this.stored = stored;
    this.#subject = subject;
  }

  add(offset: number, length: number): void {
    if (this.#pieces.length / 2 >= limits.sparsePieces) {
      const what = `has a sparse file of more than ${limits.sparsePieces} pieces`;
      throw limitExceeded(this.#subject, what, 'sparsePieces');
    }
    this.#pieces.push(offset, length);
  }

  /** Pieces of an old GNU header: 12 bytes offset, 12 bytes length each; the first unused one starts with NUL. */
  addGnuPieces(block: Uint8Array, start: number, count: number): void {
    for (let at = start; at < start + count * 24; at += 24) {
      if (block[at] === 0) return;
      const offset = tarNumber(block, at, 12);
      const length = tarNumber(block, at + 12, 12);
      if (offset === undefined || length === undefined) throw this.#invalid();
      this.add(offset, length);
    }
  }

  /** A number of a 1.0 map: the count of pieces, then offset and length of each. True once it was the last. */
  addMapNumber(value: number): boolean {
    const reading = this.#reading;
    if (reading.missing < 0) {
      if (value > limits.sparsePieces) {
        throw limitExceeded(this.#subject, `has a sparse file of ${value} pieces`, 'sparsePieces');
      }
      reading.missing = value * 2;
    } else {
      if (reading.offset < 0) reading.offset = value;
      else {
        this.add(reading.offset, value);
        reading.offset = -1;
      }
      reading.missing -= 1;
    }
    return reading.missing === 0;
  }

  /** One byte of a 1.0 map; true once the map is whole. */
  addMapByte(byte: number): boolean {
    const reading = this.#reading;
    if (byte === 0x0a && reading.digits > 0) {
      const value = reading.value;
      reading.value = 0;
      reading.digits = 0;
      return this.addMapNumber(value);
    }
    if (byte < 0x30 || byte > 0x39 || reading.digits >= 16) throw this.#invalid();
    reading.value = reading.value * 10 + (byte - 0x30);
    reading.digits += 1;
    return false;
  }

  /** Pieces must follow one another inside the file and be exactly what is stored. */
  check(): void {
    let end = 0;
    let sum = 0;
    for (let at = 0; at < this.#pieces.length; at += 2) {
      const offset = this.#pieces[at]!;
      const length = this.#pieces[at + 1]!;
      if (offset < end || length < 0) throw this.#invalid();
      end = offset + length;
      sum += length;
    }
    if (end > this.logicalSize || sum !== this.stored || !Number.isSafeInteger(this.logicalSize)) {
      throw this.#invalid();
    }
    this.holes = this.logicalSize - sum;
  }

  write(sink: SparseSink, chunk: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const offset = this.#pieces[this.#piece]!;
      const pieceEnd = offset + this.#pieces[this.#piece + 1]!;
      if (this.#position >= pieceEnd) {
        this.#piece += 2;
        continue;
      }
      if (this.#position < offset) {
        sink.hole(offset - this.#position);
        this.#position = offset;
      }
      const taken = Math.min(end - at, pieceEnd - this.#position);
      sink.data(chunk, at, at + taken);
      at += taken;
      this.#position += taken;
    }
  }

  end(sink: SparseSink): void {
    if (this.#position < this.logicalSize) sink.hole(this.logicalSize - this.#position);
  }

  #invalid(): Error {
    return invalidTar(this.#subject, 'the map of a sparse file is wrong');
  }
}

/** Reads a block of a 1.0 map, which lies before the content in whole blocks. True once it was the last one. */
export function readMapBlocks(map: SparseMap, block: Uint8Array, at: number): boolean {
  for (let byte = at; byte < at + 512; byte += 1) {
    if (map.addMapByte(block[byte]!)) return true;
  }
  return false;
}
