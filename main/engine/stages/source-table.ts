import type { FileOrigin } from '../../../shared/model/origin.ts';

/** The origins that occur in one image, each once. */
export class SourceTable {
  readonly sources: FileOrigin[] = [];
  readonly #known = new Map<string, number>();

  /** The number of an origin, a new one if it was not seen before. */
  add(origin: FileOrigin): number {
    const { id, stage, line, rule, through } = origin;
    const key = JSON.stringify([id, stage, line, rule, through]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const source = this.sources.push(origin) - 1;
    this.#known.set(key, source);
    return source;
  }
}
