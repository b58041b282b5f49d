import type { FileFilter, PathChange } from '../../../../shared/model/file-filter.ts';
import type { EntryKindName } from '../../../../shared/model/files.ts';
import type { Cause } from '../../../../shared/model/image-document.ts';
import { EntryKind } from '../../archive/layer-index.ts';
import type { GeneratedOrigins } from './generated-origins.ts';
import type { Item } from './layer-of.ts';
import { type NaiveInode, naiveBytes, naiveMerge, sameThing } from './naive-merge.ts';

/** Something that a filter may let through, by the words of the filter. */
export interface NaiveRow {
  /** Raw bytes, one character a byte. */
  readonly path: string;
  readonly bytes: number;
  readonly size: number;
  readonly kind: EntryKindName;
  readonly layer: number;
  readonly change?: PathChange;
  readonly cause?: Cause;
  /** The number of its inode, and the layer that stored that. */
  readonly inode: number;
  readonly storedBy: number;
  readonly isLive: boolean;
}

const kindNames = new Map<number, EntryKindName>([
  [EntryKind.File, 'file'],
  [EntryKind.Symlink, 'symlink'],
  [EntryKind.Character, 'character'],
  [EntryKind.Block, 'block'],
  [EntryKind.Fifo, 'fifo'],
]);

/** Everything that any filter may let through: what is live, what layers removed, and what is wasted. */
export function naiveRows(layers: readonly (readonly Item[])[]): NaiveRow[] {
  const merges = layers.map((_, layer) => naiveMerge(layers.slice(0, layer + 1)));
  const last = naiveMerge(layers);
  // The inodes of each merge are the same ones in the same order, but not the same objects.
  const fateOf = (layer: number, inode: NaiveInode) => last.inodes[merges[layer]!.inodes.indexOf(inode)]!;
  const common = (inode: NaiveInode) => ({
    size: inode.kind === EntryKind.File ? inode.content.length : 0,
    kind: kindNames.get(inode.kind)!,
    inode: last.inodes.indexOf(inode),
    storedBy: inode.layer,
    isLive: inode.names.size > 0,
  });
  const live = [...last.paths].flatMap(([path, { inode, layer }]): NaiveRow[] => {
    if (!inode) return [];
    const before = merges[layer! - 1]?.paths.get(path)?.inode;
    const change = !before ? 'added' : sameThing(before, inode) ? 'metadata' : 'modified';
    return [{ path, ...common(inode), bytes: naiveBytes(last, path), layer: inode.layer, change }];
  });
  const removed = merges.flatMap((merge, layer): NaiveRow[] =>
    [...(merges[layer - 1]?.paths ?? [])].flatMap(([path, { inode }]): NaiveRow[] => {
      if (!inode || merge.paths.get(path)?.inode) return [];
      const itself = fateOf(layer - 1, inode);
      const { death } = itself;
      const died = death?.path === path && death.hiddenBy === layer ? death : undefined;
      const row = { path, ...common(itself), layer, change: 'removed', cause: died?.cause } as const;
      return [{ ...row, bytes: died ? row.size : 0 }];
    }),
  );
  const wasted = last.inodes.flatMap((inode): NaiveRow[] => {
    const row = common(inode);
    if (!inode.death || row.kind !== 'file' || row.size === 0) return [];
    const { path, cause } = inode.death;
    return [{ path, ...row, bytes: row.size, layer: inode.layer, cause }];
  });
  return [...live, ...removed, ...wasted];
}

/** Rows that a filter lets through; `matches` says it of a path for the glob. */
export function naivePassing(
  rows: readonly NaiveRow[],
  filter: FileFilter,
  matches: (path: string) => boolean,
  origins?: GeneratedOrigins,
): NaiveRow[] {
  const { layer, layers, changes, causes, kinds, minBytes = 0, maxBytes = Number.POSITIVE_INFINITY } = filter;
  return rows.filter((row) => {
    if (layer !== undefined && row.layer !== layer) return false;
    if (layers && (row.layer < layers.from || row.layer > layers.to)) return false;
    if (changes && !(row.change && changes.includes(row.change))) return false;
    // Without `changes`, causes are about contents and not about paths.
    if (causes && !(row.cause && causes.includes(row.cause) && (changes || !row.change))) return false;
    if (!causes && !changes && (!row.change || row.change === 'removed')) return false;
    if (kinds && !kinds.some((kind) => kind === row.kind)) return false;
    if (row.size < minBytes || row.size > maxBytes) return false;
    if (origins && !hasOrigin(row, filter, origins)) return false;
    return filter.glob === undefined || matches(row.path);
  });
}

function hasOrigin(
  { inode, storedBy, isLive }: NaiveRow,
  { origin, line, flow, fate }: FileFilter,
  origins: GeneratedOrigins,
): boolean {
  const source = origins.sources[origins.ofInode[inode % origins.ofInode.length]!]!;
  if (origin !== undefined && source.id !== origin) return false;
  const places = [source, origins.owners[storedBy]];
  if (line && !places.some((place) => place?.stage === line.stage && place.line === line.line)) return false;
  if (flow) {
    const way = source.through.map((stage) => `stage:${stage}`);
    if (source.kind !== 'stage') way.unshift(source.id);
    if (!`,${[...way, 'image'].join()},`.includes(`,${flow.from},${flow.to},`)) return false;
  }
  return !fate || (isLive && origins.fate[inode % origins.fate.length] === fate);
}
