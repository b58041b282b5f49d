import {
  release,
  type Signed,
  signedColumn,
  trimmed,
  type Unsigned,
  unsignedColumn,
} from '../archive/columns.ts';
import { GrowingColumn } from '../archive/growing-column.ts';
import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import { CopyUpRows } from './copy-up-rows.ts';
import { Absent, CauseId, ChangeId, type Filesystem, layerString, sameContent } from './filesystem.ts';
import { InodeTable } from './inode-table.ts';
import { type LayerCounts, layerSizes, totalSizes } from './measure.ts';
import { MergedTree } from './merged-tree.ts';
import { textOf } from './path-text.ts';
import { pathBytes } from './path-tree.ts';
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

/** The state between two layers. Columns have room for all layers' nodes; unused room is never touched. */
class Merge {
  readonly #layers: readonly (LayerIndex | undefined)[];
  readonly #tree: MergedTree;
  readonly #kind: Uint8Array;
  readonly #nodeLayer: Signed;
  readonly #nodeEntry: Int32Array;
  readonly #nodeInode: Int32Array;

  readonly #inodes: InodeTable;

  /** Nodes that changed in the current layer, and their inodes before it. */
  readonly #touched = new GrowingColumn(new Uint32Array(1024));
  readonly #wasInode = new GrowingColumn(new Int32Array(1024));
  /** Of each node the layer that touched it last, + 1. */
  readonly #touchedIn: Unsigned;

  readonly #change: Uint8Array;
  readonly #removedNodes = new GrowingColumn(new Uint32Array(64));
  readonly #removedInodes = new GrowingColumn(new Uint32Array(64));
  readonly #removedBy = new GrowingColumn(new Uint32Array(64));

  readonly #copyUps = new CopyUpRows();

  readonly #counts: LayerCounts[] = [];
  readonly #warnings: { code: string; message: string }[] = [];
  #index = 0;
  #layer!: LayerIndex;

  constructor(layers: readonly (LayerIndex | undefined)[]) {
    this.#layers = layers;
    this.#tree = new MergedTree(layers);
    const nodes = this.#tree.parent.length;
    this.#kind = new Uint8Array(nodes);
    this.#nodeLayer = signedColumn(layers.length, nodes);
    this.#nodeEntry = new Int32Array(nodes);
    this.#nodeInode = new Int32Array(nodes);
    this.#inodes = new InodeTable(layers);
    this.#touchedIn = unsignedColumn(layers.length, nodes);
    this.#change = new Uint8Array(nodes);
    this.#become(0, EntryKind.Directory, -1, -1, -1);
  }

  apply(layer: LayerIndex, index: number): void {
    this.#layer = layer;
    this.#index = index;
    const firstNew = this.#tree.count;
    const nodes = this.#tree.addLayer(index);
    for (let n = firstNew; n < this.#tree.count; n++) this.#become(n, Absent, -1, -1, -1);
    // Markers hide lower layers only, so they go first, wherever they stand in the tar.
    this.#hide(nodes);
    this.#write(nodes);
    this.#counts[index] = this.#count();
    release(nodes);
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
      const path = textOf(pathBytes(this.#tree, firstLost));
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
    if (this.#kind[this.#tree.parent[node]!] === EntryKind.Directory) return;
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
  }

  #insert(node: number, kind: number, entry: number, inode: number): void {
    this.#become(node, kind, entry < 0 ? -1 : this.#index, entry, inode);
    this.#tree.link(node);
  }

  #removeChildren(node: number, cause: CauseId): void {
    for (let child = this.#firstLive(node); child >= 0; child = this.#firstLive(node)) {
      this.#remove(child, cause);
    }
  }

  #firstLive(node: number): number {
    return this.#tree.firstLive(node, this.#kind);
  }

  /** Removes a live node and all below it, leaves first, without recursion. */
  #remove(top: number, cause: CauseId): void {
    let node = top;
    for (;;) {
      const child = this.#kind[node] === EntryKind.Directory ? this.#firstLive(node) : -1;
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
    this.#become(node, Absent, -1, -1, -1);
  }

  #touch(node: number): void {
    if (this.#touchedIn[node] === this.#index + 1) return;
    this.#touchedIn[node] = this.#index + 1;
    this.#touched.push(node);
    this.#wasInode.push(this.#nodeInode[node]!);
  }

  #count(): LayerCounts {
    const counts = { added: 0, modified: 0, removed: 0 };
    const touched = this.#touched.values;
    const wasInode = this.#wasInode.values;
    for (let i = 0; i < this.#touched.length; i++) {
      const node = touched[i]!;
      const was = wasInode[i]!;
      const is = this.#nodeInode[node]!;
      if (is >= 0) {
        if (was < 0) {
          this.#change[node] = ChangeId.added;
          counts.added++;
        } else {
          const change = this.#changeOf(was, is);
          this.#change[node] = change;
          counts.modified++;
          if (change === ChangeId.metadata && this.#inodes.layer[is] === this.#index) {
            this.#copyUps.add(is, was, node);
          }
        }
      } else if (was >= 0) {
        counts.removed++;
        this.#removedNodes.push(node);
        this.#removedInodes.push(was);
        this.#removedBy.push(this.#index);
      }
    }
    this.#touched.length = 0;
    this.#wasInode.length = 0;
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
    release(this.#touchedIn);
    const { count } = this.#tree;
    const nodeKind = trimmed(this.#kind, count);
    const nodeInode = trimmed(this.#nodeInode, count);
    const { tree, firstChild, nextSibling } = this.#tree.finish(nodeKind);
    const inodes = this.#inodes.finish(tree, nodeInode);
    const complete = this.#layers.every((layer) => layer !== undefined);
    const files = nodeKind.reduce((sum, kind) => sum + (kind === EntryKind.File ? 1 : 0), 0);
    return {
      layers: this.#layers,
      complete,
      warnings: this.#warnings,
      tree,
      nodeKind,
      nodeLayer: trimmed(this.#nodeLayer, count),
      nodeEntry: trimmed(this.#nodeEntry, count),
      nodeInode,
      nodeChange: trimmed(this.#change, count),
      removals: {
        node: this.#removedNodes.finish(),
        inode: this.#removedInodes.finish(),
        layer: this.#removedBy.finish(),
      },
      copyUps: this.#copyUps.finish(tree, inodes.count),
      firstChild,
      nextSibling,
      directories: directoriesOf(nodeKind),
      portions: directoryPortions({ tree, nodeKind, nodeInode, inodes }),
      inodes,
      totals: complete ? totalSizes(inodes, files) : undefined,
      layerSizes: layerSizes(this.#layers, inodes, this.#counts),
    };
  }
}

function directoriesOf(nodeKind: Uint8Array): Uint32Array {
  const found = new GrowingColumn(new Uint32Array(64));
  for (let n = 0; n < nodeKind.length; n++) if (nodeKind[n] === EntryKind.Directory) found.push(n);
  return found.finish();
}
