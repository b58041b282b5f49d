import type { Result } from '../../shared/api/contract.ts';
import type { ChangeTotals } from '../../shared/model/comparison-document.ts';

type Row = Result<'compare.changes'>['rows'][number];

/** What became of a path since the build before. */
export interface PathChange {
  readonly kind: 'new' | 'grew' | 'shrank' | 'changed' | 'metadata' | 'moved';
  /** Bytes before; null where it was not there. */
  readonly was: number | null;
  readonly now: number;
  /** Where it was before, of a moved file. */
  readonly from?: string | undefined;
}

/** What became of all that is below a directory. */
export interface BelowChange {
  /** now − before, bytes. */
  readonly bytes: number;
  readonly changes: number;
}

export interface PathChanges {
  /** Paths that are new, gone, moved, or of other content or metadata. */
  readonly total: number;
  /** Σ now − Σ before, bytes. */
  readonly bytes: number;
  readonly totals: ChangeTotals | undefined;
  /** Those that are there now, by path. */
  readonly paths: ReadonlyMap<string, PathChange>;
  /** By directory; undefined where there are more changes than were fetched: sums would be wrong. */
  readonly below: ReadonlyMap<string, BelowChange> | undefined;
  /** Whether it is the very same image: what is not a file is as it was too. */
  readonly isSameImage?: boolean;
}

/** Rows of `compare.changes`, the build before on the left, in the form in which files are marked. */
export function pathChanges(
  rows: readonly Row[],
  { total, totalBytes, totals }: Pick<Result<'compare.changes'>, 'total' | 'totalBytes' | 'totals'>,
): PathChanges {
  const paths = new Map<string, PathChange>();
  const below = new Map<string, { bytes: number; changes: number }>();
  const add = (directories: ReadonlySet<string>, bytes: number, counted?: ReadonlySet<string>) => {
    for (const directory of directories) {
      const sum = below.get(directory) ?? { bytes: 0, changes: 0 };
      sum.bytes += bytes;
      if (!counted?.has(directory)) sum.changes++;
      below.set(directory, sum);
    }
  };
  for (const { path, kind: difference, from, left, right } of rows) {
    const directories = new Set(directoriesOf(path));
    if (from === undefined) add(directories, (right ?? 0) - (left ?? 0));
    else {
      add(directories, right ?? 0);
      add(new Set(directoriesOf(from)), -(left ?? 0), directories);
    }
    if (right !== null) {
      const kind = from !== undefined ? 'moved' : kindOf(left, right, difference === 'metadata');
      paths.set(path, { kind, was: left, now: right, from });
    }
  }
  const complete = rows.length === total;
  return { total, bytes: totalBytes, totals, paths, below: complete ? below : undefined };
}

function kindOf(was: number | null, now: number, hasEqualContent: boolean): PathChange['kind'] {
  if (was === null) return 'new';
  if (was === now) return hasEqualContent ? 'metadata' : 'changed';
  return now > was ? 'grew' : 'shrank';
}

/** `/`, `/usr`, `/usr/lib` of `/usr/lib/a`. */
function* directoriesOf(path: string): Generator<string> {
  yield '/';
  for (let at = path.indexOf('/', 1); at >= 0; at = path.indexOf('/', at + 1)) yield path.slice(0, at);
}
