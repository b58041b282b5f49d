import type { IgnorePattern } from './ignore-pattern.ts';

/** What each pattern said about a folder: handed down to what is in it. */
export type FolderMatches = readonly boolean[];

export interface IgnoreResult {
  readonly ignored: boolean;
  readonly matches: FolderMatches;
}

export interface IgnoreMatcher {
  /** Judges a path whose parent folder had `parent` as its matches (undefined at the top). */
  readonly test: (path: string, parent?: FolderMatches) => IgnoreResult;
  /** Whether anything below an ignored folder could still be sent. */
  readonly mayContainIncluded: (folder: string) => boolean;
}

/**
 * The last matching line decides; a line that matches a folder matches everything in it. As in moby/patternmatcher
 * (MatchesUsingParentResults), a line that could change nothing for a folder is not asked there, and so is not handed
 * down either: after `a`, `!a/b`, a second `a` leaves `a/b` in.
 */
export function ignoreMatcher(patterns: readonly IgnorePattern[]): IgnoreMatcher {
  const exceptions = patterns.filter((pattern) => pattern.exception);
  return {
    test: (path, parent) => {
      let ignored = false;
      const matches = patterns.map(({ exception, matches }, index) => {
        const matched = parent?.[index] || (exception === ignored && matches(path));
        if (matched) ignored = !exception;
        return matched;
      });
      return { ignored, matches };
    },
    mayContainIncluded: (folder) => {
      const segments = folder.split('/');
      return exceptions.some(({ literal }) =>
        segments.every((segment, index) => index >= literal.length || literal[index] === segment),
      );
    },
  };
}
