import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from './filesystem.ts';
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

/** One pass over all nodes below the first tile; `tiles` has parents before children. */
export function measureTiles(fs: Filesystem, tiles: readonly Tile[], onlyLayer?: number): TileMeasures {
  const { tree, nodeKind, nodeInode, inodes } = fs;
  const { count, parent } = tree;
  const layers = Math.max(1, fs.layers.length);
  const ownBytes = new Float64Array(tiles.length * layers);
  const ownFiles = new Uint32Array(tiles.length);

  // The innermost tile that a node is in, + 1; 0 outside the first one.
  const tileOf = new Int32Array(count);
  tiles.forEach((tile, index) => {
    tileOf[tile.node] = index + 1;
  });
  for (let n = tiles[0]!.node; n < count; n++) {
    let tile = tileOf[n]!;
    if (tile === 0) {
      tile = tileOf[parent[n]!]!;
      if (tile === 0) continue;
      tileOf[n] = tile;
    }
    if (nodeKind[n] !== EntryKind.File) continue;
    const inode = nodeInode[n]!;
    const bytes = inodes.size[inode]!;
    if (bytes === 0 || inodes.node[inode] !== n) continue;
    const layer = inodes.layer[inode]!;
    if (onlyLayer !== undefined && layer !== onlyLayer) continue;
    ownBytes[(tile - 1) * layers + layer]! += bytes;
    ownFiles[tile - 1]!++;
  }

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
