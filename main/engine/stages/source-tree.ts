import { EntryKind } from '../archive/layer-index.ts';
import { ChildFinder } from '../filesystem/child-finder.ts';
import { type Filesystem, sameContent } from '../filesystem/filesystem.ts';

/** A filesystem that instructions copy from: its names and contents at hand, each from when they are first asked for. */
export class SourceTree {
  readonly filesystem: Filesystem;
  #names: ChildFinder | undefined;
  #contents: Contents | undefined;

  constructor(filesystem: Filesystem) {
    this.filesystem = filesystem;
  }

  /** The live child of a directory by the name bytes[start … end], or −1. */
  child(directory: number, bytes: Uint8Array, start: number, end: number): number {
    this.#names ??= new ChildFinder(this.filesystem);
    return this.#names.find(directory, bytes, start, end);
  }

  /** A live file here that has the content of an image's inode, the same one for each that has it; else −1. */
  fileWith(image: Filesystem, inode: number): number {
    this.#contents ??= contentsOf(this.filesystem);
    const { first, next } = this.#contents;
    let node = first[hashOf(image, inode) & (first.length - 1)]!;
    while (node > 0 && !hasContent(this.filesystem, node, image, inode)) node = next[node]!;
    return node || -1;
  }

  /** All live files that have the content of one that `fileWith` gave. */
  *filesLike(file: number): Generator<number> {
    const inode = this.filesystem.nodeInode[file]!;
    // It is the first of them in its list.
    for (let node = file; node > 0; node = this.#contents!.next[node]!) {
      if (hasContent(this.filesystem, node, this.filesystem, inode)) yield node;
    }
  }
}

/** Live files in lists, by some bits of the hash of their content. A list has few contents. */
interface Contents {
  readonly first: Uint32Array;
  /** 0 ends a list. */
  readonly next: Uint32Array;
}

function contentsOf(fs: Filesystem): Contents {
  const { tree, nodeKind, nodeInode } = fs;
  const first = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(64, tree.count))));
  const next = new Uint32Array(tree.count);
  for (let node = tree.count - 1; node > 0; node--) {
    if (nodeKind[node] !== EntryKind.File) continue;
    const list = hashOf(fs, nodeInode[node]!) & (first.length - 1);
    next[node] = first[list]!;
    first[list] = node;
  }
  return { first, next };
}

/** 32 bits of the hash of an inode's content. */
function hashOf({ layers, inodes }: Filesystem, inode: number): number {
  return layers[inodes.layer[inode]!]!.entryHash[inodes.entry[inode]! * 4]!;
}

function hasContent(fs: Filesystem, node: number, image: Filesystem, inode: number): boolean {
  const own = fs.nodeInode[node]!;
  return sameContent(
    fs.layers[fs.inodes.layer[own]!]!,
    fs.inodes.entry[own]!,
    image.layers[image.inodes.layer[inode]!]!,
    image.inodes.entry[inode]!,
  );
}
