import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { FileFilter } from '../../../shared/model/file-filter.ts';
import { type FileSelection, isEmptyFilter } from './file-selection.ts';
import type { Filesystem } from './filesystem.ts';
import { isAboutGone, selectGone } from './gone-selection.ts';
import { selectLive } from './live-selection.ts';
import { matchedPaths, matchPathsAsync } from './match-paths.ts';
import { isAboutOrigins } from './origin-filter.ts';

/** Selections kept of each image beside the one of everything: a view asks often and changes its filter seldom. */
const keptSelections = 3;

interface Kept {
  all?: FileSelection;
  readonly others: Map<string, FileSelection>;
}

const cache = new WeakMap<Filesystem, Kept>();

/**
 * What passes the filter, with sums. Throws `invalid-input` for a layer that the image does not have, for a glob that is
 * too large, and where it is about origins and those of the image are not known. Of an origin, a line or an edge that
 * the image does not have there is nothing.
 */
export function selectFiles(fs: Filesystem, filter: FileFilter = {}): FileSelection {
  const kept: Kept = cache.get(fs) ?? { others: new Map() };
  cache.set(fs, kept);
  if (isEmptyFilter(filter)) {
    kept.all ??= selectLive(fs, {}, undefined);
    return kept.all;
  }
  const key = JSON.stringify(filter, Object.keys(filter).concat('from', 'to', 'stage', 'line').sort());
  const known = kept.others.get(key);
  const selection = known ?? select(fs, filter);
  kept.others.delete(key);
  kept.others.set(key, selection);
  for (const oldest of kept.others.keys()) {
    if (kept.others.size <= keptSelections) break;
    kept.others.delete(oldest);
  }
  return selection;
}

/** Does beforehand what of a filter may take long, without standing in the way of others. Throws `cancelled`. */
export async function prepareFilter(
  fs: Filesystem,
  filter: FileFilter | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (filter?.glob !== undefined) await matchPathsAsync(fs, globOf(filter), signal);
}

function globOf({ glob, ignoreCase }: FileFilter) {
  return { text: glob!, mode: 'glob', ignoreCase } as const;
}

function select(fs: Filesystem, filter: FileFilter): FileSelection {
  for (const layer of [filter.layer, filter.layers?.from, filter.layers?.to]) {
    if (layer === undefined || layer < fs.layers.length) continue;
    throw new LayerscopeError({
      code: 'invalid-input',
      message: `The image has ${fs.layers.length} layers, and none with index ${layer}`,
      hint: 'Choose one of its layers',
    });
  }
  if (isAboutOrigins(filter) && !fs.origins) {
    throw new LayerscopeError({
      code: 'invalid-input',
      message: 'Where the files of this image are from is not known',
      hint: 'Build it from its project here, and look at it from there',
    });
  }
  const hits = filter.glob === undefined ? undefined : matchedPaths(fs, globOf(filter));
  return isAboutGone(filter) ? selectGone(fs, filter, hits) : selectLive(fs, filter, hits);
}
