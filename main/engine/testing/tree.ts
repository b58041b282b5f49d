/** One path of a filesystem, as two readings of it are compared. */
export interface TreeEntry {
  readonly kind: 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo';
  /** Permission bits in octal, with setuid, setgid and sticky. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly mtime?: number;
  /** Bytes of a regular file, and what its content hashes to. */
  readonly size?: number;
  readonly hash?: string;
  /** What a symbolic link says; `major:minor` of a device. */
  readonly target?: string;
  /** All names of what has several, in order. */
  readonly names?: readonly string[];
  /** `key=value`, in order. */
  readonly xattrs?: readonly string[];
}

/** By absolute path; bytes that are no UTF-8 are replacement characters. */
export type Tree = Map<string, TreeEntry>;

/** Every difference between two trees as a line; none when they are equal. */
export function differences(ours: Tree, theirs: Tree): string[] {
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return paths.flatMap((path) => {
    const [left, right] = [ours.get(path), theirs.get(path)].map(canonical);
    return left === right ? [] : [`${JSON.stringify(path)}: ours ${left}, theirs ${right}`];
  });
}

function canonical(entry: TreeEntry | undefined): string {
  return entry ? JSON.stringify(entry, Object.keys(entry).sort()) : 'nothing';
}

/** Gives each entry that shares its inode with others the names of all. */
export function withNames(tree: Tree, groups: Iterable<readonly string[]>): Tree {
  for (const group of groups) {
    if (group.length < 2) continue;
    const names = [...group].sort();
    for (const name of names) tree.set(name, { ...tree.get(name)!, names });
  }
  return tree;
}
