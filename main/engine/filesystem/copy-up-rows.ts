import { GrowingColumn } from '../archive/growing-column.ts';
import type { CopyUps } from './filesystem.ts';
import { comparePaths, type PathTree } from './path-tree.ts';

/** The copy-ups of a merge in progress: a row for each name. */
export class CopyUpRows {
  readonly #inode = new GrowingColumn(new Uint32Array(64));
  readonly #of = new GrowingColumn(new Uint32Array(64));
  readonly #name = new GrowingColumn(new Uint32Array(64));

  /** `inode` took the place of `of`, which holds the same, at the node `name`. */
  add(inode: number, of: number, name: number): void {
    this.#inode.push(inode);
    this.#of.push(of);
    this.#name.push(name);
  }

  /** One row an inode: of several names the byte-wise smallest one's. */
  finish(tree: PathTree): CopyUps {
    const inodes = this.#inode.finish();
    const ofs = this.#of.finish();
    const names = this.#name.finish();
    const rows = Uint32Array.from(inodes.keys());
    // Tars mostly list names in the order in which their inodes are made.
    if (inodes.some((inode, row) => row > 0 && inode <= inodes[row - 1]!)) {
      rows.sort((a, b) => inodes[a]! - inodes[b]! || comparePaths(tree, names[a]!, tree, names[b]!));
    }
    const first = rows.filter((row, at) => at === 0 || inodes[row] !== inodes[rows[at - 1]!]);
    return { inode: first.map((row) => inodes[row]!), of: first.map((row) => ofs[row]!) };
  }
}
