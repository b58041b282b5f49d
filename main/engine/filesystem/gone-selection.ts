import type { FileFilter } from '../../../shared/model/file-filter.ts';
import { causes } from '../../../shared/model/image-document.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { rankDirectories, sumDirectories } from './directory-sums.ts';
import type { FileSelection, SelectedItem } from './file-selection.ts';
import { Absent, carriedBytes, type Filesystem, inodeKind } from './filesystem.ts';
import { contentTest, layerRange, liveTest } from './live-selection.ts';
import { originTest } from './origin-filter.ts';
import { PortionTable } from './portions.ts';

/** Whether the filter is (also) about what is no longer there. */
export function isAboutGone({ changes, causes: wanted }: FileFilter): boolean {
  return wanted !== undefined || changes?.includes('removed') === true;
}

/**
 * What passes a filter that is about what is no longer there. A path may have several items: its contents of several
 * layers; and items as well as children, where it was a file once and a directory another time.
 */
export function selectGone(fs: Filesystem, filter: FileFilter, hits: Uint8Array | undefined): FileSelection {
  const items = new Items(fs);
  const { changes } = filter;
  if (!filter.causes) addLive(fs, filter, hits, items);
  if (changes?.includes('removed')) addRemoved(fs, filter, hits, items);
  if (filter.causes && !changes) addWaste(fs, filter, hits, items);
  return items.select(filter);
}

function addLive(fs: Filesystem, filter: FileFilter, hits: Uint8Array | undefined, items: Items): void {
  const passes = liveTest(fs, filter, hits)!;
  for (let n = 1; n < fs.tree.count; n++) {
    const kind = fs.nodeKind[n]!;
    const inode = fs.nodeInode[n]!;
    if (kind === Absent || kind === EntryKind.Directory || !passes(n, inode)) continue;
    items.add(n, inode, carriedBytes(fs, n), -1);
  }
}

function addRemoved(fs: Filesystem, filter: FileFilter, hits: Uint8Array | undefined, items: Items): void {
  const { removals, inodes } = fs;
  const content = contentTest(filter);
  const [from, to] = layerRange(filter);
  const isCause = causeTest(filter);
  const ofOrigin = originTest(fs, filter);
  for (let row = 0; row < removals.node.length; row++) {
    const node = removals.node[row]!;
    const inode = removals.inode[row]!;
    const layer = removals.layer[row]!;
    if (layer < from || layer > to || (hits && hits[node] === 0)) continue;
    if (ofOrigin && !ofOrigin(inode)) continue;
    if (!content(inodeKind(fs, inode), inodes.size[inode]!)) continue;
    const died = inodes.links[inode] === 0 && inodes.node[inode] === node && inodes.hiddenBy[inode] === layer;
    if (filter.causes && !(died && isCause(inodes.cause[inode]!))) continue;
    items.add(node, inode, died ? inodes.size[inode]! : 0, layer);
  }
}

function addWaste(fs: Filesystem, filter: FileFilter, hits: Uint8Array | undefined, items: Items): void {
  const { inodes } = fs;
  const content = contentTest(filter);
  const [from, to] = layerRange(filter);
  const isCause = causeTest(filter);
  const ofOrigin = originTest(fs, filter);
  for (let inode = 0; inode < inodes.count; inode++) {
    const size = inodes.size[inode]!;
    if (inodes.links[inode]! > 0 || size === 0 || !isCause(inodes.cause[inode]!)) continue;
    const layer = inodes.layer[inode]!;
    const node = inodes.node[inode]!;
    if (layer < from || layer > to || (hits && hits[node] === 0)) continue;
    if (ofOrigin && !ofOrigin(inode)) continue;
    if (content(EntryKind.File, size)) items.add(node, inode, size, inodes.hiddenBy[inode]!);
  }
}

function causeTest({ causes: wanted }: FileFilter): (cause: number) => boolean {
  const passes = new Uint8Array(causes.length);
  for (const cause of wanted ?? []) passes[causes.indexOf(cause)] = 1;
  return (cause) => passes[cause] === 1;
}

/** Items by node, as lists. */
class Items {
  readonly #fs: Filesystem;
  readonly #node: number[] = [];
  readonly #inode: number[] = [];
  readonly #bytes: number[] = [];
  /** −1: live. */
  readonly #hiddenBy: number[] = [];

