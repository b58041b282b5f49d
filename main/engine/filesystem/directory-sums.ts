import type { Portions } from './portions.ts';

/** Directories of a tree by their place among all directories, parents before children: sums need room for them alone. */
export interface DirectoryRanks {
  /** The place of a node that is a directory, else 0. The root's is 0 as well. */
  readonly rankOf: Uint32Array;
  /** The place of each one's parent. */
  readonly parentRank: Uint32Array;
}

/** `directories` has the root first and parents before children. */
export function rankDirectories(
  tree: { readonly count: number; readonly parent: ArrayLike<number> },
  directories: ArrayLike<number>,
): DirectoryRanks {
  const rankOf = new Uint32Array(tree.count);
  const parentRank = new Uint32Array(directories.length);
  for (let rank = 1; rank < directories.length; rank++) {
    const directory = directories[rank]!;
    rankOf[directory] = rank;
    parentRank[rank] = rankOf[tree.parent[directory]!]!;
  }
  return { rankOf, parentRank };
}

/** Sums of each directory, itself and all below it, by its rank. */
export interface DirectorySums {
  readonly bytes: Float64Array;
  /** Names of regular files. */
  readonly files: Uint32Array;
  /** 1 where there is anything that is no directory. */
  readonly shown: Uint8Array;
}

/** Adds up what is directly in directories. */
export function sumDirectories({ rankOf, parentRank }: DirectoryRanks, portions: Portions): DirectorySums {
  const count = parentRank.length;
  const bytes = new Float64Array(count);
  const files = new Uint32Array(count);
  const shown = new Uint8Array(count);
  for (let row = 0; row < portions.directory.length; row++) {
    const rank = rankOf[portions.directory[row]!]!;
    bytes[rank]! += portions.bytes[row]!;
    files[rank]! += portions.files[row]!;
    shown[rank] = 1;
  }
  for (let rank = count - 1; rank > 0; rank--) {
    const up = parentRank[rank]!;
    bytes[up]! += bytes[rank]!;
    files[up]! += files[rank]!;
    if (shown[rank] === 1) shown[up] = 1;
  }
  return { bytes, files, shown };
}
