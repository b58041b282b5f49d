import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { DirectoryRanks } from './directory-sums.ts';
import type { Filesystem } from './filesystem.ts';
import type { Portions } from './portions.ts';

/** Something that a filter lets through at a path. */
export interface SelectedItem {
  /** What it is, or was, and the layer and entry that stored it. */
  readonly inode: number;
  /** Bytes that this path carries of it. */
  readonly bytes: number;
  /** Of what is no longer there: the layer that took it away. */
  readonly hiddenBy?: number;
}

/** What of an image a filter lets through, as a tree with sums. Nodes are those of the filesystem's tree. */
export interface FileSelection {
  readonly fs: Filesystem;
  readonly filter: FileFilter;
  /** What is directly in each directory. */
  readonly portions: Portions;
  /** Of directories that have something of it or are shown anyway. */
  readonly ranks: DirectoryRanks;
  /** Children as a list, also some that are not shown; −1 ends it. */
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  isDirectory(node: number): boolean;
  /** Whether something that is no directory is let through at this very path. */
  has(node: number): boolean;
  /** Whether the path is in the tree: `has`, or a directory with something below, or any without a filter. */
  shows(node: number): boolean;
  /** Of the path and all below it. */
  bytes(node: number): number;
  /** Regular files, each name one. */
  files(node: number): number;
  /** Of the path itself, without what is below. */
  ownBytes(node: number): number;
  ownFiles(node: number): number;
  /** What is let through at the path itself, in the order of layers. */
  items(node: number): readonly SelectedItem[];
  /** Every path that itself carries bytes, in no order. */
  eachCarrier(visit: (node: number, bytes: number) => void): void;
}

/** Whether anything is asked for at all. */
export function isEmptyFilter(filter: FileFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}
