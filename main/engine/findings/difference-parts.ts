import type { OriginKind } from '../../../shared/model/origin.ts';
import { type ChangeColumns, RowKindId } from '../compare/change-columns.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { selectTop } from '../filesystem/select-top.ts';
import type { Packages } from '../packages/packages.ts';
import { classifyFiles } from './file-classes.ts';
import { tallyFiles } from './file-tally.ts';
import { type TalliedGroup, talliedGroups } from './group-files.ts';
import { locateClasses } from './locate-classes.ts';

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
  /** They sum to it; none of a small part among many. */
  readonly groups: readonly TalliedGroup[];
  /** Where most of a group is: looking for it takes long. */
  locate(group: TalliedGroup): string | undefined;
}

export interface DifferenceParts {
  readonly left: readonly Part[];
  readonly right: readonly Part[];
  /** By where it is on the right. */
  readonly both: readonly Part[];
}

/** So many of the largest parts are looked into. */
const groupedParts = 16;

interface Side {
  readonly filesystem: Filesystem;
  readonly packages: Packages;
}

/** What two images have each for itself, and what in common: files at the same path, or moved, with equal content. */
export function differenceParts(left: Side, right: Side, columns: ChangeColumns): DifferenceParts {
  const { own: ofLeft } = partsOf(left, sharedInodes(left.filesystem, columns.kind, columns.leftNode));
  const ofRight = partsOf(right, sharedInodes(right.filesystem, columns.kind, columns.rightNode));
  return { left: ofLeft, right: ofRight.own, both: ofRight.shared };
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

/** The live bytes of an image by origin: what it has for itself, and what the other has too. */
function partsOf({ filesystem, packages }: Side, shared: Uint8Array): { own: Part[]; shared: Part[] } {
  const { origins } = filesystem;
  const sources = new Map((origins?.sources ?? []).map((source) => [source.id, source]));
  const ids: (string | undefined)[] = origins ? [...sources.keys()] : [undefined];
  const idOf = Uint16Array.from(origins?.sources ?? [], ({ id }) => ids.indexOf(id));
  const ofInode = origins?.ofInode;
  const partOf = (inode: number) => (ofInode ? idOf[ofInode[inode]!]! : 0) * 2 + shared[inode]!;
  const bytes = bytesOfParts(filesystem, ids.length * 2, partOf);
  const largest = selectTop([...bytes.keys()], groupedParts, (a, b) => bytes[b]! - bytes[a]! || a - b);
  const tallyOf = Int16Array.from(bytes, (_, part) => largest.indexOf(part));
  const classes = classifyFiles(filesystem, packages);
  const tallies = tallyFiles(filesystem, classes, largest.length, (inode) => tallyOf[partOf(inode)]!);
  const parts = Array.from(bytes, (sum, part): Part => {
    const source = sources.get(ids[part >> 1] ?? '');
    const tally = tallies[tallyOf[part]!];
    return {
      origin: source && { kind: source.kind, id: source.id, name: source.name },
      bytes: sum,
      groups: tally ? talliedGroups(filesystem, tally) : [],
      locate(group) {
        if (group.class === undefined || !tally) return group.path;
        const includes = (inode: number) => partOf(inode) === part;
        return locateClasses(filesystem, tally, includes, [group.class]).get(group.class);
      },
    };
  });
  const having = (mark: number) => parts.filter(({ bytes }, part) => bytes > 0 && (part & 1) === mark);
  return { own: having(0), shared: having(1) };
}

function bytesOfParts(
  { inodes }: Filesystem,
  parts: number,
  partOf: (inode: number) => number,
): Float64Array {
  const bytes = new Float64Array(parts);
  for (let inode = 0; inode < inodes.count; inode++) {
    if (inodes.links[inode]! > 0) bytes[partOf(inode)]! += inodes.size[inode]!;
  }
  return bytes;
}
