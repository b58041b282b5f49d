import type { DuplicateItem } from '../../../shared/model/image-document.ts';
import { GrowingColumn } from '../archive/growing-column.ts';
import { ContentTable } from './content-table.ts';
import type { Filesystem } from './filesystem.ts';
import { type PathText, pathOf } from './path-text.ts';
import { comparePaths } from './path-tree.ts';
import { repeatedInodes } from './repeated-inodes.ts';
import { selectTop } from './select-top.ts';

export interface DuplicateList {
  /** Contents that occur more than once. */
  readonly total: number;
  /** Bytes beyond the first copy of each: the image's `duplicates`. */
  readonly totalBytes: number;
  readonly items: DuplicateItem[];
}

/** `copies` says how many there are; nobody reads more paths than this of one content. */
const mostPaths = 1000;

/**
 * Live inodes of equal content, most bytes beyond the first copy first, then by path. Hard links are one inode, shown
 * at the name that carries the bytes; empty files are left out.
 */
export function findDuplicates(fs: Filesystem, top: number): DuplicateList {
  const { inodes, tree } = fs;
  const byPath = (a: number, b: number) => comparePaths(tree, inodes.node[a]!, tree, inodes.node[b]!);
  const table = new ContentTable(fs);
  const repeatable = repeatedInodes(fs);
  const contentOf = new Uint32Array(repeatable.length);
  /** By content: its inode of the smallest path, and how many have it. */
  const first = new Uint32Array(repeatable.length);
  const copies = new Uint32Array(repeatable.length);
  repeatable.forEach((inode, at) => {
    const content = table.add(inode);
    contentOf[at] = content;
    if (copies[content]!++ === 0 || byPath(inode, first[content]!) < 0) first[content] = inode;
  });

  const beyondFirst = (content: number) => (copies[content]! - 1) * inodes.size[first[content]!]!;
  const repeated = new GrowingColumn(new Uint32Array(64));
  let totalBytes = 0;
  for (let content = 0; content < table.count; content++) {
    if (copies[content] === 1) continue;
    repeated.push(content);
    totalBytes += beyondFirst(content);
  }
  const chosen = selectTop(
    repeated.finish(),
    top,
    (a, b) => beyondFirst(b) - beyondFirst(a) || byPath(first[a]!, first[b]!),
  );

  const members = new Map<number, number[]>(chosen.map((content) => [content, []]));
  repeatable.forEach((inode, at) => {
    members.get(contentOf[at]!)?.push(inode);
  });
  const items = chosen.map((content) => ({
    bytes: beyondFirst(content),
    copies: copies[content]!,
    ...pathsOf(selectTop(members.get(content)!, mostPaths, byPath).map((i) => pathOf(fs, inodes.node[i]!))),
  }));
  return { total: repeated.length, totalBytes, items };
}

function pathsOf(texts: readonly PathText[]): Pick<DuplicateItem, 'paths' | 'pathsBase64'> {
  const paths = texts.map(({ path }) => path);
  if (!texts.some(({ pathBase64 }) => pathBase64)) return { paths };
  return { paths, pathsBase64: texts.map(({ pathBase64 }) => pathBase64 ?? null) };
}
