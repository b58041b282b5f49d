import { EntryKind } from '../archive/layer-index.ts';
import type { NameTable } from '../archive/name-table.ts';
import { ContentTable } from '../filesystem/content-table.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { tableOf } from '../filesystem/find-child.ts';

/** A filesystem that instructions copy from: its names and contents at hand, each from when they are first asked for. */
export class SourceTree {
  readonly filesystem: Filesystem;
  #table: NameTable | undefined;
  #contents: Contents | undefined;

  constructor(filesystem: Filesystem) {
    this.filesystem = filesystem;
  }

  /** The child of a directory by the name bytes[start … end], or −1. */
  child(directory: number, bytes: Uint8Array, start: number, end: number): number {
    this.#table ??= tableOf(this.filesystem.tree);
    return this.#table.find(directory, bytes, start, end) || -1;
  }

  /** The number of the content that an inode of an image has, where a live file here has the same; else −1. */
  contentOf(image: Filesystem, inode: number): number {
    this.#contents ??= contentsOf(this.filesystem);
    return this.#contents.table.find(image, inode);
  }

  /** The live names of files with this content. */
  *filesWith(content: number): Generator<number> {
    const { first, next } = this.#contents!;
    for (let node = first[content]!; node > 0; node = next[node]!) yield node;
  }
}

interface Contents {
  readonly table: ContentTable;
  /** Of each content a node that has it, of each node the next one; 0 ends the list. */
  readonly first: Uint32Array;
  readonly next: Uint32Array;
}

function contentsOf(fs: Filesystem): Contents {
  const { tree, nodeKind, nodeInode, inodes } = fs;
  const table = new ContentTable(fs);
  const first = new Uint32Array(inodes.count);
  const next = new Uint32Array(tree.count);
  for (let node = 1; node < tree.count; node++) {
    if (nodeKind[node] !== EntryKind.File) continue;
    const content = table.add(nodeInode[node]!);
    next[node] = first[content]!;
    first[content] = node;
  }
  return { table, first, next };
}
