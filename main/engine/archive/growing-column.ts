import { type Column, exact, grown } from './columns.ts';

/** A column to whose end numbers are added. */
export class GrowingColumn<T extends Column> {
  length = 0;
  #values: T;

  /** @param room an empty column of the right type, with room to begin with */
  constructor(room: T) {
    this.#values = room;
  }

  /** As long as there is room; `length` of them count. Another one after each `push`. */
  get values(): T {
    return this.#values;
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#values = grown(this.#values, this.length * 2);
    this.#values[this.length++] = value;
  }

  append(values: T): void {
    const length = this.length + values.length;
    if (length > this.#values.length) this.#values = grown(this.#values, Math.max(length, this.length * 2));
    this.#values.set(values as never, this.length);
    this.length = length;
  }

  /** What was added, in a column of just that length. Nothing can be added afterwards. */
  finish(): T {
    return exact(this.#values, this.length);
  }
}
