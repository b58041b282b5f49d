import type { Cause } from '../../../../shared/model/image-document.ts';
import { EntryKind } from '../../archive/layer-index.ts';
import type { Item } from './layer-of.ts';

/**
 * The rules of layers and their sizes in the most obvious way, to hold the real merge against: maps of whole paths,
 * every step a look at all of them. It shares nothing with the real one but the words.
 */
export interface NaiveInode {
  readonly item: Item;
  readonly layer: number;
  readonly kind: EntryKind;
  readonly content: string;
  /** Live names. */
  readonly names: Set<string>;
  death: { readonly cause: Cause; readonly path: string; readonly hiddenBy: number } | undefined;
  /** What held the same below its layer, at the smallest of its names where something did. */
  copyUpOf: NaiveInode | undefined;
}

export interface NaiveEntry {
  /** Undefined: a directory. */
  readonly inode: NaiveInode | undefined;
  /** Undefined: a directory that is only implied. */
  readonly layer: number | undefined;
}

export interface NaiveFilesystem {
  readonly paths: ReadonlyMap<string, NaiveEntry>;
  readonly inodes: readonly NaiveInode[];
  readonly counts: readonly { added: number; modified: number; removed: number }[];
}

export function naiveMerge(layers: readonly (readonly Item[])[]): NaiveFilesystem {
  const paths = new Map<string, NaiveEntry>();
  const inodes: NaiveInode[] = [];
  const counts = layers.map((items, layer) => {
    const before = new Map(paths);
    const goings = new Map<NaiveInode, Map<string, Cause>>();

    const remove = (path: string, cause: Cause) => {
      const inode = paths.get(path)?.inode;
      paths.delete(path);
      if (!inode) return;
      inode.names.delete(path);
      const ways = goings.get(inode) ?? new Map<string, Cause>();
      goings.set(inode, ways.set(path, inode.layer === layer ? 'repeated' : cause));
    };
    const removeBelow = (path: string, cause: Cause) => {
      for (const other of [...paths.keys()]) if (other.startsWith(`${path}/`)) remove(other, cause);
    };
    const makeParents = (path: string) => {
      const names = path.split('/').slice(1, -1);
      names.forEach((_, depth) => {
        const parent = `/${names.slice(0, depth + 1).join('/')}`;
        const there = paths.get(parent);
        if (there && !there.inode) return;
        if (there) remove(parent, 'shadowed');
        paths.set(parent, { inode: undefined, layer: undefined });
      });
    };
    const put = (path: string, inode: NaiveInode) => {
      makeParents(path);
      const old = paths.get(path)?.inode;
      const bothFiles = old?.kind === EntryKind.File && inode.kind === EntryKind.File;
      const sameContent = bothFiles && old.content === inode.content;
      removeBelow(path, 'shadowed');
      remove(path, sameContent ? 'copiedUp' : bothFiles ? 'overwritten' : 'shadowed');
      paths.set(path, { inode, layer });
      inode.names.add(path);
    };
    const makeInode = (item: Item, kind: EntryKind): NaiveInode => {
      const inode = {
        item,
        layer,
        kind,
        content: item.content ?? '',
        names: new Set<string>(),
        death: undefined,
        copyUpOf: undefined,
      };
      inodes.push(inode);
      return inode;
    };

    for (const { kind, path } of items) {
      if (kind === EntryKind.Whiteout) {
        removeBelow(path, 'deleted');
        remove(path, 'deleted');
      }
      if (kind === EntryKind.Opaque) removeBelow(path === '/' ? '' : path, 'deleted');
    }
    for (const item of items) {
      if (item.kind === EntryKind.Whiteout || item.kind === EntryKind.Opaque) continue;
      if (item.kind === EntryKind.Directory) {
        makeParents(item.path);
        if (paths.get(item.path)?.inode) remove(item.path, 'shadowed');
        paths.set(item.path, { inode: undefined, layer });
      } else if (item.kind === EntryKind.HardLink) {
        put(item.path, paths.get(item.target!)?.inode ?? makeInode(item, EntryKind.File));
      } else {
        put(item.path, makeInode(item, item.kind));
      }
    }

    for (const inode of inodes) {
      const ways = goings.get(inode);
      if (inode.names.size > 0 || !ways) continue;
      // One character a byte, so the order of strings is the order of bytes.
      const path = [...ways.keys()].sort()[0]!;
      inode.death = { cause: ways.get(path)!, path, hiddenBy: layer };
    }
    for (const inode of inodes.filter((made) => made.layer === layer)) {
      inode.copyUpOf = [...inode.names]
        .sort()
        .map((path) => before.get(path)?.inode)
        .find((was) => was && sameThing(was, inode));
    }
    return countChanges(before, paths);
  });
  return { paths, inodes, counts };
}

function countChanges(before: ReadonlyMap<string, NaiveEntry>, after: ReadonlyMap<string, NaiveEntry>) {
  const counts = { added: 0, modified: 0, removed: 0 };
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(path);
    const is = after.get(path);
    if (was?.inode && is?.inode) counts.modified += was === is ? 0 : 1;
    else if (is?.inode) counts.added++;
    else if (was?.inode) counts.removed++;
  }
  return counts;
}

/** Whether two hold the same, whatever their metadata. */
export function sameThing(a: NaiveInode, b: NaiveInode): boolean {
  if (a.kind !== b.kind) return false;
  return a.kind === EntryKind.File ? a.content === b.content : a.item.target === b.item.target;
}

/** Bytes by path: an inode's at the byte-wise smallest of its names. */
export function naiveBytes({ paths }: NaiveFilesystem, path: string): number {
  const inode = paths.get(path)?.inode;
  if (!inode || inode.kind !== EntryKind.File) return 0;
  return [...inode.names].sort()[0] === path ? inode.content.length : 0;
}
