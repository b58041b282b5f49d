import { release } from '../archive/columns.ts';
import { NameTable } from '../archive/name-table.ts';
import { Absent, type Filesystem } from './filesystem.ts';
import { isNamed } from './find-child.ts';

/**
 * Finds live children by name, for those who look up many. Tars, lists of files and other images mostly go through
 * directories in the same order, so that the node after the one found last is looked at first. The names of a directory
 * enter a table when that does not help.
 */
export class ChildFinder {
  readonly #fs: Filesystem;
  readonly #table: NameTable;
  /** 1 of a directory whose children are in the table. */
  readonly #tabled: Uint8Array;
  #last = 0;

  constructor(fs: Filesystem) {
    this.#fs = fs;
    this.#table = new NameTable({
      isNamed: (node, parent, bytes, start, end) => isNamed(fs.tree, node, parent, bytes, start, end),
    });
    this.#tabled = new Uint8Array(fs.tree.count);
  }

  /** The live child of a live directory by the name bytes[start … end], or −1. */
  find(directory: number, bytes: Uint8Array, start: number, end: number): number {
    const { tree, nodeKind } = this.#fs;
    const next = this.#last + 1;
    const isNext =
      next < tree.count && nodeKind[next] !== Absent && isNamed(tree, next, directory, bytes, start, end);
    const found = isNext ? next : this.#lookUp(directory, bytes, start, end);
    if (found > 0) this.#last = found;
    return found || -1;
  }

  /** Gives the memory back; nothing can be found afterwards. */
  release(): void {
    this.#table.release();
    release(this.#tabled);
  }

  #lookUp(directory: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.#tabled[directory] === 0) this.#tableChildren(directory);
    return this.#table.find(directory, bytes, start, end);
  }

  #tableChildren(directory: number): void {
    this.#tabled[directory] = 1;
    const { tree, firstChild, nextSibling } = this.#fs;
    for (let child = firstChild[directory]!; child >= 0; child = nextSibling[child]!) {
      const { nodeName, names } = tree.layers[tree.nameLayer[child]!]!;
      const named = tree.nameNode[child]!;
      this.#table.add(child, directory, names, nodeName[named]!, nodeName[named + 1]!);
    }
  }
}