  constructor(fs: Filesystem) {
    this.#fs = fs;
  }

  add(node: number, inode: number, bytes: number, hiddenBy: number): void {
    this.#node.push(node);
    this.#inode.push(inode);
    this.#bytes.push(bytes);
    this.#hiddenBy.push(hiddenBy);
  }

  select(filter: FileFilter): FileSelection {
    const fs = this.#fs;
    const { parent, count } = fs.tree;
    const isFile = (item: number) => inodeKind(fs, this.#inode[item]!) === EntryKind.File;
    const table = new PortionTable(count);
    const first = new Int32Array(count).fill(-1);
    const next = new Int32Array(this.#node.length);
    const isDirectory = new Uint8Array(count);
    isDirectory[0] = 1;
    for (let item = this.#node.length - 1; item >= 0; item--) {
      const node = this.#node[item]!;
      next[item] = first[node]!;
      first[node] = item;
      for (let up = parent[node]!; isDirectory[up] === 0; up = parent[up]!) isDirectory[up] = 1;
      const inode = this.#inode[item]!;
      const source = fs.origins ? fs.origins.ofInode[inode]! : 0;
      const bytes = this.#bytes[item]!;
      table.add(
        parent[node]!,
        fs.inodes.layer[inode]!,
        source,
        bytes,
        bytes > 0 ? 1 : 0,
        isFile(item) ? 1 : 0,
      );
    }
    const portions = table.finish();
    const directories: number[] = [];
    for (let n = 0; n < count; n++) if (isDirectory[n] === 1) directories.push(n);
    let lists: ChildLists | undefined;
    const childLists = () => {
      lists ??= listChildren(parent, count, (node) => isDirectory[node] === 1 || first[node]! >= 0);
      return lists;
    };
    const ranks = rankDirectories(fs.tree, directories);
    const { rankOf } = ranks;
    const sums = sumDirectories(ranks, portions);

    const own = (node: number, of: (item: number) => number) => {
      let sum = 0;
      for (let item = first[node]!; item >= 0; item = next[item]!) sum += of(item);
      return sum;
    };
    const ownBytes = (node: number) => own(node, (item) => this.#bytes[item]!);
    const ownFiles = (node: number) => own(node, (item) => (isFile(item) ? 1 : 0));
    return {
      fs,
      filter,
      portions,
      ranks,
      get firstChild() {
        return childLists().firstChild;
      },
      get nextSibling() {
        return childLists().nextSibling;
      },
      isDirectory: (node) => isDirectory[node] === 1,
      has: (node) => first[node]! >= 0,
      shows: (node) => first[node]! >= 0 || (isDirectory[node] === 1 && sums.shown[rankOf[node]!] === 1),
      bytes: (node) => (isDirectory[node] === 1 ? sums.bytes[rankOf[node]!]! : 0) + ownBytes(node),
      files: (node) => (isDirectory[node] === 1 ? sums.files[rankOf[node]!]! : 0) + ownFiles(node),
      ownBytes,
      ownFiles,
      items: (node) => this.#itemsAt(first[node]!, next),
      eachCarrier: (visit) => {
        for (let n = 1; n < count; n++) {
          const bytes = first[n]! < 0 ? 0 : ownBytes(n);
          if (bytes > 0) visit(n, bytes);
        }
      },
    };
  }

  #itemsAt(first: number, next: Int32Array): SelectedItem[] {
    const found: SelectedItem[] = [];
    for (let item = first; item >= 0; item = next[item]!) {
      const hiddenBy = this.#hiddenBy[item]!;
      const base = { inode: this.#inode[item]!, bytes: this.#bytes[item]! };
      found.push(hiddenBy < 0 ? base : { ...base, hiddenBy });
    }
    const { layer } = this.#fs.inodes;
    return found.sort((a, b) => layer[a.inode]! - layer[b.inode]! || a.inode - b.inode);
  }
}

interface ChildLists {
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
}

/** The children of each node that are in it, as lists. */
function listChildren(parent: ArrayLike<number>, count: number, isIn: (node: number) => boolean): ChildLists {
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  for (let n = count - 1; n > 0; n--) {
    if (!isIn(n)) continue;
    nextSibling[n] = firstChild[parent[n]!]!;
    firstChild[parent[n]!] = n;
  }
  return { firstChild, nextSibling };
}
