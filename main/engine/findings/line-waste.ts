import { type Cause, causes } from '../../../shared/model/image-document.ts';
import type { Dockerfile } from '../../../shared/model/project.ts';
import type { LineWaste } from '../../../shared/model/project-document.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { comparePaths } from '../filesystem/path-tree.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';
import { wasteFix } from './waste-fix.ts';

export interface LineWasteList {
  readonly total: number;
  /** What is reclaimable of the image. */
  readonly totalBytes: number;
  readonly items: LineWaste[];
}

/** Content of one layer that another one wasted in one way. */
interface Row {
  readonly layer: number;
  readonly hiddenBy: number;
  readonly cause: Cause;
  bytes: number;
  files: number;
  /** The largest of it. */
  inode: number;
}

/**
 * What is stored and no longer live, by the layer that stored it, the one that wasted it, and how, largest first,
 * with what could be done about it. `owners` are the layers' instructions, in `dockerfile`.
 */
export function lineWaste(
  fs: Filesystem,
  owners: readonly (LayerOwner | undefined)[],
  dockerfile: Dockerfile,
  top = Number.POSITIVE_INFINITY,
): LineWasteList {
  const rows = wasteRows(fs).sort(
    (a, b) =>
      b.bytes - a.bytes ||
      a.layer - b.layer ||
      a.hiddenBy - b.hiddenBy ||
      causes.indexOf(a.cause) - causes.indexOf(b.cause),
  );
  return {
    total: rows.length,
    totalBytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    items: rows.slice(0, top).map(({ cause, bytes, files, layer, hiddenBy, inode }) => ({
      cause,
      bytes,
      files,
      layer,
      hiddenBy,
      storedBy: placeOf(owners[layer]),
      wastedBy: placeOf(owners[hiddenBy]),
      path: pathOf(fs, fs.inodes.node[inode]!).path,
      fix: wasteFix({ cause, stored: owners[layer], wasted: owners[hiddenBy], dockerfile }) ?? null,
    })),
  };
}

function wasteRows(fs: Filesystem): Row[] {
  const { inodes, tree, layers } = fs;
  const rows = new Map<number, Row>();
  for (let inode = 0; inode < inodes.count; inode++) {
    const size = inodes.size[inode]!;
    if (inodes.links[inode]! > 0 || size === 0) continue;
    const layer = inodes.layer[inode]!;
    const hiddenBy = inodes.hiddenBy[inode]!;
    const cause = inodes.cause[inode]!;
    const key = (cause * layers.length + layer) * layers.length + hiddenBy;
    let row = rows.get(key);
    if (!row) {
      row = { layer, hiddenBy, cause: causes[cause]!, bytes: 0, files: 0, inode };
      rows.set(key, row);
    }
    row.bytes += size;
    row.files++;
    const larger =
      size - inodes.size[row.inode]! ||
      comparePaths(tree, inodes.node[row.inode]!, tree, inodes.node[inode]!);
    if (larger > 0) row.inode = inode;
  }
  return [...rows.values()];
}

function placeOf(owner: LayerOwner | undefined): LineWaste['storedBy'] {
  if (owner?.kind !== 'instruction') return null;
  return { stage: owner.stage, line: owner.line, endLine: owner.endLine };
}
