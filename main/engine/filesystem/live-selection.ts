import type { FileFilter } from '../../../shared/model/file-filter.ts';
import { entryKinds } from '../../../shared/model/files.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { packagesOf } from '../packages/packages-of.ts';
import { type DirectoryRanks, rankDirectories, sumDirectories } from './directory-sums.ts';
import { type FileSelection, isEmptyFilter, type SelectedItem } from './file-selection.ts';
import { ChangeId, carriedBytes, type Filesystem } from './filesystem.ts';
import { originTest, placeTest } from './origin-filter.ts';
import { directoryPortions, type Portions } from './portions.ts';

/** Of the model's kinds in that order. */
export const kindIds: readonly number[] = [
  EntryKind.File,
  EntryKind.Directory,
  EntryKind.Symlink,
  EntryKind.Character,
  EntryKind.Block,
  EntryKind.Fifo,
];

/** First and last layer of a filter. */
export function layerRange({ layer, layers }: FileFilter): readonly [number, number] {
  const [from, to] = layers ? [layers.from, layers.to] : [0, Number.POSITIVE_INFINITY];
  return layer === undefined ? [from, to] : [Math.max(from, layer), Math.min(to, layer)];
}

/** 1 of each EntryKind that passes. */
function kindTest({ kinds }: FileFilter): Uint8Array {
  const passes = new Uint8Array(256).fill(kinds ? 0 : 1);
  for (const kind of kinds ?? []) passes[kindIds[entryKinds.indexOf(kind)]!] = 1;
  return passes;
}

/** What content that is gone must be, by kind of entry and size: it is of no package. */
export function contentTest(filter: FileFilter): (kind: number, size: number) => boolean {
  if (filter.package !== undefined) return () => false;
  const { minBytes = 0, maxBytes = Number.POSITIVE_INFINITY } = filter;
  const ofKind = kindTest(filter);
  return (kind, size) => ofKind[kind] === 1 && size >= minBytes && size <= maxBytes;
}

/** Of a live path that is no directory, and its inode. */
export type LiveTest = (node: number, inode: number) => boolean;

/** What is live and has these; undefined: all that is no directory. `hits` has 1 where the path matches the glob. */
export function liveTest(
  fs: Filesystem,
  filter: FileFilter,
  hits: Uint8Array | undefined,
): LiveTest | undefined {
  const ofNode = nodeTest(fs, filter, hits);
  const ofContent = storedTest(fs, filter);
  const ofOrigin = originTest(fs, filter);
  if (!ofNode && !ofContent) return ofOrigin && ((_, inode) => ofOrigin(inode));
  // What lies in the order of nodes first: inodes are elsewhere.
  return (node, inode) =>
    (!ofNode || ofNode(node)) && (!ofOrigin || ofOrigin(inode)) && (!ofContent || ofContent(inode));
}

/** What must hold of the path itself. */
function nodeTest(
  fs: Filesystem,
  filter: FileFilter,
  hits: Uint8Array | undefined,
): ((node: number) => boolean) | undefined {
  const { nodeKind, nodeChange } = fs;
  const { changes, kinds } = filter;
  const ofPackage = packageTest(fs, filter);
  if (!changes && !kinds && !hits && !ofPackage) return undefined;
  const ofKind = kindTest(filter);
  const change = new Uint8Array(3).fill(changes ? 0 : 1);
  for (const name of changes ?? []) if (name !== 'removed') change[ChangeId[name]] = 1;
  return (node) => {
    if (ofKind[nodeKind[node]!] === 0 || change[nodeChange[node]!] === 0 || (hits && hits[node] === 0))
      return false;
    return !ofPackage || ofPackage(node);
  };
}

/** What must hold of the content: its layer and size. */
function storedTest(
  { layers, inodes }: Filesystem,
  filter: FileFilter,
): ((inode: number) => boolean) | undefined {
  const { layer, size } = inodes;
  const [from, to] = layerRange(filter);
  const { minBytes = 0, maxBytes = Number.POSITIVE_INFINITY } = filter;
  const ofAnyLayer = from <= 0 && to >= layers.length - 1;
  if (ofAnyLayer && minBytes <= 0 && maxBytes === Number.POSITIVE_INFINITY) return undefined;
  return (inode) =>
    layer[inode]! >= from && layer[inode]! <= to && size[inode]! >= minBytes && size[inode]! <= maxBytes;
}

