import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { findPath, resolveLink } from '../filesystem/resolve-path.ts';
import type { CopyInstruction } from '../project/copy-instructions.ts';
import { type FoundSource, findSources } from './find-sources.ts';
import type { SourceTree } from './source-tree.ts';

/**
 * The paths that an instruction maps: of each node of the layer's own tree, the node of the source that is copied there, or
 * −1. There are several answers, one after the other, where directories are copied into one another; the last source's
 * first, since it is the one that stays. The column is only valid until the next one is asked for.
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
  const isDirectory = ({ node }: FoundSource) => fs.nodeKind[node] === EntryKind.Directory;
  for (const destination of destinationsOf(layer, copy.destination, image)) {
    for (const round of runsOf(found, isDirectory).reverse()) {
      mapped.fill(-1);
      if (isDirectory(round[0]!)) mapped[destination] = round[0]!.node;
      else mapFiles(layer, destination, round, mapped);
      mapBelow(layer, source, mapped);
      yield mapped;
    }
  }
}

/** Each directory by itself, and files that follow one another together. */
function runsOf(
  found: readonly FoundSource[],
  isDirectory: (source: FoundSource) => boolean,
): [FoundSource, ...FoundSource[]][] {
  const runs: [FoundSource, ...FoundSource[]][] = [];
  for (const source of found) {
    const last = runs.at(-1);
    if (last && !isDirectory(source) && !isDirectory(last[0])) last.push(source);
    else runs.push([source]);
  }
  return runs;
}

/** With `--parents` what is copied lies below the part before `/./`, at the same path as below the destination. */
function withoutPivot(path: string, { parents }: CopyInstruction): string {
  if (!parents) return path;
  const pivot = path.indexOf('/./');
  return pivot < 0 ? '/' : path.slice(0, pivot + 1);
}

function mapFiles(
  layer: LayerIndex,
  destination: number,
  files: readonly FoundSource[],
  mapped: Int32Array,
): void {
  // A destination that is a directory is equal to no file.
  mapped[destination] = files.at(-1)!.node;
  const byName = new Map(files.map(({ name, node }) => [name, node]));
  const { nodeParent, nodeName, names } = layer;
  for (let n = destination + 1; n < layer.nodeCount; n++) {
    if (nodeParent[n] !== destination) continue;
    const name = Buffer.from(names.subarray(nodeName[n]!, nodeName[n + 1]!)).toString();
    mapped[n] = byName.get(name) ?? -1;
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
