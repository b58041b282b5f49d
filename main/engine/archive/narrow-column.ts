import { type Column, exact, grown, release } from './columns.ts';

const unsigned = [Uint8Array, Uint16Array, Uint32Array, Float64Array] as const;
const signed = [Int8Array, Int16Array, Int32Array, Float64Array] as const;

/** A column that is filled block by block and is always as narrow as its numbers let it be. */
export class NarrowColumn {
  #values: Column;
  #length = 0;
  #least: number;
  #most = 0;
  #isWhole = true;

  /** @param least of a column that may have numbers below 0 in integer types: −1, else 0 */
  constructor(least: -1 | 0 = 0) {
    this.#least = least;
    this.#values = least < 0 ? new Int8Array(0) : new Uint8Array(0);
  }

  append(block: Float64Array): void {
    let least = this.#least;
    let most = this.#most;
    for (let at = 0; at < block.length; at++) {
      const value = block[at]!;
      if (value < least) least = value;
      else if (value > most) most = value;
      if (value !== Math.floor(value)) this.#isWhole = false;
    }
    this.#least = least;
    this.#most = most;
    const length = this.#length + block.length;
    this.#makeRoom(length);
    this.#values.set(block, this.#length);
    this.#length = length;
  }

  /** The column, without room. Nothing can be added afterwards. */
  finish(): Column {
    return exact(this.#values, this.#length);
  }

  #makeRoom(length: number): void {
    const Type = this.#narrowest();
    const capacity = length > this.#values.length ? Math.max(length, this.#length * 2) : this.#values.length;
    if (this.#values instanceof Type) {
      if (capacity > this.#values.length) this.#values = grown(this.#values, capacity);
      return;
    }
    const wider = new Type(capacity);
    wider.set(this.#values.subarray(0, this.#length));
    release(this.#values);
    this.#values = wider;
  }

  #narrowest() {
    const types = this.#least < 0 ? signed : unsigned;
    if (!this.#isWhole) return Float64Array;
    return types.find((Type) => holds(Type, this.#least, this.#most))!;
  }
}

function holds(
  Type: (typeof unsigned)[number] | (typeof signed)[number],
  least: number,
  most: number,
): boolean {
  if (Type === Float64Array) return true;
  const bits = Type.BYTES_PER_ELEMENT * 8;
  return least < 0 ? least >= -(2 ** (bits - 1)) && most < 2 ** (bits - 1) : most < 2 ** bits;
}
