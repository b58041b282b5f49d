import type { FolderMatches } from '../project/ignore-matcher.ts';
import { ignoreMatcher } from '../project/ignore-matcher.ts';
import type { IgnorePattern } from '../project/ignore-pattern.ts';

export interface ContextFilter {
  /** Whether the build context holds what is at the path. */
  isSent(path: string): boolean;
  /** Whether it holds that or something below it. */
  mayHoldSent(path: string): boolean;
}

interface Judged {
  readonly ignored: boolean;
  readonly matches: FolderMatches | undefined;
  /** Whether nothing below is sent either. */
  readonly closed: boolean;
}

/**
 * Judges single paths of a context, relative with `/`, as the walk does that packs it. Folders are judged once: what
 * `.dockerignore` says of a path follows from what it says of the folders above.
 */
export function contextFilter(patterns: readonly IgnorePattern[]): ContextFilter {
  const matcher = ignoreMatcher(patterns);
  const top: Judged = { ignored: false, matches: undefined, closed: false };
  const folders = new Map<string, Judged>([['', top]]);

  function judge(path: string, parent: Judged): Judged {
    const { ignored, matches } = matcher.test(path, parent.matches);
    return { ignored, matches, closed: ignored && !matcher.mayContainIncluded(path) };
  }

  function folderOf(path: string): Judged {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const known = folders.get(folder);
    if (known) return known;
    const parent = folderOf(folder);
    // What is below is not kept: an ignored folder may hold a hundred thousand.
    if (parent.closed) return parent;
    const judged = judge(folder, parent);
    folders.set(folder, judged);
    return judged;
  }

  const at = (path: string): Judged => {
    if (path === '') return top;
    const parent = folderOf(path);
    return parent.closed ? parent : judge(path, parent);
  };

  return {
    isSent: (path) => !at(path).ignored,
    mayHoldSent: (path) => !at(path).closed,
  };
}