/** Whether a path belongs to the package that is asked for; undefined: to any or none. */
function packageTest(fs: Filesystem, filter: FileFilter): ((node: number) => boolean) | undefined {
  if (filter.package === undefined) return undefined;
  const { list, ofNode } = packagesOf(fs);
  const owner = list.findIndex(({ id }) => id === filter.package);
  return (node) => owner >= 0 && ofNode[node] === owner;
}

/** Of each image: its directories do not depend on a filter. */
const ranks = new WeakMap<Filesystem, DirectoryRanks>();

function ranksOf(fs: Filesystem): DirectoryRanks {
  const known = ranks.get(fs) ?? rankDirectories(fs.tree, fs.directories);
  ranks.set(fs, known);
  return known;
}

/** What is live and passes the filter. */
export function selectLive(fs: Filesystem, filter: FileFilter, hits: Uint8Array | undefined): FileSelection {
  const { inodes, nodeInode, nodeKind } = fs;
  const passes = liveTest(fs, filter, hits);
  const all = isEmptyFilter(filter);
  const portions = livePortions(fs, filter, passes);
  const ranks = ranksOf(fs);
  const { rankOf } = ranks;
  const sums = sumDirectories(ranks, portions);

  const isDirectory = (node: number) => nodeKind[node] === EntryKind.Directory;
  // What has an inode is live and no directory.
  const has = (node: number) => nodeInode[node]! >= 0 && (!passes || passes(node, nodeInode[node]!));
  const ownBytes = (node: number) => {
    const inode = nodeInode[node]!;
    if (inode < 0 || inodes.node[inode] !== node || (passes && !passes(node, inode))) return 0;
    return inodes.size[inode]!;
  };
  const ownFiles = (node: number) => (nodeKind[node] === EntryKind.File && has(node) ? 1 : 0);
  return {
    fs,
    filter,
    portions,
    ranks,
    firstChild: fs.firstChild,
    nextSibling: fs.nextSibling,
    isDirectory,
    has,
    shows: (node) => (isDirectory(node) ? all || sums.shown[rankOf[node]!] === 1 : has(node)),
    bytes: (node) => (isDirectory(node) ? sums.bytes[rankOf[node]!]! : ownBytes(node)),
    files: (node) => (isDirectory(node) ? sums.files[rankOf[node]!]! : ownFiles(node)),
    ownBytes,
    ownFiles,
    items: (node): SelectedItem[] =>
      has(node) ? [{ inode: nodeInode[node]!, bytes: carriedBytes(fs, node) }] : [],
    eachCarrier: (visit) => {
      for (let inode = 0; inode < inodes.count; inode++) {
        const size = inodes.size[inode]!;
        if (size === 0 || inodes.links[inode] === 0) continue;
        const node = inodes.node[inode]!;
        if (!passes || passes(node, inode)) visit(node, size);
      }
    },
  };
}

/** Of each image whose origins are known: its portions by source, too. */
const sourcePortions = new WeakMap<Filesystem, Portions>();

/** Of all that is live. */
function allPortions(fs: Filesystem): Portions {
  if (!fs.origins) return fs.portions;
  const known = sourcePortions.get(fs) ?? directoryPortions(fs);
  sourcePortions.set(fs, known);
  return known;
}

/** Layers, origins, lines and flows alone choose rows of what is summed up already. */
function livePortions(fs: Filesystem, filter: FileFilter, passes: LiveTest | undefined): Portions {
  if (!passes) return allPortions(fs);
  const { layer: _, layers: __, origin: ___, line: ____, flow: _____, ...others } = filter;
  if (!isEmptyFilter(others)) return directoryPortions(fs, passes);
  const [from, to] = layerRange(filter);
  const portions = allPortions(fs);
  const { layer, source } = portions;
  const ofPlace = placeTest(fs, filter);
  const within = (_: number, row: number) =>
    layer[row]! >= from && layer[row]! <= to && (!ofPlace || ofPlace(layer[row]!, source[row]!));
  return {
    directory: portions.directory.filter(within),
    layer: portions.layer.filter(within),
    source: portions.source.filter(within),
    bytes: portions.bytes.filter(within),
    carriers: portions.carriers.filter(within),
    files: portions.files.filter(within),
  };
}
