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
}

/** `tiles` has parents before children. */
export function measureTiles(selection: FileSelection, tiles: readonly Tile[]): TileMeasures {
  const { fs, portions } = selection;
  const layers = Math.max(1, fs.layers.length);
  const ownBytes = new Float64Array(tiles.length * layers);
  const ownFiles = new Uint32Array(tiles.length);
  const { rankOf } = selection.ranks;
  const tileOf = innermostTiles(selection, tiles);
  for (let row = 0; row < portions.directory.length; row++) {
    const layer = portions.layer[row]!;
    const tile = tileOf[rankOf[portions.directory[row]!]!]! - 1;
    if (tile < 0) continue;
    ownBytes[tile * layers + layer]! += portions.bytes[row]!;
    ownFiles[tile]! += portions.carriers[row]!;
  }
  // What is at a path with a tile of its own takes its bytes out of its directory's.
  tiles.forEach(({ node }, index) => {
    const directory = node === 0 ? -1 : tileOf[rankOf[fs.tree.parent[node]!]!]! - 1;
    for (const { inode, bytes } of selection.items(node)) {
      if (bytes === 0) continue;
      const layer = fs.inodes.layer[inode]!;
      ownBytes[index * layers + layer]! += bytes;
      ownFiles[index]!++;
      if (directory < 0) continue;
      ownBytes[directory * layers + layer]! -= bytes;
      ownFiles[directory]!--;
    }
  });

  const allBytes = ownBytes.slice();
  const allFiles = ownFiles.slice();
  const indexOf = new Map(tiles.map((tile, index) => [tile, index]));
  for (let index = tiles.length - 1; index >= 0; index--) {
    for (const child of tiles[index]!.children) {
      const from = indexOf.get(child)!;
      allFiles[index]! += allFiles[from]!;
      for (let l = 0; l < layers; l++) allBytes[index * layers + l]! += allBytes[from * layers + l]!;
    }
  }
  const most = (bytes: Float64Array, tile: number) => {
    let best = 0;
    for (let l = 1; l < layers; l++) {
      if (bytes[tile * layers + l]! > bytes[tile * layers + best]!) best = l;
    }
    return best;
  };
  return {
    files: (tile) => allFiles[tile]!,
    ownFiles: (tile) => ownFiles[tile]!,
    layer: (tile) => most(allBytes, tile),
    ownLayer: (tile) => most(ownBytes, tile),
  };
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
