import { formatCount } from '../../shared/model/format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import type { BelowChange, PathChange, PathChanges } from './path-changes.ts';

/** How a file, a directory or a tile is marked that is other than in the build before. */
export interface ChangeMark {
  readonly tone: 'grew' | 'shrank' | 'new' | 'changed';
  /** Bytes more or less, where that is known. */
  readonly bytes: number | undefined;
  /** `was 1.2 MB, now 1.45 MB`. */
  readonly words: string;
}

/** Never by colour alone. */
export const markSigns: Record<ChangeMark['tone'], string> = {
  grew: '▲',
  shrank: '▼',
  new: '+',
  changed: '≠',
};

type FormatBytes = (bytes: number, sign?: boolean) => string;

/** The mark of a file. */
export function fileMark({ kind, was, now, from }: PathChange, format: FormatBytes): ChangeMark {
  switch (kind) {
    case 'new':
      return { tone: 'new', bytes: now, words: 'new since the build before' };
    case 'moved':
      return {
        tone: 'new',
        bytes: 0,
        words: `moved here since the build before, from ${visibleText(from ?? '')}`,
      };
    case 'changed':
      return { tone: 'changed', bytes: 0, words: 'other content than in the build before, of the same size' };
    case 'metadata':
      return { tone: 'changed', bytes: 0, words: 'equal content, other metadata than in the build before' };
    case 'grew':
    case 'shrank':
      return { tone: kind, bytes: now - was!, words: `was ${format(was!)}, now ${format(now)}` };
  }
}

/** The mark of a directory with these bytes. */
export function directoryMark(now: number, { bytes, changes }: BelowChange, format: FormatBytes): ChangeMark {
  const paths = changes === 1 ? '1 path changed' : `${formatCount(changes)} paths changed`;
  if (bytes === 0) return { tone: 'changed', bytes: 0, words: `${paths}, of the same size in all` };
  // Whether it was there is not known: it may have been empty.
  const was = Math.max(0, now - bytes);
  return {
    tone: bytes > 0 ? 'grew' : 'shrank',
    bytes,
    words: `was ${format(was)}, now ${format(now)}, ${paths}`,
  };
}

/**
 * The mark of a row of the merged filesystem. With a filter a directory has none: its bytes are of what passes, and what
 * passed before is not known.
 */
export function rowMark(
  changes: PathChanges | undefined,
  row: { readonly path: string; readonly kind: string; readonly bytes: number },
  filtered: boolean,
  format: FormatBytes,
): ChangeMark | undefined {
  if (!changes) return undefined;
  if (row.kind === 'directory') {
    const below = filtered ? undefined : changes.below?.get(row.path);
    return below && directoryMark(row.bytes, below, format);
  }
  const change = changes.paths.get(row.path);
  return change && fileMark(change, format);
}
