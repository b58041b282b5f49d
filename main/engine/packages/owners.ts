import type { Ecosystem } from '../../../shared/model/package-name.ts';
import type { RecordedPackage } from '../archive/records/record-text.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { Package, Packages } from './packages.ts';

/**
 * Packages of one image, and characters of their names and paths: a hostile one could name many millions. Further ones
 * are left out.
 */
const mostPackages = 250_000;
const mostCharacters = 2 ** 26;

export interface NewPackage extends RecordedPackage {
  readonly ecosystem: Ecosystem;
  /** What tells it from others of its ecosystem: its name, behind a place where there may be several. */
  readonly key: string;
  readonly path: string;
}

/** Who owns what, in the making: who comes first keeps it. */
export class Owners implements Packages {
  readonly list: Package[] = [];
  readonly ofNode: Int32Array;
  readonly fs: Filesystem;
  #characters = 0;
  readonly #ids = new Set<string>();
  /** How often an id was asked for that something else had. */
  readonly #repeats = new Map<string, number>();
  /** Of each node the package that has it with all below; undefined before there is any. */
  #trees: Int32Array | undefined;

  constructor(fs: Filesystem) {
    this.fs = fs;
    this.ofNode = new Int32Array(fs.tree.count).fill(-1);
  }

  /** The number of a new package; −1 where there are too many. */
  add({ ecosystem, key, name, version, architecture, development = false, path }: NewPackage): number {
    this.#characters += key.length + path.length;
    if (this.list.length === mostPackages || this.#characters > mostCharacters) return -1;
    const id = this.#unique(`${ecosystem}:${key}`, architecture, version);
    return this.list.push({ id, ecosystem, name, version: version ?? null, path, development }) - 1;
  }

  isOwned(node: number): boolean {
    return this.ofNode[node]! >= 0;
  }

  /** Takes what is live, no directory, and nobody's. −1 is no node. */
  own(node: number, owner: number): void {
    if (node >= 0 && this.ofNode[node]! < 0 && this.fs.nodeInode[node]! >= 0) this.ofNode[node] = owner;
  }

  /** Takes a directory with all below that is nobody's, but for directories below that others take. −1 is none. */
  ownTree(directory: number, owner: number): void {
    if (directory < 0) return;
    this.#trees ??= new Int32Array(this.fs.tree.count).fill(-1);
    if (this.#trees[directory]! < 0) this.#trees[directory] = owner;
  }

  /** Gives what is below the trees taken to their owners. */
  settleTrees(): void {
    const trees = this.#trees;
    if (!trees) return;
    const { parent } = this.fs.tree;
    // Parents come before their children.
    for (let node = 1; node < trees.length; node++) {
      if (trees[node]! < 0) trees[node] = trees[parent[node]!]!;
      if (trees[node]! >= 0) this.own(node, trees[node]!);
    }
    this.#trees = undefined;
  }

  /** Several of one name differ in architecture or version, or one record names one twice. */
  #unique(id: string, architecture: string | undefined, version: string | undefined): string {
    let unique = id;
    if (this.#ids.has(unique) && architecture) unique = `${id}:${architecture}`;
    if (this.#ids.has(unique) && version) unique = `${unique}@${version}`;
    while (this.#ids.has(unique)) {
      const number = (this.#repeats.get(id) ?? 1) + 1;
      this.#repeats.set(id, number);
      unique = `${id}#${number}`;
    }
    this.#ids.add(unique);
    return unique;
  }
}
