import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import { Absent, type Filesystem } from './filesystem.ts';
import { mergeLayers } from './merge-layers.ts';
import { type NarrowLayer, narrowLayer } from './narrow-layer.ts';
import { findParts, type PathParts, textOfParts } from './path-parts.ts';

/** What a path is after a layer: kind (or Absent), its own entry, and the entry that made its inode. −1: none. */
export interface PathState {
  readonly kind: number;
  readonly layer: number;
  readonly entry: number;
  readonly inodeLayer: number;
  readonly inodeEntry: number;
}

export interface PathStates {
  /** After each layer. */
  readonly states: readonly PathState[];
  /** What each layer says of the path and of what is on the way to it; undefined of one that is not available. */
  readonly layers: readonly (NarrowLayer | undefined)[];
}

export const absent: PathState = { kind: Absent, layer: -1, entry: -1, inodeLayer: -1, inodeEntry: -1 };

/**
 * What a path was after each layer: the layers, as far as they matter to it and to what it was linked to, merged one
 * more at a time by the very rules that merge whole images.
 */
export function pathStates({ layers }: Pick<Filesystem, 'layers'>, path: PathParts): PathStates {
  const narrow = narrowLayers(layers, path);
  const indexes: (LayerIndex | undefined)[] = [];
  const states: PathState[] = [];
  let state = absent;
  for (const layer of narrow) {
    indexes.push(layer?.index);
    if (layer && layer.index.entryCount > 0) state = stateOf(mergeLayers(indexes), path, narrow);
    states.push(state);
  }
  return { states, layers: narrow };
}

/** With what the path is a hard link to, and that in turn: one link is one more path. */
function narrowLayers(
  layers: readonly (LayerIndex | undefined)[],
  path: PathParts,
): readonly (NarrowLayer | undefined)[] {
  const paths: PathParts[] = [path];
  const known = new Set([keyOf(path)]);
  for (;;) {
    const narrow = layers.map((layer) => layer && narrowLayer(layer, paths));
    const targets = narrow.flatMap((layer, index) => (layer ? linkTargets(layers[index]!, layer) : []));
    const added = targets.filter((target) => {
      const key = keyOf(target);
      return !known.has(key) && known.add(key);
    });
    if (added.length === 0) return narrow;
    paths.push(...added);
  }
}

function keyOf(path: PathParts): string {
  return Buffer.from(textOfParts(path)).toString('latin1');
}

function linkTargets(layer: LayerIndex, { nodes, entries }: NarrowLayer): PathParts[] {
  return nodes.flatMap((node, path) =>
    entries[path]!.filter(
      (entry) => layer.entryNode[entry] === node && layer.entryKind[entry] === EntryKind.HardLink,
    ).map((entry) => partsOfNode(layer, layer.entryTarget[entry]!)),
  );
}

/** Names from the root on of a layer's node. */
export function partsOfNode({ nodeParent, nodeName, names }: LayerIndex, node: number): PathParts {
  const parts: Uint8Array[] = [];
  for (let n = node; n !== 0; n = nodeParent[n]!) {
    parts.unshift(names.subarray(nodeName[n]!, nodeName[n + 1]!));
  }
  return parts;
}

function stateOf(fs: Filesystem, path: PathParts, narrow: readonly (NarrowLayer | undefined)[]): PathState {
  const node = findParts(fs.tree, path);
  if (node === undefined || fs.nodeKind[node] === Absent) return absent;
  const layer = fs.nodeLayer[node]!;
  const inode = fs.nodeInode[node]!;
  const inodeLayer = inode < 0 ? -1 : fs.inodes.layer[inode]!;
  return {
    kind: fs.nodeKind[node]!,
    layer,
    entry: layer < 0 ? -1 : narrow[layer]!.entryOf[fs.nodeEntry[node]!]!,
    inodeLayer,
    inodeEntry: inode < 0 ? -1 : narrow[inodeLayer]!.entryOf[fs.inodes.entry[inode]!]!,
  };
}
