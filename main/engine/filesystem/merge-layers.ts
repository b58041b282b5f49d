import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import { Absent, CauseId, ChangeId, type Filesystem, layerString, sameContent } from './filesystem.ts';
import { InodeTable } from './inode-table.ts';
import { type LayerCounts, layerSizes, totalSizes } from './measure.ts';
import { textOf } from './path-text.ts';
import { PathTree } from './path-tree.ts';
import { directoryPortions } from './portions.ts';

/**
 * The filesystem that a stack of layers makes, bottom layer first, and what became of everything they stored
 * (OCI image-spec, layer.md). `undefined` is a layer that is not available: the merge goes on without it.
 */
export function mergeLayers(layers: readonly (LayerIndex | undefined)[]): Filesystem {
  const merge = new Merge(layers);
  layers.forEach((layer, index) => {
    if (layer) merge.apply(layer, index);
  });
  return merge.finish();
}

function sum(layers: readonly (LayerIndex | undefined)[], of: (layer: LayerIndex) => number): number {
  return layers.reduce((total, layer) => total + (layer ? of(layer) : 0), 0);
}

/** The state between two layers. Columns have room for all layers' nodes and entries; unused room is never touched. */
class Merge {
  readonly #layers: readonly (LayerIndex | undefined)[];
  readonly #tree: PathTree;
  readonly #kind: Uint8Array;
  readonly #nodeLayer: Int32Array;
  readonly #nodeEntry: Int32Array;
  readonly #nodeInode: Int32Array;
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;
  readonly #previousSibling: Int32Array;

  readonly #inodes: InodeTable;

  /** Nodes that changed in the current layer, and their inodes before it. */
  #touched = 0;
  readonly #touchedNodes: Uint32Array;
  readonly #touchedIn: Int32Array;
  readonly #wasInode: Int32Array;

  readonly #change: Uint8Array;
  readonly #removedNodes: number[] = [];
  readonly #removedInodes: number[] = [];
  readonly #removedBy: number[] = [];

  readonly #counts: LayerCounts[] = [];
  readonly #warnings: { code: string; message: string }[] = [];
  #index = 0;
  #layer!: LayerIndex;

