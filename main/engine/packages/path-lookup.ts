import { EntryKind } from '../archive/layer-index.ts';
import { ChildFinder } from '../filesystem/child-finder.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { resolveLink } from '../filesystem/resolve-path.ts';

const slash = 0x2f;
const dot = 0x2e;

/** Finds the many paths that package managers write down. Directories may be links: `/bin` mostly is. */
export class PathLookup {
  readonly #fs: Filesystem;
  /** Made when something is looked up: many images need none. */
  #names: ChildFinder | undefined;
  readonly #links = new Map<number, number>();

  constructor(fs: Filesystem) {
    this.#fs = fs;
  }

  /**
   * The directory of a path, or −1. A relative one begins at `from`, an absolute one at `root`, which is not the image's
   * where a system was installed into a folder.
   */
  directory(path: Buffer, start: number, end: number, from: number, root = 0): number {
    const { tree } = this.#fs;
    let node = path[start] === slash ? root : from;
    for (let at = start; at < end && node >= 0; ) {
      let to = at;
      while (to < end && path[to] !== slash) to++;
      const isDots = path[at] === dot && (to - at === 1 || (to - at === 2 && path[at + 1] === dot));
      if (isDots && to - at === 2) node = tree.parent[node]!;
      else if (to > at && !isDots) node = this.#directoryIn(node, path, at, to);
      at = to + 1;
    }
    return node;
  }

  /** What is live of that name in a directory and is no directory, or −1. A link is meant itself. */
  file(directory: number, name: Buffer, start: number, end: number): number {
    const node = this.#child(directory, name, start, end);
    return node >= 0 && this.#fs.nodeInode[node]! >= 0 ? node : -1;
  }

  release(): void {
    this.#names?.release();
    this.#names = undefined;
  }

  #directoryIn(parent: number, name: Buffer, start: number, end: number): number {
    const node = this.#child(parent, name, start, end);
    if (node < 0) return -1;
    switch (this.#fs.nodeKind[node]) {
      case EntryKind.Directory:
        return node;
      case EntryKind.Symlink:
        return this.#linked(node);
      default:
        return -1;
    }
  }

  /** The directory that a link leads to, or −1. */
  #linked(node: number): number {
    let target = this.#links.get(node);
    if (target === undefined) {
      target = resolveLink(this.#fs, node) ?? -1;
      if (target >= 0 && this.#fs.nodeKind[target] !== EntryKind.Directory) target = -1;
      this.#links.set(node, target);
    }
    return target;
  }

  #child(parent: number, name: Buffer, start: number, end: number): number {
    this.#names ??= new ChildFinder(this.#fs);
    return this.#names.find(parent, name, start, end);
  }
}
