import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { textOf } from '../filesystem/path-text.ts';
import { nameBytes } from '../filesystem/path-tree.ts';
import { findPath, resolveLink } from '../filesystem/resolve-path.ts';
import { hasWildcards, wildcardMatcher } from '../project/wildcard-matcher.ts';

/** Something that a COPY or ADD takes from a filesystem. */
export interface FoundSource {
  /** What it is, links at the end followed. */
  readonly node: number;
  /** What it is called where it was found, a link's own name: raw bytes, one character a byte. */
  readonly name: string;
}

/**
 * What a source of a COPY or ADD means in a filesystem, wildcards expanded part by part as Go's filepath.Match has them
 * (BuildKit, fsutil ResolveWildcards), in the order in which they are copied. Links are followed before the wildcards and
 * at the end, not between: nothing is found twice.
 */
export function findSources(fs: Filesystem, source: string): FoundSource[] {
  const parts = source.split('/').filter((part) => part !== '' && part !== '.');
  const firstPattern = parts.findIndex(hasWildcards);
  const fixed = firstPattern < 0 ? parts : parts.slice(0, firstPattern);
  const start = follow(fs, findPath(fs, `/${fixed.join('/')}`));
  if (start === undefined) return [];
  let found: FoundSource[] = [{ node: start, name: exactText(Buffer.from(fixed.at(-1) ?? '')) }];
  for (const part of parts.slice(fixed.length)) {
    const matches = wildcardMatcher(part);
    found = found.flatMap(({ node }) =>
      childrenOf(fs, node).filter(({ name }) => matches(textOf(Buffer.from(name, 'latin1')))),
    );
  }
  return found.flatMap(({ name, node }) => {
    const target = follow(fs, node);
    return target === undefined ? [] : [{ name, node: target }];
  });
}

/** What is in a directory, in byte order of names; nothing of anything else. */
export function childrenOf(fs: Filesystem, directory: number): FoundSource[] {
  if (fs.nodeKind[directory] !== EntryKind.Directory) return [];
  const found: FoundSource[] = [];
  for (let node = fs.firstChild[directory]!; node >= 0; node = fs.nextSibling[node]!) {
    found.push({ node, name: exactText(nameBytes(fs.tree, node)) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One character a byte: equal only where the bytes are. */
export function exactText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function follow(fs: Filesystem, node: number | undefined): number | undefined {
  return node === undefined ? undefined : resolveLink(fs, node);
}
