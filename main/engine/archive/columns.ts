export type Unsigned = Uint8Array | Uint16Array | Uint32Array;
export type Signed = Int8Array | Int16Array | Int32Array;
/** Numbers of any size, in the narrowest type that holds them all. */
export type Numbers = Unsigned | Float64Array;
export type Column = Numbers | Signed;

/** The column with room for more. The old one is empty afterwards: its memory goes at once, not when it is collected. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const bigger = new (column.constructor as new (length: number) => T)(capacity);
  bigger.set(column as never);
  release(column);
  return bigger;
}

/** The first `length` values, without the room behind them; the column given is empty afterwards. */
export function exact<T extends Column>(column: T, length: number): T {
  if (length === column.length) return column;
  const cut = column.slice(0, length) as T;
  release(column);
  return cut;
}

/** As `exact`, but where little is to be gained the room stays behind what is a view then. */
export function trimmed<T extends Column>(column: T, length: number): T {
  return length * 8 > column.length * 7 ? (column.subarray(0, length) as T) : exact(column, length);
}

/** Gives the memory back at once. The column is empty afterwards; it must own its buffer. */
export function release(column: Column): void {
  (column.buffer as ArrayBuffer).transfer(0);
}

/** A column of zeros for numbers from 0 to `most`. */
export function unsignedColumn(most: number, length: number): Unsigned {
  if (most <= 0xff) return new Uint8Array(length);
  return most <= 0xffff ? new Uint16Array(length) : new Uint32Array(length);
}

/** A column of zeros for numbers from −1 to `most`. */
export function signedColumn(most: number, length: number): Signed {
  if (most <= 0x7f) return new Int8Array(length);
  return most <= 0x7fff ? new Int16Array(length) : new Int32Array(length);
}
