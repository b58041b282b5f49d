import type { UnnamedLayerIndex } from './index-layer.ts';
import { limits } from './limits.ts';
import { limitExceeded } from './tar-error.ts';

/** What layers take together, held against the limits: of an archive, or of an image that may have one many times. */
export class LayerBudget {
  readonly #name: string;
  #entries = 0;
  #nodes = 0;
  #text = 0;

  /** `name` is what messages call the whole. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Throws `limit-exceeded`. */
  add({ entryCount, nodeCount, names, strings, records }: UnnamedLayerIndex): void {
    this.#entries += entryCount;
    this.#nodes += nodeCount;
    this.#text += names.length + strings.length + records.length;
    this.#check('allEntries', this.#entries, 'entries');
    this.#check('allNodes', this.#nodes, 'paths');
    this.#check('allText', this.#text, 'bytes of names');
  }

  #check(limit: 'allEntries' | 'allNodes' | 'allText', count: number, what: string): void {
    if (count <= limits[limit]) return;
    throw limitExceeded({ name: this.#name }, `has more than ${limits[limit]} ${what} in its layers`, limit);
  }
}
