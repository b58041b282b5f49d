import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import { type Filesystem, inodeKind, layerString, sameContent } from '../filesystem/filesystem.ts';
import { comparePaths, nameBytes } from '../filesystem/path-tree.ts';
import type { CopyInstruction } from '../project/copy-instructions.ts';
import { exactText } from './find-sources.ts';
import { mapPaths } from './map-paths.ts';
import type { SourceTree } from './source-tree.ts';

/** Where the inodes of a layer were copied from, in the order of inodes. */
export interface Matches {
  /** The source's inode, or −1. */
  readonly source: Int32Array;
  /** 1 where it was found by content alone. */
  readonly moved: Uint8Array;
}

export interface CopiedLayer {
  readonly image: Filesystem;
  /** Its index in the image. */
  readonly layer: number;
  /** Its inodes are firstInode … endInode − 1. */
  readonly firstInode: number;
  readonly endInode: number;
}

/** Finds what a layer's inodes were copied from by mapped path and equal content, under any name they have in the layer. */
export function matchPaths(
  { image, layer, firstInode, endInode }: CopiedLayer,
  copy: CopyInstruction,
  source: SourceTree,
): Matches {
  const index = image.layers[layer]!;
  const fs = source.filesystem;
  const found = new Int32Array(endInode - firstInode).fill(-1);
  const links = hardLinks(index, image, firstInode, endInode);
  const attempt = (inode: number, from: number) => {
    const candidate = from < 0 ? -1 : fs.nodeInode[from]!;
    if (candidate < 0 || found[inode - firstInode]! >= 0) return;
    if (sameThing(image, inode, fs, candidate)) found[inode - firstInode] = candidate;
  };
  for (const mapped of mapPaths(index, copy, image, source)) {
    for (let inode = firstInode; inode < endInode; inode++) {
      attempt(inode, mapped[index.entryNode[image.inodes.entry[inode]!]!]!);
    }
    for (const [inode, node] of links) attempt(inode, mapped[node]!);
  }
  return { source: found, moved: new Uint8Array(found.length) };
}

/** Names that hard links of the layer give to its own inodes: pairs of inode and node of the layer's tree. */
function hardLinks(
  index: LayerIndex,
  { inodes }: Filesystem,
  firstInode: number,
  endInode: number,
): [number, number][] {
  const links: [number, number][] = [];
  if (!index.entryKind.includes(EntryKind.HardLink)) return links;
  const inodeOf = new Int32Array(index.nodeCount).fill(-1);
  let next = firstInode;
  for (let entry = 0; entry < index.entryCount; entry++) {
    const node = index.entryNode[entry]!;
    if (next < endInode && inodes.entry[next] === entry) {
      inodeOf[node] = next++;
    } else if (index.entryKind[entry] === EntryKind.HardLink) {
      const inode = inodeOf[index.entryTarget[entry]!]!;
      inodeOf[node] = inode;
      if (inode >= 0) links.push([inode, node]);
    }
  }
  return links;
}

/** Equal content, or a link to the same target, a device of the same numbers. */
function sameThing(a: Filesystem, inodeA: number, b: Filesystem, inodeB: number): boolean {
  const kind = inodeKind(a, inodeA);
  if (kind !== inodeKind(b, inodeB)) return false;
  const layerA = a.layers[a.inodes.layer[inodeA]!]!;
  const layerB = b.layers[b.inodes.layer[inodeB]!]!;
  const entryA = a.inodes.entry[inodeA]!;
  const entryB = b.inodes.entry[inodeB]!;
  if (kind === EntryKind.File) return sameContent(layerA, entryA, layerB, entryB);
  const targetA = layerString(layerA, layerA.entryTarget[entryA]!);
  return Buffer.compare(targetA, layerString(layerB, layerB.entryTarget[entryB]!)) === 0;
}

/**
 * Looks for files that have no match yet by equal content anywhere in the source: the same last name first, then the
 * byte-wise smallest path. Links and devices prove nothing by themselves. `among` narrows where.
 */
export function matchContents(
  { image, layer, firstInode, endInode }: CopiedLayer,
  source: SourceTree,
  { source: found, moved }: Matches,
  among: (node: number) => boolean = () => true,
): void {
  const index = image.layers[layer]!;
  const known = new Map<number, Candidates>();
  for (let inode = firstInode; inode < endInode; inode++) {
    if (found[inode - firstInode]! >= 0 || inodeKind(image, inode) !== EntryKind.File) continue;
    const file = source.fileWith(image, inode);
    if (file < 0) continue;
    const candidates = known.get(file) ?? candidatesOf(source, file, among);
    known.set(file, candidates);
    const node = index.entryNode[image.inodes.entry[inode]!]!;
    const name = exactText(index.names.subarray(index.nodeName[node]!, index.nodeName[node + 1]!));
    const from = candidates.byName.get(name) ?? candidates.smallest;
    if (from === undefined) continue;
    found[inode - firstInode] = source.filesystem.nodeInode[from]!;
    moved[inode - firstInode] = 1;
  }
}

/** The live files of the source that have the content of one: the byte-wise smallest path of each last name, and of all. */
interface Candidates {
  readonly byName: Map<string, number>;
  smallest: number | undefined;
}

function candidatesOf(source: SourceTree, file: number, among: (node: number) => boolean): Candidates {
  const { tree } = source.filesystem;
  const candidates: Candidates = { byName: new Map(), smallest: undefined };
  const smaller = (a: number, b: number | undefined) => b === undefined || comparePaths(tree, a, tree, b) < 0;
  for (const node of source.filesLike(file)) {
    if (!among(node)) continue;
    const name = exactText(nameBytes(tree, node));
    if (smaller(node, candidates.smallest)) candidates.smallest = node;
    if (smaller(node, candidates.byName.get(name))) candidates.byName.set(name, node);
  }
  return candidates;
}
