import type { OriginKind } from '../../../shared/model/origin.ts';
import { type ChangeColumns, RowKindId } from '../compare/change-columns.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { Packages } from '../packages/packages.ts';
import { type KeyedGroup, keyedGroups } from './group-files.ts';

/** Where a part is from: several lines of one origin are one. */
export interface PartOrigin {
  readonly kind: OriginKind;
  readonly id: string;
  readonly name: string;
}

/** Bytes that only one of two images has, or both: of one origin, where origins are known, in groups. */
export interface Part {
  readonly origin: PartOrigin | undefined;
  readonly bytes: number;
  readonly groups: readonly KeyedGroup[];
}

export interface DifferenceParts {
  readonly left: readonly Part[];
  readonly right: readonly Part[];
  /** By where it is on the right. */
  readonly both: readonly Part[];
}

interface Side {
  readonly filesystem: Filesystem;
  readonly packages: Packages;
}

/** Groups looked at of each origin: the rest of it is told of as one. */
const groupsOfOrigin = 40;
/** An origin with a smaller share than this is not looked into. */
const smallShare = 1 / 100;

/** What two images have each for itself, and what in common: files at the same path, or moved, with equal content. */
export function differenceParts(left: Side, right: Side, columns: ChangeColumns): DifferenceParts {
  const sharedOfLeft = sharedInodes(left.filesystem, columns.kind, columns.leftNode);
  const sharedOfRight = sharedInodes(right.filesystem, columns.kind, columns.rightNode);
  return {
    left: partsOf(left, sharedOfLeft, 0),
    right: partsOf(right, sharedOfRight, 0),
    both: partsOf(right, sharedOfRight, 1),
  };
}

/** 1 for each inode whose content the other side has at the path of one of its names, or moved from or to there. */
function sharedInodes(fs: Filesystem, kind: Uint8Array, nodes: Int32Array): Uint8Array {
  const shared = new Uint8Array(fs.inodes.count);
  for (let row = 0; row < nodes.length; row++) {
    const id = kind[row];
    if (id === RowKindId.same || id === RowKindId.metadata || id === RowKindId.moved)
      shared[fs.nodeInode[nodes[row]!]!] = 1;
  }
  return shared;
}

/** The live inodes that have this mark. */
function partsOf({ filesystem, packages }: Side, marks: Uint8Array, mark: number): Part[] {
  const { inodes, origins } = filesystem;
  const ids: (string | undefined)[] = origins
    ? [...new Set(origins.sources.map(({ id }) => id))]
    : [undefined];
  const idOf = Uint16Array.from(origins?.sources ?? [], ({ id }) => ids.indexOf(id));
  const originOf = (inode: number) => (origins ? idOf[origins.ofInode[inode]!]! : 0);
  const bytes = new Float64Array(ids.length);
  for (let inode = 0; inode < inodes.count; inode++) {
    if (inodes.links[inode]! > 0 && marks[inode] === mark) bytes[originOf(inode)]! += inodes.size[inode]!;
  }
  const worthwhile = bytes.reduce((sum, each) => sum + each, 0) * smallShare;
  return ids.flatMap((id, index) => {
    if (bytes[index] === 0) return [];
    const source = origins?.sources.find((each) => each.id === id);
    const origin = source && { kind: source.kind, id: source.id, name: source.name };
    if (bytes[index]! < worthwhile) return { origin, bytes: bytes[index]!, groups: [] };
    const includes = (inode: number) => marks[inode] === mark && originOf(inode) === index;
    const { items } = keyedGroups(filesystem, packages, includes, groupsOfOrigin);
    return { origin, bytes: bytes[index]!, groups: items };
  });
}
