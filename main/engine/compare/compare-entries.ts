import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import { type Filesystem, layerString, sameContent } from '../filesystem/filesystem.ts';
import { RowKindId } from './change-columns.ts';

/**
 * How two entries of one path differ, neither a directory, as a number. `leftOf` maps right nodes to left ones.
 * The time of change alone is no difference: every build has its own.
 */
export function compareEntries(
  left: Filesystem,
  l: number,
  right: Filesystem,
  r: number,
  leftOf: Int32Array,
): number {
  if (left.nodeKind[l] !== right.nodeKind[r]) return RowKindId.changed;
  const inodeL = left.nodeInode[l]!;
  const inodeR = right.nodeInode[r]!;
  const layerL = left.layers[left.inodes.layer[inodeL]!]!;
  const layerR = right.layers[right.inodes.layer[inodeR]!]!;
  const entryL = left.inodes.entry[inodeL]!;
  const entryR = right.inodes.entry[inodeR]!;

  const isFile = left.nodeKind[l] === EntryKind.File;
  const equal = isFile
    ? sameContent(layerL, entryL, layerR, entryR)
    : sameTarget(layerL, entryL, layerR, entryR);
  if (!equal) return RowKindId.changed;

  const carriersMatch = leftOf[right.inodes.node[inodeR]!] === left.inodes.node[inodeL];
  const linksMatch = left.inodes.links[inodeL] === right.inodes.links[inodeR];
  return carriersMatch && linksMatch && sameAttributes(layerL, entryL, layerR, entryR)
    ? RowKindId.same
    : RowKindId.metadata;
}

/** Where a symbolic link leads, or the numbers of a device. */
function sameTarget(a: LayerIndex, entryA: number, b: LayerIndex, entryB: number): boolean {
  return sameString(a, a.entryTarget[entryA]!, b, b.entryTarget[entryB]!);
}

function sameAttributes(a: LayerIndex, entryA: number, b: LayerIndex, entryB: number): boolean {
  return (
    a.entryMode[entryA] === b.entryMode[entryB] &&
    a.entryUid[entryA] === b.entryUid[entryB] &&
    a.entryGid[entryA] === b.entryGid[entryB] &&
    sameString(a, a.entryXattrs[entryA]!, b, b.entryXattrs[entryB]!)
  );
}

function sameString(a: LayerIndex, idA: number, b: LayerIndex, idB: number): boolean {
  return (idA < 0 && idB < 0) || Buffer.compare(layerString(a, idA), layerString(b, idB)) === 0;
}