  constructor(layers: readonly (LayerIndex | undefined)[]) {
    const nodes = 1 + sum(layers, (layer) => layer.nodeCount);
    const entries = sum(layers, (layer) => layer.entryCount);
    this.#layers = layers;
    this.#tree = new PathTree(
      nodes,
      sum(layers, (layer) => layer.names.length),
    );
    this.#kind = new Uint8Array(nodes).fill(Absent);
    this.#nodeLayer = new Int32Array(nodes);
    this.#nodeEntry = new Int32Array(nodes);
    this.#nodeInode = new Int32Array(nodes).fill(-1);
    this.#firstChild = new Int32Array(nodes);
    this.#nextSibling = new Int32Array(nodes);
    this.#previousSibling = new Int32Array(nodes);
    this.#inodes = new InodeTable(entries);
    this.#touchedNodes = new Uint32Array(nodes);
    this.#touchedIn = new Int32Array(nodes);
    this.#wasInode = new Int32Array(nodes);
    this.#change = new Uint8Array(nodes);
    this.#become(0, EntryKind.Directory, -1, -1, -1);
  }

  apply(layer: LayerIndex, index: number): void {
    this.#layer = layer;
    this.#index = index;
    this.#touched = 0;
    const nodes = this.#mapNodes();
    // Markers hide lower layers only, so they go first, wherever they stand in the tar.
    this.#hide(nodes);
    this.#write(nodes);
    this.#counts[index] = this.#count();
  }

  /** The node of the merged tree for each node of the layer. */
  #mapNodes(): Uint32Array {
    const { nodeCount, nodeParent, nodeName, names } = this.#layer;
    const nodes = new Uint32Array(nodeCount);
    for (let n = 1; n < nodeCount; n++) {
      nodes[n] = this.#tree.add(nodes[nodeParent[n]!]!, names, nodeName[n]!, nodeName[n + 1]!);
    }
    return nodes;
  }

  #hide(nodes: Uint32Array): void {
    const { entryCount, entryNode, entryKind } = this.#layer;
    for (let e = 0; e < entryCount; e++) {
      const kind = entryKind[e]!;
      if (kind < EntryKind.Whiteout) continue;
      const node = nodes[entryNode[e]!]!;
      if (this.#kind[node] === Absent) continue;
      if (kind === EntryKind.Whiteout && node !== 0) this.#remove(node, CauseId.deleted);
      else if (kind === EntryKind.Opaque) this.#removeChildren(node, CauseId.deleted);
    }
  }

  #write(nodes: Uint32Array): void {
    const { entryCount, entryNode, entryKind, entryTarget } = this.#layer;
    let lost = 0;
    let firstLost = -1;
    let badRoots = 0;
    for (let e = 0; e < entryCount; e++) {
      const kind = entryKind[e]!;
      if (kind >= EntryKind.Whiteout) continue;
      const node = nodes[entryNode[e]!]!;
      if (kind === EntryKind.Directory) {
        this.#putDirectory(node, e);
      } else if (node === 0) {
        badRoots++;
      } else if (kind === EntryKind.HardLink) {
        const inode = this.#leafInode(nodes[entryTarget[e]!]!);
        if (inode < 0 && lost++ === 0) firstLost = node;
        this.#putName(node, inode < 0 ? this.#newInode(EntryKind.File, e) : inode, e);
      } else {
        this.#putName(node, this.#newInode(kind, e), e);
      }
    }
    if (badRoots > 0) this.#warn('root-not-a-directory', 'an entry for / that is no directory is left out');
    if (lost > 0) {
      const path = textOf(this.#tree.pathOf(firstLost));
      const others = lost === 1 ? '' : ` and ${lost - 1} more`;
      this.#warn(
        'hard-link-target-missing',
        `hard link to nothing, shown as an empty file: ${path}${others}`,
      );
    }
  }

  #warn(code: string, message: string): void {
    this.#warnings.push({ code, message: `Layer ${this.#index}: ${message}` });
  }

  #leafInode(node: number): number {
    const kind = this.#kind[node]!;
    return kind === Absent || kind === EntryKind.Directory ? -1 : this.#nodeInode[node]!;
  }

  #newInode(kind: number, entry: number): number {
    const size = kind === EntryKind.File ? this.#layer.entrySize[entry]! : 0;
    return this.#inodes.add(this.#index, entry, kind, size);
  }

  #putDirectory(node: number, entry: number): void {
    if (this.#kind[node] === EntryKind.Directory) {
      this.#nodeLayer[node] = this.#index;
      this.#nodeEntry[node] = entry;
      return;
    }
    this.#makeParents(node);
    if (this.#kind[node] !== Absent) this.#remove(node, CauseId.shadowed);
    this.#insert(node, EntryKind.Directory, entry, -1);
  }

  #putName(node: number, inode: number, entry: number): void {
    this.#makeParents(node);
    if (this.#kind[node] !== Absent) this.#remove(node, this.#replacedBy(node, inode));
    this.#touch(node);
    // Only now: what made way for this name may have been another name of the same inode.
    this.#inodes.links[inode]!++;
    this.#insert(node, this.#inodes.kind[inode]!, entry, inode);
  }

  #replacedBy(node: number, inode: number): CauseId {
    const { kind, layer, entry } = this.#inodes;
    if (this.#kind[node] !== EntryKind.File || kind[inode] !== EntryKind.File) return CauseId.shadowed;
    const old = this.#nodeInode[node]!;
    const oldLayer = this.#layers[layer[old]!]!;
    const newLayer = this.#layers[layer[inode]!]!;
    const same = sameContent(oldLayer, entry[old]!, newLayer, entry[inode]!);
    return same ? CauseId.copiedUp : CauseId.overwritten;
  }

  #makeParents(node: number): void {
    const missing: number[] = [];
    for (let n = this.#tree.parent[node]!; this.#kind[n] !== EntryKind.Directory; n = this.#tree.parent[n]!) {
      missing.push(n);
    }
    for (const directory of missing.reverse()) {
      if (this.#kind[directory] !== Absent) this.#remove(directory, CauseId.shadowed);
      this.#insert(directory, EntryKind.Directory, -1, -1);
    }
  }

  #become(node: number, kind: number, layer: number, entry: number, inode: number): void {
    this.#kind[node] = kind;
    this.#nodeLayer[node] = layer;
    this.#nodeEntry[node] = entry;
    this.#nodeInode[node] = inode;
    this.#firstChild[node] = -1;
    this.#nextSibling[node] = -1;
    this.#previousSibling[node] = -1;
  }

  #insert(node: number, kind: number, entry: number, inode: number): void {
    this.#become(node, kind, entry < 0 ? -1 : this.#index, entry, inode);
    const parent = this.#tree.parent[node]!;
    const next = this.#firstChild[parent]!;
    this.#nextSibling[node] = next;
    if (next >= 0) this.#previousSibling[next] = node;
    this.#firstChild[parent] = node;
  }

  #removeChildren(node: number, cause: CauseId): void {
    for (let child = this.#firstChild[node]!; child >= 0; child = this.#firstChild[node]!)
      this.#remove(child, cause);
  }

  /** Removes a live node and all below it, leaves first; only live nodes are visited, without recursion. */
  #remove(top: number, cause: CauseId): void {
    let node = top;
    for (;;) {
      const child = this.#kind[node] === EntryKind.Directory ? this.#firstChild[node]! : -1;
      if (child >= 0) {
        node = child;
        continue;
      }
      this.#removeOne(node, cause);
      if (node === top) return;
      node = this.#tree.parent[node]!;
    }
  }

  #removeOne(node: number, cause: CauseId): void {
    this.#touch(node);
    const inode = this.#nodeInode[node]!;
    if (inode >= 0) this.#inodes.drop(inode, this.#tree, node, this.#index, cause);
    const next = this.#nextSibling[node]!;
    const previous = this.#previousSibling[node]!;
    if (previous >= 0) this.#nextSibling[previous] = next;
    else this.#firstChild[this.#tree.parent[node]!] = next;
    if (next >= 0) this.#previousSibling[next] = previous;
    this.#become(node, Absent, -1, -1, -1);
  }

  #touch(node: number): void {
    if (this.#touchedIn[node] === this.#index + 1) return;
    this.#touchedIn[node] = this.#index + 1;
    this.#wasInode[node] = this.#nodeInode[node]!;
    this.#touchedNodes[this.#touched++] = node;
  }

  #count(): LayerCounts {
    const counts = { added: 0, modified: 0, removed: 0 };
    for (let i = 0; i < this.#touched; i++) {
      const node = this.#touchedNodes[i]!;
      const was = this.#wasInode[node]!;
      const is = this.#nodeInode[node]!;
      if (is >= 0) {
        this.#change[node] = was < 0 ? ChangeId.added : this.#changeOf(was, is);
        if (was < 0) counts.added++;
        else counts.modified++;
      } else if (was >= 0) {
        counts.removed++;
        this.#removedNodes.push(node);
        this.#removedInodes.push(was);
        this.#removedBy.push(this.#index);
      }
    }
    return counts;
  }

  /** What a path that was there before got: other content, or the same with other metadata. */
  #changeOf(was: number, is: number): ChangeId {
    const { kind, layer, entry } = this.#inodes;
    if (kind[was] !== kind[is]) return ChangeId.modified;
    const [a, b] = [this.#layers[layer[was]!]!, this.#layers[layer[is]!]!];
    const [entryA, entryB] = [entry[was]!, entry[is]!];
    const same =
      kind[is] === EntryKind.File
        ? sameContent(a, entryA, b, entryB)
        : Buffer.compare(layerString(a, a.entryTarget[entryA]!), layerString(b, b.entryTarget[entryB]!)) ===
          0;
    return same ? ChangeId.metadata : ChangeId.modified;
  }

  finish(): Filesystem {
    const inodes = this.#inodes;
    inodes.chooseCarriers(this.#tree, this.#nodeInode);
    const complete = this.#layers.every((layer) => layer !== undefined);
    const kinds = this.#kind.subarray(0, this.#tree.count);
    const files = kinds.reduce((sum, kind) => sum + (kind === EntryKind.File ? 1 : 0), 0);
    return {
      layers: this.#layers,
      complete,
      warnings: this.#warnings,
      tree: this.#tree,
      nodeKind: this.#kind,
      nodeLayer: this.#nodeLayer,
      nodeEntry: this.#nodeEntry,
      nodeInode: this.#nodeInode,
      nodeChange: this.#change,
      removals: {
        node: Uint32Array.from(this.#removedNodes),
        inode: Uint32Array.from(this.#removedInodes),
        layer: Uint32Array.from(this.#removedBy),
      },
      firstChild: this.#firstChild,
      nextSibling: this.#nextSibling,
      directories: this.#directories(),
      portions: directoryPortions(this.#tree, this.#kind, this.#nodeInode, inodes),
      inodes,
      totals: complete ? totalSizes(inodes, files) : undefined,
      layerSizes: layerSizes(this.#layers, inodes, this.#counts),
    };
  }

  #directories(): Uint32Array {
    const found: number[] = [];
    for (let n = 0; n < this.#tree.count; n++) if (this.#kind[n] === EntryKind.Directory) found.push(n);
    return Uint32Array.from(found);
  }
}
