import { EntryKind, type LayerIndex, noRecords } from '../../archive/layer-index.ts';
import { LayerTree } from '../../archive/layer-tree.ts';

export interface GeneratedImage {
  readonly layers?: number;
  /** Entries of each layer; one in fifty is a directory. */
  readonly entries?: number;
  readonly seed?: number;
}

const folders =
  'usr lib share local opt app node_modules src dist site-packages vendor include etc var cache'.split(' ');
const words =
  'index util config main test parser types client server README stream error model view data'.split(' ');
const endings = '.js .ts .py .so .json .md .h .map .txt .png'.split(' ');

/**
 * The indexes of layers such as installing packages makes: a few folders deep, of every twenty files one written
 * again, one in a hundred deleted later, links of both kinds. The same for the same seed.
 */
export function generatedLayers({
  layers = 20,
  entries = 50_000,
  seed = 1,
}: GeneratedImage = {}): LayerIndex[] {
  const random = randomFrom(seed);
  const earlier: string[] = [];
  return Array.from({ length: layers }, (_, layer) => new Generator(entries, random, earlier, layer).make());
}

/** Mulberry32: a number in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Generator {
  readonly #entries: number;
  readonly #random: () => number;
  /** Some files of the layers below. */
  readonly #earlier: string[];
  readonly #layer: number;
  readonly #tree: LayerTree;
  readonly #columns;
  #count = 0;

  constructor(entries: number, random: () => number, earlier: string[], layer: number) {
    this.#entries = entries;
    this.#random = random;
    this.#earlier = earlier;
    this.#layer = layer;
    this.#tree = new LayerTree({ name: 'A layer', invalid: 'layer-invalid', truncated: 'layer-invalid' });
    this.#columns = {
      entryNode: new Uint32Array(entries),
      entryKind: new Uint8Array(entries),
      entryMode: new Uint16Array(entries).fill(0o644),
      entryUid: new Uint8Array(entries),
      entryGid: new Uint8Array(entries),
      entrySize: new Float64Array(entries),
      entryMtime: new Float64Array(entries),
      entryHash: new Uint32Array(entries * 4),
      entryTarget: new Int32Array(entries).fill(-1),
      entryXattrs: new Int32Array(entries).fill(-1),
    };
  }

  make(): LayerIndex {
    let directory = '';
    let left = 0;
    let firstFile = -1;
    while (this.#count < this.#entries) {
      if (left-- <= 0) {
        directory = this.#directory();
        left = 10 + Math.floor(this.#random() * 80);
        firstFile = -1;
        this.#add(EntryKind.Directory, directory, 0);
        continue;
      }
      const chance = this.#random();
      if (chance < 0.05 && this.#layer > 0)
        this.#add(EntryKind.File, this.#pick(this.#earlier), this.#size());
      else if (chance < 0.06 && this.#layer > 0) this.#add(EntryKind.Whiteout, this.#pick(this.#earlier), 0);
      else if (chance < 0.07 && firstFile >= 0)
        this.#add(EntryKind.HardLink, this.#file(directory), 0, firstFile);
      else if (chance < 0.08) this.#add(EntryKind.Symlink, this.#file(directory), 0, 0);
      else {
        const path = this.#file(directory);
        firstFile = this.#add(EntryKind.File, path, this.#size());
        if (this.#random() < 0.2) this.#earlier.push(path);
      }
    }
    const target = Buffer.from('../lib/target');
    return {
      diffId: `sha256:${this.#layer.toString(16).padStart(64, '0')}`,
      tarBytes: this.#columns.entrySize.reduce((sum, size) => sum + 512 + Math.ceil(size / 512) * 512, 1024),
      warnings: [],
      ...this.#tree.finish(),
      entryCount: this.#count,
      ...this.#columns,
      stringOffset: Uint32Array.from([0, target.length]),
      strings: target,
      ...noRecords,
    };
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)]!;
  }

  #directory(): string {
    const parts = Array.from({ length: 2 + Math.floor(this.#random() * 4) }, () => this.#pick(folders));
    return `/${parts.join('/')}/${this.#pick(words)}-${Math.floor(this.#random() * 1000)}`;
  }

  #file(directory: string): string {
    const number = Math.floor(this.#random() * 1_000_000).toString(36);
    return `${directory}/${this.#pick(words)}-${number}${this.#pick(endings)}`;
  }

  /** Mostly small, few of megabytes. */
  #size(): number {
    return Math.floor(400 * Math.exp(this.#random() ** 6 * 10));
  }

  /** The node of the new entry. `target` is a node of a hard link, a string of a symbolic one. */
  #add(kind: EntryKind, path: string, size: number, target = -1): number {
    const columns = this.#columns;
    const entry = this.#count++;
    let node = 0;
    for (const name of path.slice(1).split('/'))
      node = this.#tree.child(node, Buffer.from(name), 0, Buffer.byteLength(name));
    columns.entryNode[entry] = node;
    columns.entryKind[entry] = kind;
    columns.entrySize[entry] = size;
    columns.entryMtime[entry] = 1.6e12 + Math.floor(this.#random() * 1e8) * 1000;
    columns.entryTarget[entry] = target;
    if (kind === EntryKind.Directory) columns.entryMode[entry] = 0o755;
    if (size > 0)
      for (let word = 0; word < 4; word++) columns.entryHash[entry * 4 + word] = this.#random() * 2 ** 32;
    return node;
  }
}
