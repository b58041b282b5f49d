import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { TreemapTile } from '../../../shared/model/files.ts';
import type { FileSelection } from './file-selection.ts';
import type { Filesystem } from './filesystem.ts';
import { pageByKey } from './page-of.ts';
import { compareInTree } from './path-order.ts';
import { nameOf, pathOf } from './path-text.ts';
import { resolveSelected } from './resolve-path.ts';
import { selectFiles } from './select-files.ts';
import { Heap } from './select-top.ts';
import { measureTiles, type TileMeasures } from './tile-measures.ts';

export interface TreemapQuery {
  readonly path: string;
  readonly filter?: FileFilter | undefined;
  /** The most leaf tiles, `more` tiles included. */
  readonly tiles: number;
}

/** A node that gets a tile of its own. */
export interface Tile {
  /** The first and the last of a chain of single-child directories; the same node of anything else. */
  readonly top: number;
  readonly node: number;
  readonly children: Tile[];
  /** Children with bytes but no tile: what is left in the end is the `more` tile. */
  readonly rest: Rest;
}

/** Children with bytes, the largest first: only as many in order as there can be tiles. */
class Rest {
  readonly #sorted: readonly number[];
  #taken = 0;
  readonly #count: number;

  constructor(selection: FileSelection, children: readonly number[], most: number) {
    const keys = Float64Array.from(children, (child) => -selection.bytes(child));
    const byName = (a: number, b: number) => compareInTree(selection.fs.tree, children[a]!, children[b]!);
    this.#sorted = pageByKey(keys, 0, most, byName).map((row) => children[row]!);
    this.#count = children.length;
  }

  get first(): number | undefined {
    return this.#sorted[this.#taken];
  }

  pop(): number | undefined {
    return this.#sorted[this.#taken++];
  }

  get size(): number {
    return this.#count - this.#taken;
  }
}

/**
 * A treemap of what is below a path: the largest first gets a tile, wherever it is, until there are `tiles` leaves.
 * What is left of a directory is one `more` tile in it, so bytes always sum. Throws `path-not-found`.
 */
export function cutTreemap(fs: Filesystem, query: TreemapQuery): TreemapTile {
  const selection = selectFiles(fs, query.filter);
  const start = resolveSelected(selection, query.path, { followLast: false });
  const tiles = chooseTiles(selection, start, query.tiles);
  return new TileWriter(selection, tiles, measureTiles(selection, tiles)).write(0);
}

/** The tiles in the order in which they were chosen: parents before children, the start first. */
function chooseTiles(selection: FileSelection, start: number, most: number): Tile[] {
  const { fs } = selection;
  const largestFirst = (a: number, b: number) =>
    selection.bytes(b) - selection.bytes(a) || compareInTree(fs.tree, a, b);
  const tiles: Tile[] = [];
  // Directories by the largest child that has no tile yet.
  const open = new Heap((a, b) => largestFirst(tiles[a]!.rest.first!, tiles[b]!.rest.first!) || a - b);
  const add = (top: number, node: number): Tile => {
    const tile = { top, node, children: [], rest: new Rest(selection, sizedChildren(selection, node), most) };
    tiles.push(tile);
    if (tile.rest.size > 0) open.push(tiles.length - 1);
    return tile;
  };

  add(start, start);
  let leaves = 1;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const tile = tiles[index]!;
    // The last child takes the place of the `more` tile, or of the directory itself; any other comes beside it. Bytes
    // of the path itself, which was a file at times, keep the `more` tile.
    const extra = tile.rest.size === 1 && selection.ownBytes(tile.node) === 0 ? 0 : 1;
    if (leaves + extra > most) continue;
    leaves += extra;
    const top = tile.rest.pop()!;
    tile.children.push(add(top, endOfChain(selection, top)));
    if (tile.rest.size > 0) open.push(index);
  }
  return tiles;
}

function sizedChildren(selection: FileSelection, node: number): number[] {
  const children: number[] = [];
  if (!selection.isDirectory(node)) return children;
  const { firstChild, nextSibling } = selection;
  for (let child = firstChild[node]!; child >= 0; child = nextSibling[child]!) {
    if (selection.bytes(child) > 0) children.push(child);
  }
  return children;
}

/** Down through directories whose bytes are all in one directory. */
function endOfChain(selection: FileSelection, top: number): number {
  let node = top;
  for (;;) {
    const only = onlySizedChild(selection, node);
    if (only < 0 || !selection.isDirectory(only)) return node;
    node = only;
  }
}

function onlySizedChild(selection: FileSelection, node: number): number {
  if (!selection.isDirectory(node) || selection.ownBytes(node) > 0) return -1;
  const { firstChild, nextSibling } = selection;
  let only = -1;
  for (let child = firstChild[node]!; child >= 0; child = nextSibling[child]!) {
    if (selection.bytes(child) === 0) continue;
    if (only >= 0) return -1;
    only = child;
  }
  return only;
}

function originField(origin: string | undefined): Pick<TreemapTile, 'origin'> {
  return origin === undefined ? {} : { origin };
}

class TileWriter {
  readonly #selection: FileSelection;
  readonly #indexOf: ReadonlyMap<Tile, number>;
  readonly #tiles: readonly Tile[];
  readonly #measures: TileMeasures;

  constructor(selection: FileSelection, tiles: readonly Tile[], measures: TileMeasures) {
    this.#selection = selection;
    this.#tiles = tiles;
    this.#indexOf = new Map(tiles.map((tile, index) => [tile, index]));
    this.#measures = measures;
  }

  write(index: number): TreemapTile {
    const tile = this.#tiles[index]!;
    const children = tile.children.map((child) => this.write(this.#indexOf.get(child)!));
    const rest = this.#more(tile, index);
    if (rest) children.push(rest);
    return {
      name: this.#name(tile),
      path: pathOf(this.#selection.fs, tile.node).path,
      kind: this.#selection.isDirectory(tile.node) ? 'directory' : 'file',
      bytes: this.#selection.bytes(tile.node),
      files: this.#measures.files(index),
      layer: this.#measures.layer(index),
      ...originField(this.#measures.origin(index)),
      ...(children.length > 0 && { children }),
    };
  }

  #more(tile: Tile, index: number): TreemapTile | undefined {
    const own = this.#selection.ownBytes(tile.node) > 0 ? 1 : 0;
    const count = tile.rest.size + own;
    if (tile.children.length === 0 || count === 0) return undefined;
    return {
      name: `${count} more`,
      path: pathOf(this.#selection.fs, tile.node).path,
      kind: 'more',
      bytes: tile.children.reduce(
        (left, child) => left - this.#selection.bytes(child.top),
        this.#selection.bytes(tile.node),
      ),
      files: this.#measures.ownFiles(index),
      layer: this.#measures.ownLayer(index),
      ...originField(this.#measures.ownOrigin(index)),
    };
  }

  #name(tile: Tile): string {
    const names = [nameOf(this.#selection.fs, tile.node)];
    for (let n = tile.node; n !== tile.top; ) {
      n = this.#selection.fs.tree.parent[n]!;
      names.unshift(nameOf(this.#selection.fs, n));
    }
    return names.join('/');
  }
}
