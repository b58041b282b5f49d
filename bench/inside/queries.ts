import type { LayerIndex } from '../../main/engine/archive/layer-index.ts';
import type { Filesystem } from '../../main/engine/filesystem/filesystem.ts';
import { largestFiles } from '../../main/engine/filesystem/largest-files.ts';
import { listDirectory } from '../../main/engine/filesystem/list-directory.ts';
import { mergeLayers } from '../../main/engine/filesystem/merge-layers.ts';
import { pathHistory } from '../../main/engine/filesystem/path-history.ts';
import { searchFiles } from '../../main/engine/filesystem/search-files.ts';
import { selectFiles } from '../../main/engine/filesystem/select-files.ts';
import { cutTreemap } from '../../main/engine/filesystem/treemap.ts';

/** A question to an image of a million files, and the longest it may take, ms. */
export interface Query {
  readonly name: string;
  readonly work: string;
  readonly ms?: number;
  /** Of an image that was built, with its origins: the image, or that of the stage it copies from. */
  readonly of?: 'final' | 'builder';
  /** `file` is some file of the image. */
  readonly ask: (fs: Filesystem, layers: readonly LayerIndex[], file: string) => unknown;
}

const page = { offset: 0, limit: 100 };
const listed =
  (query: Omit<Parameters<typeof listDirectory>[1], 'path' | 'offset' | 'limit'>) => (fs: Filesystem) =>
    listDirectory(fs, { path: '/usr', ...page, ...query });

/** What is measured of a merged filesystem: a line a row. */
export const queries: readonly Query[] = [
  { name: 'merge', work: 'merge of 20 layers', ask: (_, layers) => mergeLayers(layers) },
  {
    name: 'treemap',
    work: 'treemap cut to 600 tiles, sums included',
    ms: 20,
    ask: (fs) => cutTreemap(fs, { path: '/', tiles: 600 }),
  },
  {
    name: 'treemap-layer',
    work: 'the same of one layer',
    ms: 50,
    ask: (fs) => cutTreemap(fs, { path: '/', tiles: 600, filter: { layer: 3 } }),
  },
  {
    name: 'search-part',
    work: 'path search: part of a path',
    ms: 80,
    ask: (fs) => searchFiles(fs, { text: 'lib/main', ...page }),
  },
  {
    name: 'search-rare',
    work: 'path search: a name that is rare',
    ms: 80,
    ask: (fs) => searchFiles(fs, { text: 'server-abc', ...page }),
  },
  {
    name: 'search-glob',
    work: 'path search: glob',
    ms: 80,
    ask: (fs) => searchFiles(fs, { text: '/usr/**/test-*.{js,py}', ...page }),
  },
  { name: 'children', work: 'children of a directory, largest first', ms: 50, ask: listed({}) },
  { name: 'children-name', work: 'the same by name', ms: 50, ask: listed({ sort: 'name' }) },
  {
    name: 'children-mtime',
    work: 'the same by time, the other way round',
    ms: 50,
    ask: listed({ sort: 'mtime', reverse: true }),
  },
  {
    name: 'children-reclaimable',
    work: 'the same by what could be reclaimed',
    ms: 50,
    ask: listed({ sort: 'reclaimable', reclaimable: true }),
  },
  {
    name: 'totals-layers',
    work: 'subtree totals of a range of layers',
    ms: 50,
    ask: (fs) => selectFiles(fs, { layers: { from: 3, to: 9 } }).bytes(0),
  },
  {
    name: 'totals-change',
    work: 'subtree totals of what was modified',
    ms: 50,
    ask: (fs) => selectFiles(fs, { changes: ['modified'] }).bytes(0),
  },
  {
    name: 'totals-cause',
    work: 'subtree totals of what was overwritten',
    ms: 50,
    ask: (fs) => selectFiles(fs, { causes: ['overwritten'] }).bytes(0),
  },
  {
    name: 'totals-size',
    work: 'subtree totals of files of 1 MB and more',
    ms: 50,
    ask: (fs) => selectFiles(fs, { minBytes: 1_000_000 }).bytes(0),
  },
  {
    name: 'totals-kind',
    work: 'subtree totals of symbolic links',
    ms: 50,
    ask: (fs) => selectFiles(fs, { kinds: ['symlink'] }).bytes(0),
  },
  {
    name: 'totals-glob',
    work: 'subtree totals of a glob',
    ms: 50,
    ask: (fs) => selectFiles(fs, { glob: '*.so' }).bytes(0),
  },
  { name: 'largest', work: 'largest files', ms: 50, ask: (fs) => largestFiles(fs, page) },
  {
    name: 'history',
    work: 'history of a file through the layers',
    ms: 50,
    ask: (fs, _, file) => pathHistory(fs, file),
  },
  {
    name: 'origin-treemap',
    work: 'treemap cut to 600 tiles with their origins',
    ms: 50,
    of: 'final',
    ask: (fs) => cutTreemap(fs, { path: '/', tiles: 600 }),
  },
  {
    name: 'origin-treemap-one',
    work: 'the same of one origin',
    ms: 50,
    of: 'final',
    ask: (fs) => cutTreemap(fs, { path: '/', tiles: 600, filter: { origin: 'stage:0' } }),
  },
  {
    name: 'origin-treemap-left',
    work: 'the same of what a stage left behind',
    ms: 50,
    of: 'builder',
    ask: (fs) => cutTreemap(fs, { path: '/', tiles: 600, filter: { fate: 'leftBehind' } }),
  },
  {
    name: 'origin-line',
    work: 'subtree totals of a line',
    ms: 50,
    of: 'final',
    ask: (fs) => selectFiles(fs, { line: { stage: 0, line: 2 } }).bytes(0),
  },
  {
    name: 'origin-line-waste',
    work: 'subtree totals of what a line made and another wasted',
    ms: 50,
    of: 'final',
    ask: (fs) => selectFiles(fs, { line: { stage: 1, line: 8 }, causes: ['copiedUp'] }).bytes(0),
  },
  {
    name: 'origin-flow',
    work: 'subtree totals of an edge of the flow graph',
    ms: 50,
    of: 'final',
    ask: (fs) => selectFiles(fs, { flow: { from: 'stage:0', to: 'stage:1' } }).bytes(0),
  },
  {
    name: 'origin-children',
    work: 'children of a directory of one origin, largest first',
    ms: 50,
    of: 'final',
    ask: (fs) => listDirectory(fs, { path: '/usr/local/lib', ...page, filter: { origin: 'stage:0' } }),
  },
  {
    name: 'origin-largest',
    work: 'largest files of one origin',
    ms: 50,
    of: 'final',
    ask: (fs) => largestFiles(fs, { ...page, filter: { origin: 'stage:0' } }),
  },
  {
    name: 'origin-search',
    work: 'path search in one origin',
    ms: 50,
    of: 'final',
    ask: (fs) => searchFiles(fs, { text: 'd1/file-0', ...page, filter: { origin: 'stage:0' } }),
  },
];
