/**
 * Finds where the frames of a zstd stream end (RFC 8878, 3.1.1). Node's decompressor stops in silence after the
 * first frame when the bytes it is given go on; given a frame's last byte as the last of a write, it takes the next
 * one. Images with a frame for each file are common (zstd:chunked, and everything pzstd wrote).
 */
export class ZstdFrames {
  #state: 'magic' | 'descriptor' | 'skip-size' | 'block' | 'skip' = 'magic';
  /** Bytes of the number that is being read, little-endian, and how many it has. */
  #value = 0;
  #have = 0;
  /** Bytes to pass over, and what comes after them. */
  #skip = 0;
  #afterSkip: 'block' | 'checksum-or-end' | 'end' = 'end';
  #checksum = false;

  /** Index after the last byte of the first frame that ends within bytes[start …]; the length if none does. */
  next(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length) {
      if (this.#state === 'skip') {
        const skipped = Math.min(this.#skip, bytes.length - at);
        at += skipped;
        this.#skip -= skipped;
        if (this.#skip === 0 && this.#endSkip()) return at;
        continue;
      }
      this.#value += bytes[at]! * 256 ** this.#have;
      this.#have += 1;
      at += 1;
      if (this.#have === lengthOf[this.#state] && this.#endNumber()) return at;
    }
    return at;
  }

  /** True where the frame ends here. */
  #endNumber(): boolean {
    const value = this.#value;
    this.#value = 0;
    this.#have = 0;
    switch (this.#state) {
      case 'magic':
        this.#state = value >= 0x184d2a50 && value <= 0x184d2a5f ? 'skip-size' : 'descriptor';
        return false;
      case 'skip-size':
        return this.#pass(value, 'end');
      case 'descriptor': {
        const single = (value & 0x20) !== 0;
        const sizeFlag = value >> 6;
        const contentSize = sizeFlag === 0 ? (single ? 1 : 0) : 1 << sizeFlag;
        const dictionary = [0, 1, 2, 4][value & 3]!;
        this.#checksum = (value & 4) !== 0;
        return this.#pass((single ? 0 : 1) + dictionary + contentSize, 'block');
      }
      default: {
        const last = (value & 1) !== 0;
        const runLength = ((value >> 1) & 3) === 1;
        return this.#pass(runLength ? 1 : value >> 3, last ? 'checksum-or-end' : 'block');
      }
    }
  }

  #pass(length: number, then: 'block' | 'checksum-or-end' | 'end'): boolean {
    this.#skip = length;
    this.#afterSkip = then;
    this.#state = 'skip';
    return length === 0 && this.#endSkip();
  }

  #endSkip(): boolean {
    if (this.#afterSkip === 'block') {
      this.#state = 'block';
      return false;
    }
    if (this.#afterSkip === 'checksum-or-end' && this.#checksum) return this.#pass(4, 'end');
    this.#state = 'magic';
    return true;
  }
}

const lengthOf = { magic: 4, descriptor: 1, 'skip-size': 4, block: 3 } as const;
