import type { Cause, Warning } from '../../../shared/model/image-document.ts';
import type { Numbers, Signed, Unsigned } from '../archive/columns.ts';
import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import type { PackedPackages } from '../packages/packages.ts';
import type { Origins } from '../stages/origins.ts';
import type { PathTree } from './path-tree.ts';
import type { Portions } from './portions.ts';

/** What a node is that no live entry has: beside the values of EntryKind. */
export const Absent = 255;

/** `causes` of the model as numbers, in that order. */
export const CauseId = {
  overwritten: 0,
  copiedUp: 1,
  deleted: 2,
  shadowed: 3,
  repeated: 4,
} as const satisfies Record<Cause, number>;
export type CauseId = (typeof CauseId)[keyof typeof CauseId];

/** How a layer's entry differs from what the layers below have at its path. */
export const ChangeId = { added: 0, modified: 1, metadata: 2 } as const;
export type ChangeId = (typeof ChangeId)[keyof typeof ChangeId];

/** Paths that were no directories, and that a layer took away: one row a path and layer. */
export interface Removals {
  readonly node: Uint32Array;
  /** What was there. */
  readonly inode: Uint32Array;
  /** The layer that took it. */
  readonly layer: Uint32Array;
}

/**
 * What entries that are no directories made, in columns. Content belongs to an inode; hard links are more names of it.
 */
export interface Inodes {
  readonly count: number;
  /** The layer, and the entry in it, that made the inode: its content and attributes. */
  readonly layer: Unsigned;
  readonly entry: Uint32Array;
  /** Bytes of content. */
  readonly size: Numbers;
  /** Live names; 0: dead. */
  readonly links: Uint32Array;
  /** Live: the byte-wise smallest live name, which carries the bytes. Dead: the name whose going was the cause. */
  readonly node: Uint32Array;
  /** Of a dead one: a CauseId. */
  readonly cause: Uint8Array;
  /** Of a dead one: the layer that took its last name. */
  readonly hiddenBy: Signed;
}

/**
 * Inodes that hold what their path held below their layer already, whatever their metadata: one row each, in the order of
 * inodes.
 */
export interface CopyUps {
  readonly inode: Uint32Array;
  /** What was at the path before; of several names at the byte-wise smallest that had the same. */
  readonly of: Uint32Array;
}

/** Sizes of the whole image, bytes. */
export interface Totals {
  readonly stored: number;
  readonly live: number;
  readonly reclaimable: number;
  /** Its parts sum to `reclaimable`. */
  readonly byCause: Readonly<Record<Cause, number>>;
  /** Live names of regular files, each hard link counted. */
  readonly files: number;
  /** live / stored; 1 when nothing is stored. */
  readonly efficiency: number;
}

/** Sizes of one layer, bytes; null where they depend on a layer that is not available. */
export interface LayerSizes {
  readonly stored: number | null;
  readonly live: number | null;
  readonly reclaimable: number | null;
  /** The uncompressed tar. */
  readonly tar: number | null;
  /** Paths that are no directories, against the layers below. */
  readonly added: number | null;
  readonly modified: number | null;
  readonly removed: number | null;
}

/** The merged filesystem of an image, as columns over the nodes of `tree`. Nothing in it changes. */
export interface Filesystem {
  readonly layers: readonly (LayerIndex | undefined)[];
  /** False when a layer is not available: then the image's sums are not known. */
  readonly complete: boolean;
  readonly warnings: readonly Warning[];
  /** Every path that any layer names, also what is no longer live, or never was. */
  readonly tree: PathTree;
  /** EntryKind (a hard link has its inode's), or Absent. The parents of a live node are live directories. */
  readonly nodeKind: Uint8Array;
  /** The live entry: layer and entry in it; both −1 of a directory that is only implied. */
  readonly nodeLayer: Signed;
  readonly nodeEntry: Int32Array;
  /** Of everything live but directories, else −1. */
  readonly nodeInode: Int32Array;
  /** Of everything live but directories: a ChangeId, against the layers below the one of the live entry. */
  readonly nodeChange: Uint8Array;
  readonly removals: Removals;
  readonly copyUps: CopyUps;
  /** Live children as a list, in no order; −1 ends it. */
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  /** Live directories, parents before children: the root first. */
  readonly directories: Uint32Array;
  readonly portions: Portions;
  readonly inodes: Inodes;
  /** Undefined when the image is not complete. */
  readonly totals: Totals | undefined;
  readonly layerSizes: readonly LayerSizes[];
  /** Where the content is from: known of what a build here made. */
  readonly origins?: Origins;
  /** Its packages, where they were looked for beforehand: `packagesOf` knows those of any image. */
  readonly packages?: PackedPackages;
}

export function isLeaf(fs: Filesystem, node: number): boolean {
  const kind = fs.nodeKind[node]!;
  return kind !== Absent && kind !== EntryKind.Directory;
}

/** Bytes the node itself carries: those of a regular file at the smallest of its names, else 0. */
export function carriedBytes(fs: Filesystem, node: number): number {
  const inode = fs.nodeInode[node]!;
  return inode >= 0 && fs.inodes.node[inode] === node ? fs.inodes.size[inode]! : 0;
}

/** EntryKind of an inode: what a hard link made because its target was missing is a file. */
export function inodeKind({ layers, inodes }: Filesystem, inode: number): number {
  const kind = layers[inodes.layer[inode]!]!.entryKind[inodes.entry[inode]!]!;
  return kind === EntryKind.HardLink ? EntryKind.File : kind;
}

/** Whether two entries have the same content: size and 128 bits of its hash. */
export function sameContent(a: LayerIndex, entryA: number, b: LayerIndex, entryB: number): boolean {
  if (a.entrySize[entryA] !== b.entrySize[entryB]) return false;
  for (let word = 0; word < 4; word++) {
    if (a.entryHash[entryA * 4 + word] !== b.entryHash[entryB * 4 + word]) return false;
  }
  return true;
}

/** The bytes of string `id` of a layer: a link's target, extended attributes. None for −1. */
export function layerString(layer: LayerIndex, id: number): Uint8Array {
  if (id < 0) return layer.strings.subarray(0, 0);
  return layer.strings.subarray(layer.stringOffset[id]!, layer.stringOffset[id + 1]!);
}
