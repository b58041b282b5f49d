import type { Filesystem } from '../filesystem/filesystem.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { forEachFile } from './file-classes.ts';
import type { FileTally } from './file-tally.ts';
import { findPlaces } from './find-places.ts';

/** A directory holds most of a class when it has more than this share of its bytes. */
const mostShare = 0.5;

/**
 * The directory that most of each of these classes is in: where a known place begins, else the deepest. Classes that
 * are all over the image have none.
 */
export function locateClasses(
  fs: Filesystem,
  { classes, classBytes, ranks }: FileTally,
  includes: (inode: number) => boolean,
  wanted: readonly number[],
): ReadonlyMap<number, string> {
  const { rootOf } = findPlaces(fs);
  const { rankOf, parentRank } = ranks;
  /** Of each class, bytes directly in directories; what is in a known place all where it begins. */
  const direct = new Map(wanted.map((id) => [id, new Map<number, number>()]));
  const isWanted = new Uint8Array(classes.count);
  for (const id of wanted) isWanted[id] = 1;
  // Files of one directory mostly follow one another.
  const run = { id: -1, at: -1, bytes: 0 };
  const endRun = () => {
    const sums = direct.get(run.id);
    sums?.set(run.at, (sums.get(run.at) ?? 0) + run.bytes);
  };
  forEachFile(fs, (inode, node) => {
    const id = classes.ofNode(node);
    if (isWanted[id] !== 1 || !includes(inode)) return;
    const at = rootOf[node] || fs.tree.parent[node]!;
    if (run.id !== id || run.at !== at) {
      endRun();
      run.id = id;
      run.at = at;
      run.bytes = 0;
    }
    run.bytes += fs.inodes.size[inode]!;
  });
  endRun();

  const located = new Map<number, string>();
  const sums = new Float64Array(fs.directories.length);
  for (const [id, places] of direct) {
    const half = classBytes[id]! * mostShare;
    const [alone] = [...places].find(([, bytes]) => bytes > half) ?? [];
    if (alone !== undefined) {
      if (alone !== 0) located.set(id, pathOf(fs, alone).path);
      continue;
    }
    sums.fill(0);
    for (const [at, bytes] of places) sums[rankOf[at]! || rankOf[fs.tree.parent[at]!]!]! += bytes;
    let rank = parentRank.length - 1;
    for (; rank > 0 && sums[rank]! <= half; rank--) sums[parentRank[rank]!]! += sums[rank]!;
    // All of a Linux system is below /usr: that says nothing.
    if (rank > 0 && parentRank[rank] !== 0) located.set(id, pathOf(fs, fs.directories[rank]!).path);
  }
  return located;
}
