// Berkeley DB's src/dbinc/db_page.h. Page 0 says how large pages are; numbers have the byte order of who wrote it.
const hashMagic = 0x061561;
const pageHeader = 26;
const hashPages: readonly number[] = [2, 13];
const overflowPage = 7;
const inline = 1;
const offPage = 3;

/** The values of a Berkeley hash such as rpm's `Packages`, but the first, which counts them. Throws for any other file. */
export function* berkeleyValues(bytes: Buffer): Generator<Buffer> {
  const file = new BerkeleyFile(bytes);
  for (let page = 1; page < file.pages; page++) yield* file.valuesOf(page);
}

class BerkeleyFile {
  readonly pages: number;
  readonly #bytes: Buffer;
  readonly #isLittle: boolean;
  readonly #pageSize: number;
  /** Bytes that values may still have: all together no more than the file. */
  #left: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#isLittle = bytes.readUInt32LE(12) === hashMagic;
    if (!this.#isLittle && bytes.readUInt32BE(12) !== hashMagic) throw new Error('The format is unknown');
    this.#pageSize = this.#long(20);
    if (this.#pageSize < 512 || this.#pageSize > 65536) throw new Error('The pages are of no size');
    this.pages = Math.floor(bytes.length / this.#pageSize);
    this.#left = bytes.length;
  }

  /** Keys and values by turns, each where its index says. */
  *valuesOf(page: number): Generator<Buffer> {
    const start = page * this.#pageSize;
    if (!hashPages.includes(this.#bytes[start + 25]!)) return;
    const count = this.#short(start + 20);
    if (pageHeader + count * 2 > this.#pageSize) throw new Error('A page has too many values');
    for (let item = 1; item < count; item += 2) {
      const offset = this.#short(start + pageHeader + item * 2);
      const before = this.#short(start + pageHeader + (item - 1) * 2);
      if (offset < pageHeader || offset + 1 > before || before > this.#pageSize)
        throw new Error('A value lies outside');
      const type = this.#bytes[start + offset];
      const length = before - offset - 1;
      // What has no room for a package's header is the count.
      if (type === inline && length > 16) yield this.#take(start + offset + 1, length);
      else if (type === offPage)
        yield this.#overflow(this.#long(start + offset + 4), this.#long(start + offset + 8));
    }
  }

  /** A value that has pages of its own. */
  #overflow(first: number, length: number): Buffer {
    const pieces: Buffer[] = [];
    let missing = length;
    let page = first;
    while (missing > 0) {
      const start = page * this.#pageSize;
      if (page === 0 || page >= this.pages || this.#bytes[start + 25] !== overflowPage) {
        throw new Error('A value goes on nowhere');
      }
      // Of these pages it is the bytes they hold.
      const held = Math.min(missing, this.#short(start + 22), this.#pageSize - pageHeader);
      if (held === 0) throw new Error('A page is empty');
      pieces.push(this.#take(start + pageHeader, held));
      missing -= held;
      page = this.#long(start + 16);
    }
    return Buffer.concat(pieces, length);
  }

  #take(start: number, length: number): Buffer {
    this.#left -= length;
    if (this.#left < 0) throw new Error('The values are larger than the file');
    return this.#bytes.subarray(start, start + length);
  }

  #short(at: number): number {
    return this.#isLittle ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at);
  }

  #long(at: number): number {
    return this.#isLittle ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }
}
