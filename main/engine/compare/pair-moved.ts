import { EntryKind } from '../archive/layer-index.ts';
import { ContentTable } from '../filesystem/content-table.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { compareInTree } from '../filesystem/path-order.ts';
import { nameBytes } from '../filesystem/path-tree.ts';

/** Files of the one image and where they are in the other: `to[i]` is where `from[i]` went. */
export interface MovedPairs {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * Pairs files that only the left has with files of equal content that only the right has: those of the same last
 * name first, then the rest, each in byte order of paths and each used once. Empty files prove nothing and stay.
 */
export function pairMoved(
  left: Filesystem,
  onlyLeft: Uint32Array,
  right: Filesystem,
  onlyRight: Uint32Array,
): MovedPairs {
  const pairs = { from: [] as number[], to: [] as number[] };
  const add = (from: number, to: number) => {
    pairs.from.push(from);
    pairs.to.push(to);
  };
  for (const { lefts, rights } of equalContents(left, onlyLeft, right, onlyRight)) {
    if (lefts.length === 1 && rights.length === 1) add(lefts[0]!, rights[0]!);
    else pairFiles(left, lefts, right, rights, add);
  }
  return pairs;
}

interface EqualContent {
  readonly lefts: number[];
  readonly rights: number[];
}

/** Contents that both have, each with its files. */
function equalContents(
  left: Filesystem,
  onlyLeft: Uint32Array,
  right: Filesystem,
  onlyRight: Uint32Array,
): Iterable<EqualContent> {
  const rights = filesIn(right, onlyRight, hashesOf(left, onlyLeft));
  const lefts = filesIn(left, onlyLeft, hashesOf(right, rights));
  const table = new ContentTable(left);
  const found: EqualContent[] = [];
  for (const node of lefts) {
    const content = table.add(left.nodeInode[node]!);
    if (content === found.length) found.push({ lefts: [node], rights: [] });
    else found[content]!.lefts.push(node);
  }
  for (const node of rights) {
    const content = table.find(right, right.nodeInode[node]!);
    if (content >= 0) found[content]!.rights.push(node);
  }
  return found.filter((content) => content.rights.length > 0);
}

/** Hashes as bits of a filter: one in so many that are not among them looks as if it were. */
const bitsPerHash = 16;

/** The filter of these files' contents. Most files that only one of two images has are nowhere in the other. */
function hashesOf(fs: Filesystem, nodes: Uint32Array): Uint32Array {
  const bits = 2 ** Math.ceil(Math.log2(Math.max(64, nodes.length * bitsPerHash)));
  const filter = new Uint32Array(bits / 32);
  for (const node of nodes) {
    if (!hasContent(fs, node)) continue;
    const hash = hashOf(fs, node);
    filter[(hash & (bits - 1)) >>> 5]! |= 1 << (hash & 31);
  }
  return filter;
}

/** The files whose contents the filter may have. */
function filesIn(fs: Filesystem, nodes: Uint32Array, filter: Uint32Array): Uint32Array {
  const mask = filter.length * 32 - 1;
  return nodes.filter((node) => {
    if (!hasContent(fs, node)) return false;
    const hash = hashOf(fs, node);
    return (filter[(hash & mask) >>> 5]! & (1 << (hash & 31))) !== 0;
  });
}

/** 32 bits of the content's hash. */
function hashOf({ layers, inodes, nodeInode }: Filesystem, node: number): number {
  const inode = nodeInode[node]!;
  return layers[inodes.layer[inode]!]!.entryHash[inodes.entry[inode]! * 4]!;
}

function hasContent(fs: Filesystem, node: number): boolean {
  return fs.nodeKind[node] === EntryKind.File && fs.inodes.size[fs.nodeInode[node]!]! > 0;
}

/** Files of one content. */
function pairFiles(
  left: Filesystem,
  lefts: number[],
  right: Filesystem,
  rights: number[],
  add: (from: number, to: number) => void,
): void {
  lefts.sort((a, b) => compareInTree(left.tree, a, b));
  rights.sort((a, b) => compareInTree(right.tree, a, b));
  const byName = new Map<string, number[]>();
  for (const node of rights.toReversed()) {
    const name = exactName(right, node);
    const known = byName.get(name);
    if (known) known.push(node);
    else byName.set(name, [node]);
  }
  const rest: number[] = [];
  const taken = new Set<number>();
  for (const node of lefts) {
    const target = byName.get(exactName(left, node))?.pop();
    if (target === undefined) {
      rest.push(node);
      continue;
    }
    taken.add(target);
    add(node, target);
  }
  const free = rights.filter((node) => !taken.has(node));
  for (let next = 0; next < Math.min(rest.length, free.length); next++) add(rest[next]!, free[next]!);
}

/** One character a byte: equal only where the bytes are. */
function exactName(fs: Filesystem, node: number): string {
  return Buffer.from(nameBytes(fs.tree, node)).toString('latin1');
}
