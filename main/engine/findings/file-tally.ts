import { type DirectoryRanks, rankDirectories } from '../filesystem/directory-sums.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { type FileClasses, forEachFile } from './file-classes.ts';

/** Sums of the files that are looked at: by class, and of what has none by the directory that it is directly in. */
export interface FileTally {
  readonly classes: FileClasses;
  readonly bytes: number;
  readonly classBytes: Float64Array;
  readonly classFiles: Uint32Array;
  readonly ranks: DirectoryRanks;
  /** By rank. */
  readonly directoryBytes: Float64Array;
  readonly directoryFiles: Uint32Array;
  /** The node of one of these files. */
  readonly directoryFile: Uint32Array;
}

/** Sums of files in several parts at once: `partOf` tells of an inode which one counts it, −1 for none. */
export function tallyFiles(
  fs: Filesystem,
  classes: FileClasses,
  parts: number,
  partOf: (inode: number) => number,
): FileTally[] {
  const ranks = rankDirectories(fs.tree, fs.directories);
  const tallies = Array.from({ length: parts }, () => ({
    classes,
    ranks,
    bytes: 0,
    classBytes: new Float64Array(classes.count),
    classFiles: new Uint32Array(classes.count),
    directoryBytes: new Float64Array(fs.directories.length),
    directoryFiles: new Uint32Array(fs.directories.length),
    directoryFile: new Uint32Array(fs.directories.length),
  }));
  forEachFile(fs, (inode, node) => {
    const tally = tallies[partOf(inode)];
    if (!tally) return;
    const size = fs.inodes.size[inode]!;
    const id = classes.ofNode(node);
    tally.bytes += size;
    if (id >= 0) {
      tally.classBytes[id]! += size;
      tally.classFiles[id]!++;
      return;
    }
    const rank = ranks.rankOf[fs.tree.parent[node]!]!;
    tally.directoryBytes[rank]! += size;
    tally.directoryFiles[rank]!++;
    tally.directoryFile[rank] = node;
  });
  return tallies;
}
