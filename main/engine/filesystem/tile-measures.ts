import type { FileSelection } from './file-selection.ts';
import type { Tile } from './treemap.ts';

/** What is told of each tile beside its bytes. `own…` leaves out what tiles inside it show: its `more` tile. */
export interface TileMeasures {
  /** Files that carry bytes. */
  files(tile: number): number;
  ownFiles(tile: number): number;
  /** The layer that most of the bytes are from; of equals the lowest. */
  layer(tile: number): number;
  ownLayer(tile: number): number;
  /** The id of the origin that most of the bytes have; of equals the first. Undefined where nothing is known of it. */
  origin(tile: number): string | undefined;
  ownOrigin(tile: number): string | undefined;
}

/** `tiles` has parents before children. */
export function measureTiles(selection: FileSelection, tiles: readonly Tile[]): TileMeasures {
  const { fs, portions } = selection;
  const { ids, ofSource } = originIds(fs.origins?.sources ?? []);
  const files = new TileSums(tiles, 1);
  const layers = new TileSums(tiles, Math.max(1, fs.layers.length));
  const origins = new TileSums(tiles, Math.max(1, ids.length));
  const add = (tile: number, layer: number, source: number, bytes: number, carriers: number) => {
    files.add(tile, 0, carriers);
    layers.add(tile, layer, bytes);
    if (ids.length > 0) origins.add(tile, ofSource[source]!, bytes);
  };

  const { rankOf } = selection.ranks;
  const tileOf = innermostTiles(selection, tiles);
  for (let row = 0; row < portions.directory.length; row++) {
    const tile = tileOf[rankOf[portions.directory[row]!]!]! - 1;
    if (tile < 0) continue;
    add(tile, portions.layer[row]!, portions.source[row]!, portions.bytes[row]!, portions.carriers[row]!);
  }
  // What is at a path with a tile of its own takes its bytes out of its directory's.
  tiles.forEach(({ node }, index) => {
    const directory = node === 0 ? -1 : tileOf[rankOf[fs.tree.parent[node]!]!]! - 1;
    for (const { inode, bytes } of selection.items(node)) {
      if (bytes === 0) continue;
      const layer = fs.inodes.layer[inode]!;
      const source = fs.origins ? fs.origins.ofInode[inode]! : 0;
      add(index, layer, source, bytes, 1);
      if (directory >= 0) add(directory, layer, source, -bytes, -1);
    }
  });

  const [allFiles, allLayers, allOrigins] = [
    files.withChildren(),
    layers.withChildren(),
    origins.withChildren(),
  ];
  const originOf = (sums: TileSums, tile: number) =>
    sums.total(tile) === 0 ? undefined : ids[sums.largest(tile)];
  return {
    files: (tile) => allFiles.total(tile),
    ownFiles: (tile) => files.total(tile),
    layer: (tile) => allLayers.largest(tile),
    ownLayer: (tile) => layers.largest(tile),
    origin: (tile) => originOf(allOrigins, tile),
    ownOrigin: (tile) => originOf(origins, tile),
  };
}

/** Different ids in the order of sources, and of each source the place of its own among them. */
function originIds(sources: readonly { readonly id: string }[]) {
  const ids = [...new Set(sources.map(({ id }) => id))];
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  return { ids, ofSource: Uint32Array.from(sources, ({ id }) => placeOf.get(id)!) };
}

/** Of each tile a sum for each of some groups. */
class TileSums {
  readonly #tiles: readonly Tile[];
  readonly #groups: number;
  readonly #sums: Float64Array;

  constructor(tiles: readonly Tile[], groups: number, sums = new Float64Array(tiles.length * groups)) {
    this.#tiles = tiles;
    this.#groups = groups;
    this.#sums = sums;
  }

  add(tile: number, group: number, value: number): void {
    this.#sums[tile * this.#groups + group]! += value;
  }

  /** With those of the tiles inside each. */
  withChildren(): TileSums {
    const sums = new TileSums(this.#tiles, this.#groups, this.#sums.slice());
    const indexOf = new Map(this.#tiles.map((tile, index) => [tile, index]));
    for (let tile = this.#tiles.length - 1; tile >= 0; tile--) {
      for (const child of this.#tiles[tile]!.children) sums.#addAll(tile, indexOf.get(child)!);
    }
    return sums;
  }

  #addAll(to: number, from: number): void {
    for (let group = 0; group < this.#groups; group++) {
      this.add(to, group, this.#sums[from * this.#groups + group]!);
    }
  }

  total(tile: number): number {
    let total = 0;
    for (let group = 0; group < this.#groups; group++) total += this.#sums[tile * this.#groups + group]!;
    return total;
  }

  /** The group with the largest sum; of equals the first. */
  largest(tile: number): number {
    const first = tile * this.#groups;
    let best = 0;
    for (let group = 1; group < this.#groups; group++) {
      if (this.#sums[first + group]! > this.#sums[first + best]!) best = group;
    }
    return best;
  }
}

/** Index + 1 of the innermost tile that each directory is in, by its rank; 0 outside the first one. */
function innermostTiles({ ranks, isDirectory }: FileSelection, tiles: readonly Tile[]): Uint32Array {
  const { rankOf, parentRank } = ranks;
  const tileOf = new Uint32Array(parentRank.length);
  tiles.forEach(({ node }, index) => {
    if (isDirectory(node)) tileOf[rankOf[node]!] = index + 1;
  });
  for (let rank = 1; rank < tileOf.length; rank++) {
    if (tileOf[rank] === 0) tileOf[rank] = tileOf[parentRank[rank]!]!;
  }
  return tileOf;
}
