import type { FileFilter } from '../../../shared/api/contract.ts';
import type { TreemapTile } from '../../../shared/model/files.ts';
import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from './filesystem.ts';
import { nameOf, pathOf } from './path-text.ts';
import { compareNames } from './path-tree.ts';
import { resolvePath } from './resolve-path.ts';
import { Heap } from './select-top.ts';
import { type SubtreeSums, subtreeSums } from './subtree-sums.ts';
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
  /** Children with bytes but no tile, the largest first: what is left in the end is the `more` tile. */
  readonly rest: Heap;
}

/**
 * A treemap of what is below a path: the largest first gets a tile, wherever it is, until there are `tiles` leaves.
 * What is left of a directory is one `more` tile in it, so bytes always sum. Throws `path-not-found`.
 */
export function cutTreemap(fs: Filesystem, query: TreemapQuery): TreemapTile {
  const sums = subtreeSums(fs, query.filter);
  const start = resolvePath(fs, query.path);
  const tiles = chooseTiles(fs, sums, start, query.tiles);
  const measures = measureTiles(fs, tiles, query.filter?.layer);
  return new TileWriter(fs, sums, tiles, measures).write(0);
}

/** The tiles in the order in which they were chosen: parents before children, the start first. */
function chooseTiles(fs: Filesystem, sums: SubtreeSums, start: number, most: number): Tile[] {
  const largestFirst = (a: number, b: number) => sums.bytes(b) - sums.bytes(a) || compareNames(fs.tree, a, b);
  const tiles: Tile[] = [];
  // Directories by the largest child that has no tile yet.
  const open = new Heap((a, b) => largestFirst(tiles[a]!.rest.first!, tiles[b]!.rest.first!) || a - b);
  const add = (top: number, node: number): Tile => {
    const tile = { top, node, children: [], rest: new Heap(largestFirst) };
    for (const child of sizedChildren(fs, sums, node)) tile.rest.push(child);
    tiles.push(tile);
    if (tile.rest.size > 0) open.push(tiles.length - 1);
    return tile;
  };

  add(start, start);
  let leaves = 1;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const tile = tiles[index]!;
    // The last child takes the place of the `more` tile, or of the directory itself; any other comes beside it.
    const extra = tile.rest.size === 1 ? 0 : 1;
    if (leaves + extra > most) continue;
    leaves += extra;
    const top = tile.rest.pop()!;
    tile.children.push(add(top, endOfChain(fs, sums, top)));
    if (tile.rest.size > 0) open.push(index);
  }
  return tiles;
}

function sizedChildren(fs: Filesystem, sums: SubtreeSums, node: number): number[] {
  const children: number[] = [];
  if (fs.nodeKind[node] !== EntryKind.Directory) return children;
  for (let child = fs.firstChild[node]!; child >= 0; child = fs.nextSibling[child]!) {
    if (sums.bytes(child) > 0) children.push(child);
  }
  return children;
}

/** Down through directories whose bytes are all in one directory. */
function endOfChain(fs: Filesystem, sums: SubtreeSums, top: number): number {
  let node = top;
  for (;;) {
    const only = onlySizedChild(fs, sums, node);
    if (only < 0 || fs.nodeKind[only] !== EntryKind.Directory) return node;
    node = only;
  }
}

function onlySizedChild(fs: Filesystem, sums: SubtreeSums, node: number): number {
  if (fs.nodeKind[node] !== EntryKind.Directory) return -1;
  let only = -1;
  for (let child = fs.firstChild[node]!; child >= 0; child = fs.nextSibling[child]!) {
    if (sums.bytes(child) === 0) continue;
    if (only >= 0) return -1;
    only = child;
  }
  return only;
}

class TileWriter {
  readonly #fs: Filesystem;
  readonly #sums: SubtreeSums;
  readonly #indexOf: ReadonlyMap<Tile, number>;
  readonly #tiles: readonly Tile[];
  readonly #measures: TileMeasures;

  constructor(fs: Filesystem, sums: SubtreeSums, tiles: readonly Tile[], measures: TileMeasures) {
    this.#fs = fs;
    this.#sums = sums;
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
      path: pathOf(this.#fs, tile.node).path,
      kind: this.#fs.nodeKind[tile.node] === EntryKind.Directory ? 'directory' : 'file',
      bytes: this.#sums.bytes(tile.node),
      files: this.#measures.files(index),
      layer: this.#measures.layer(index),
      ...(children.length > 0 && { children }),
    };
  }

  #more(tile: Tile, index: number): TreemapTile | undefined {
    const count = tile.rest.size;
    if (tile.children.length === 0 || count === 0) return undefined;
    return {
      name: `${count} more`,
      path: pathOf(this.#fs, tile.node).path,
      kind: 'more',
      bytes: tile.children.reduce(
        (left, child) => left - this.#sums.bytes(child.node),
        this.#sums.bytes(tile.node),
      ),
      files: this.#measures.ownFiles(index),
      layer: this.#measures.ownLayer(index),
    };
  }

  #name(tile: Tile): string {
    const names = [nameOf(this.#fs, tile.node)];
    for (let n = tile.node; n !== tile.top; ) {
      n = this.#fs.tree.parent[n]!;
      names.unshift(nameOf(this.#fs, n));
    }
    return names.join('/');
  }
}
