import { Absent, type Filesystem } from './filesystem.ts';
import { nameBytes, type PathTree } from './path-tree.ts';
import { findPath, findWritten, resolvePath } from './resolve-path.ts';

/** Names from the root on, raw bytes. */
export type PathParts = readonly Uint8Array[];

export function partsOfPath(tree: PathTree, node: number): PathParts {
  const parts: Uint8Array[] = [];
  for (let n = node; n !== 0; n = tree.parent[n]!) parts.unshift(nameBytes(tree, n));
  return parts;
}

/** The node of a path, live or not. */
export function findParts(tree: PathTree, parts: PathParts): number | undefined {
  let node = 0;
  let depth = 0;
  // A parent's number is smaller than its children's, so each part is behind the one before it.
  for (let n = 1; n < tree.count && depth < parts.length; n++) {
    if (tree.parent[n] !== node || Buffer.compare(nameBytes(tree, n), parts[depth]!) !== 0) continue;
    node = n;
    depth++;
  }
  return depth === parts.length ? node : undefined;
}

export function textOfParts(parts: PathParts): Uint8Array {
  return Buffer.concat(parts.flatMap((part) => [Buffer.from('/'), part]));
}

/**
 * The node of a path that any layer has: the live one that it is written as, or leads to by links, else one that is no
 * longer live. Throws `path-not-found`.
 */
export function resolveAnywhere(fs: Filesystem, path: string): number {
  const written = findWritten(fs, path);
  if (written !== undefined && fs.nodeKind[written] !== Absent) return written;
  return findPath(fs, path) ?? written ?? resolvePath(fs, path);
}
