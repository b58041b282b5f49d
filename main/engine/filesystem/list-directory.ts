import type { FileFilter, SortOrder } from '../../../shared/api/contract.ts';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { type EntryKindName, entryKinds, type FilePage, type FileRow } from '../../../shared/model/files.ts';
import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from './filesystem.ts';
import { nameOf, pathOf, textOf } from './path-text.ts';
import { compareNames } from './path-tree.ts';
import { resolveLink, resolvePath, symlinkTarget } from './resolve-path.ts';
import { selectTop } from './select-top.ts';
import { type SubtreeSums, subtreeSums } from './subtree-sums.ts';

export interface ListQuery {
  readonly path: string;
  readonly filter?: FileFilter | undefined;
  /** By bytes, largest first (the default), or by name; ties in byte order of names. */
  readonly sort?: SortOrder | undefined;
  readonly offset: number;
  readonly limit: number;
}

/**
 * A page of what is directly in a directory (or where a link to one leads). With a filter, directories without
 * anything that it lets through are left out. Throws `path-not-found`.
 */
export function listDirectory(fs: Filesystem, query: ListQuery): FilePage {
  const directory = resolveLink(fs, resolvePath(fs, query.path));
  if (directory === undefined || fs.nodeKind[directory] !== EntryKind.Directory) {
    throw new LayerscopeError({
      code: 'path-not-found',
      message: `${query.path} is no directory of the image`,
      hint: 'List the directory that it is in',
    });
  }
  const sums = subtreeSums(fs, query.filter);
  const isShown = query.filter?.layer === undefined ? () => true : (node: number) => sums.shows(node);
  const children: number[] = [];
  for (let child = fs.firstChild[directory]!; child >= 0; child = fs.nextSibling[child]!) {
    if (isShown(child)) children.push(child);
  }
  const byName = (a: number, b: number) => compareNames(fs.tree, a, b);
  const byBytes = (a: number, b: number) => sums.bytes(b) - sums.bytes(a) || byName(a, b);
  const sorted = selectTop(children, query.offset + query.limit, query.sort === 'name' ? byName : byBytes);
  return {
    directory: fileRow(fs, sums, directory, children.length > 0),
    total: children.length,
    rows: sorted
      .slice(query.offset, query.offset + query.limit)
      .map((node) => fileRow(fs, sums, node, hasShownChild(fs, node, isShown))),
  };
}

function hasShownChild(fs: Filesystem, node: number, isShown: (node: number) => boolean): boolean {
  if (fs.nodeKind[node] !== EntryKind.Directory) return false;
  for (let child = fs.firstChild[node]!; child >= 0; child = fs.nextSibling[child]!) {
    if (isShown(child)) return true;
  }
  return false;
}

export function fileRow(fs: Filesystem, sums: SubtreeSums, node: number, hasChildren: boolean): FileRow {
  const { inodes } = fs;
  const kind = kindName(fs.nodeKind[node]!);
  const inode = fs.nodeInode[node]!;
  const layer = fs.nodeLayer[node]!;
  const carrier = inode < 0 ? node : inodes.node[inode]!;
  return {
    name: nameOf(fs, node),
    path: pathOf(fs, node).path,
    kind,
    bytes: sums.bytes(node),
    files: sums.files(node),
    ...(layer >= 0 && { layer }),
    ...attributes(fs, node),
    ...(kind === 'symlink' && { target: textOf(symlinkTarget(fs, node)) }),
    ...(carrier !== node && { sameAs: pathOf(fs, carrier).path }),
    hasChildren,
  };
}

function kindName(kind: number): EntryKindName {
  if (kind === EntryKind.File) return 'file';
  if (kind === EntryKind.Directory) return 'directory';
  if (kind === EntryKind.Symlink) return 'symlink';
  if (kind === EntryKind.Character) return 'character';
  if (kind === EntryKind.Block) return 'block';
  if (kind === EntryKind.Fifo) return 'fifo';
  throw new Error(`No ${entryKinds.join(', ')} but kind ${kind}`);
}

/** A name's attributes are its inode's; a directory that is only implied has 0755 of root. */
function attributes(fs: Filesystem, node: number): Pick<FileRow, 'mode' | 'uid' | 'gid' | 'mtime'> {
  const inode = fs.nodeInode[node]!;
  const layer = fs.layers[inode < 0 ? fs.nodeLayer[node]! : fs.inodes.layer[inode]!];
  if (!layer) return { mode: 0o755, uid: 0, gid: 0, mtime: 0 };
  const entry = inode < 0 ? fs.nodeEntry[node]! : fs.inodes.entry[inode]!;
  return {
    mode: layer.entryMode[entry]!,
    uid: layer.entryUid[entry]!,
    gid: layer.entryGid[entry]!,
    mtime: layer.entryMtime[entry]!,
  };
}
