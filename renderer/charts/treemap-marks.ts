import { type ChangeMark, directoryMark, fileMark } from '../since/change-mark.ts';
import type { PathChanges } from '../since/path-changes.ts';
import { type Box, boxOfPath } from './treemap-boxes.ts';

type FormatBytes = (bytes: number, sign?: boolean) => string;

/** Changes beyond this are not looked for among what is too small to draw. */
const mostLookedFor = 2000;

/**
 * The marks of tiles that are other than in the build before, by box. Of what is too small to draw it is said how much of
 * it changed; it may have been drawn before, so no size is. With a filter, tiles of directories have no mark.
 */
export function markBoxes(
  boxes: readonly Box[],
  { paths, below }: Pick<PathChanges, 'paths' | 'below'>,
  filtered: boolean,
  format: FormatBytes,
): ReadonlyMap<number, ChangeMark> {
  const marks = new Map<number, ChangeMark>();
  for (const { index, tile, children } of boxes) {
    if (children.length > 0) continue;
    const change = tile.kind === 'file' ? paths.get(tile.path) : undefined;
    const sum = tile.kind === 'directory' && !filtered ? below?.get(tile.path) : undefined;
    if (change) marks.set(index, fileMark(change, format));
    else if (sum) marks.set(index, directoryMark(tile.bytes, sum, format));
  }
  const small = new Map<number, number>();
  if (paths.size <= mostLookedFor) {
    for (const path of paths.keys()) {
      const found = boxOfPath(boxes, path);
      if (found?.box.tile.kind !== 'more') continue;
      small.set(found.box.index, (small.get(found.box.index) ?? 0) + 1);
    }
  }
  for (const [index, count] of small) {
    const words = `${count} of them changed since the build before`;
    marks.set(index, { tone: 'changed', bytes: undefined, words });
  }
  return marks;
}
