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

  /** One row an inode, of so many: of several names the byte-wise smallest one's. */
  finish(tree: PathTree, inodes: number): CopyUps {
    const inode = this.#inode.finish();
    const of = this.#of.finish();
    const name = this.#name.finish();
    /** Of each inode its row + 1. */
    const rowOf = new Uint32Array(inodes);
    let count = 0;
    for (let row = 0; row < inode.length; row++) {
      const other = rowOf[inode[row]!]! - 1;
      if (other >= 0 && comparePaths(tree, name[other]!, tree, name[row]!) < 0) continue;
      if (other < 0) count++;
      rowOf[inode[row]!] = row + 1;
    }
    const copyUps = { inode: new Uint32Array(count), of: new Uint32Array(count) };
    for (let i = 0, at = 0; at < count; i++) {
      if (rowOf[i] === 0) continue;
      copyUps.inode[at] = i;
      copyUps.of[at++] = of[rowOf[i]! - 1]!;
    }
    return copyUps;
  }
}
