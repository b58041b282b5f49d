import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { textOf } from '../filesystem/path-text.ts';
import { nameBytes } from '../filesystem/path-tree.ts';
import { findPath, resolveLink } from '../filesystem/resolve-path.ts';
import { compareBytes } from '../project/compare-bytes.ts';
import { hasWildcards, wildcardMatcher } from '../project/wildcard-matcher.ts';

/** Something that a COPY or ADD takes from a filesystem. */
export interface FoundSource {
  /** What it is, links at the end followed. */
  readonly node: number;
  /** What it is called where it was found: a link's own name. */
  readonly name: string;
}

/**
 * What a source of a COPY or ADD means in a filesystem, wildcards expanded part by part as Go's filepath.Match has them
 * (BuildKit, fsutil ResolveWildcards), in the order in which they are copied. Links on the way and at the end are followed.
 */
export function findSources(fs: Filesystem, source: string): FoundSource[] {
  const parts = source.split('/').filter((part) => part !== '' && part !== '.');
  const firstPattern = parts.findIndex(hasWildcards);
  const fixed = firstPattern < 0 ? parts : parts.slice(0, firstPattern);
  const start = follow(fs, findPath(fs, `/${fixed.join('/')}`));
  if (start === undefined) return [];
  let found: FoundSource[] = [{ node: start, name: fixed.at(-1) ?? '' }];
  for (const part of parts.slice(fixed.length)) {
    const matches = wildcardMatcher(part);
    found = found.flatMap(({ node }) => children(fs, node).filter(({ name }) => matches(name)));
  }
  return found;
}

function children(fs: Filesystem, directory: number): FoundSource[] {
  if (fs.nodeKind[directory] !== EntryKind.Directory) return [];
  const found: FoundSource[] = [];
  for (let child = fs.firstChild[directory]!; child >= 0; child = fs.nextSibling[child]!) {
    const node = follow(fs, child);
    if (node !== undefined) found.push({ node, name: textOf(nameBytes(fs.tree, child)) });
  }
  return found.sort((a, b) => compareBytes(a.name, b.name));
}

function follow(fs: Filesystem, node: number | undefined): number | undefined {
  return node === undefined ? undefined : resolveLink(fs, node);
}
