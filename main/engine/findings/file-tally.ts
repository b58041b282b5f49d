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

export function tallyFiles(
  fs: Filesystem,
  classes: FileClasses,
  includes: (inode: number) => boolean,
): FileTally {
  const ranks = rankDirectories(fs.tree, fs.directories);
  const classBytes = new Float64Array(classes.count);
  const classFiles = new Uint32Array(classes.count);
  const directoryBytes = new Float64Array(fs.directories.length);
  const directoryFiles = new Uint32Array(fs.directories.length);
  const directoryFile = new Uint32Array(fs.directories.length);
  let bytes = 0;
  forEachFile(fs, includes, (inode, node) => {
    const size = fs.inodes.size[inode]!;
    const id = classes.ofNode(node);
    bytes += size;
    if (id >= 0) {
      classBytes[id]! += size;
      classFiles[id]!++;
      return;
    }
    const rank = ranks.rankOf[fs.tree.parent[node]!]!;
    directoryBytes[rank]! += size;
    directoryFiles[rank]!++;
    directoryFile[rank] = node;
  });
  return { classes, bytes, classBytes, classFiles, ranks, directoryBytes, directoryFiles, directoryFile };
}
