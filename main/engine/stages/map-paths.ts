import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { findPath, resolveLink } from '../filesystem/resolve-path.ts';
import type { CopyInstruction } from '../project/copy-instructions.ts';
import { childrenOf, exactText, type FoundSource, findSources } from './find-sources.ts';
import type { SourceTree } from './source-tree.ts';

/** Directories that others were copied into are looked through one by one, up to so many. */
const mostShadowed = 64;

/**
 * The paths that an instruction maps: of each node of the layer's own tree, the node of the source that is copied there, or
 * −1. There are several answers, one after the other, where directories are copied into one another; what was copied last
 * comes first, since it is what stays. The column is only valid until the next one is asked for.
 *
 * The rules are BuildKit's (frontend/dockerfile dispatchCopy, fsutil copy): of a directory its content is copied, a file goes
 * into a destination that is a directory and else takes its place, `--parents` keeps the path from `/./` on.
 */
export function* mapPaths(
  layer: LayerIndex,
  copy: CopyInstruction,
  /** The image that the layer is in: links in the destination are followed there. */
  image: Filesystem,
  source: SourceTree,
): Generator<Int32Array> {
  const fs = source.filesystem;
  const mapped = new Int32Array(layer.nodeCount);
  const found = copy.sources.flatMap((path) => findSources(fs, withoutPivot(path, copy)));
  const last = found.at(-1);
  if (!last) return;
  const { byName, shadowed } = isDirectory(fs, last) && found.length === 1 ? alone : mergeSources(fs, found);
  for (const destination of destinationsOf(layer, copy.destination, image)) {
    mapped.fill(-1);
    mapped[destination] = last.node;
    if (byName) mapChildren(layer, destination, byName, mapped);
    mapBelow(layer, source, mapped);
    yield mapped;
    for (const directory of shadowed) {
      mapped.fill(-1);
      mapped[destination] = directory;
      mapBelow(layer, source, mapped);
      yield mapped;
    }
  }
}

interface Merged {
  /** What each name in the destination is in the end: files by their names, and what is in directories. */
  readonly byName?: ReadonlyMap<string, number>;
  /** Directories of which one was merged with another's of the same name that came later; the last first. */
  readonly shadowed: readonly number[];
}

/** Of a single directory, which is mapped as it is. */
const alone: Merged = { shadowed: [] };

function isDirectory(fs: Filesystem, { node }: FoundSource): boolean {
  return fs.nodeKind[node] === EntryKind.Directory;
}

function mergeSources(fs: Filesystem, found: readonly FoundSource[]): Merged {
  const byName = new Map<string, number>();
  const from = new Map<string, number>();
  const shadowed = new Set<number>();
  for (const source of found) {
    for (const { name, node } of isDirectory(fs, source) ? childrenOf(fs, source.node) : [source]) {
      const before = byName.get(name);
      if (before !== undefined && fs.nodeKind[before] === EntryKind.Directory) shadowed.add(from.get(name)!);
      byName.set(name, node);
      from.set(name, source.node);
    }
  }
  return { byName, shadowed: [...shadowed].reverse().slice(0, mostShadowed) };
}

/** With `--parents` what is copied lies below the part before `/./`, at the same path as below the destination. */
function withoutPivot(path: string, { parents }: CopyInstruction): string {
  if (!parents) return path;
  const pivot = path.indexOf('/./');
  return pivot < 0 ? '/' : path.slice(0, pivot + 1);
}

/** What lies directly in the destination. */
function mapChildren(
  layer: LayerIndex,
  destination: number,
  byName: ReadonlyMap<string, number>,
  mapped: Int32Array,
): void {
  const { nodeParent, nodeName, names } = layer;
  for (let n = destination + 1; n < layer.nodeCount; n++) {
    if (nodeParent[n] !== destination) continue;
    mapped[n] = byName.get(exactText(names.subarray(nodeName[n]!, nodeName[n + 1]!))) ?? -1;
  }
}

/** What is below a mapped directory is copied from the same path below its source. */
function mapBelow(layer: LayerIndex, source: SourceTree, mapped: Int32Array): void {
  const { nodeParent, nodeName, names } = layer;
  const { nodeKind } = source.filesystem;
  for (let n = 1; n < layer.nodeCount; n++) {
    if (mapped[n]! >= 0) continue;
    const parent = mapped[nodeParent[n]!]!;
    if (parent < 0 || nodeKind[parent] !== EntryKind.Directory) continue;
    mapped[n] = source.child(parent, names, nodeName[n]!, nodeName[n + 1]!);
  }
}

/** The destination's nodes in the layer: as it is written, and where links lead that other layers have. */
export function destinationsOf(layer: LayerIndex, destination: string, image: Filesystem): number[] {
  const paths = new Set([plain(destination), resolvedPath(image, plain(destination))]);
  return [...paths].map((path) => layerNode(layer, path)).filter((node) => node >= 0);
}

function plain(path: string): string {
  return path.replace(/\/+$/, '');
}

/** The path with its links followed as far as it exists. */
function resolvedPath(image: Filesystem, path: string): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const node = findPath(image, path.slice(0, end));
    const target = node === undefined ? undefined : resolveLink(image, node);
    if (target !== undefined) return plain(pathOf(image, target).path) + path.slice(end);
  }
  return path;
}

/** The node of a path in a layer's own tree, or −1. A few are looked for: no table is worth making. */
function layerNode(layer: LayerIndex, path: string): number {
  const { nodeCount, nodeParent, nodeName, names } = layer;
  let node = 0;
  for (const part of path.split('/')) {
    if (part === '') continue;
    const bytes = Buffer.from(part);
    let child = node + 1;
    while (
      child < nodeCount &&
      (nodeParent[child] !== node || !bytes.equals(names.subarray(nodeName[child]!, nodeName[child + 1]!)))
    ) {
      child++;
    }
    if (child === nodeCount) return -1;
    node = child;
  }
  return node;
}
