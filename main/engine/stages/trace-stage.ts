import type { FileOrigin } from '../../../shared/model/origin.ts';
import type { StageBase } from '../../../shared/model/project.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { LayerOwner } from './attribute-layers.ts';
import { findSources } from './find-sources.ts';
import { destinationsOf } from './map-paths.ts';
import { type CopiedLayer, type Matches, matchContents, matchPaths } from './match-copies.ts';
import { SourceTable } from './source-table.ts';
import { SourceTree } from './source-tree.ts';

/** A stage's own image, and who made its layers. */
export interface StageImage {
  /** In the Dockerfile. */
  readonly index: number;
  /** What people read: its name or index. */
  readonly name: string;
  /** The line of its FROM. */
  readonly line: number;
  readonly base: StageBase;
  readonly filesystem: Filesystem;
  /** Of each layer, bottom first; undefined where that is not known. */
  readonly owners: readonly (LayerOwner | undefined)[];
}

/** Inodes of a layer that were copied from another stage. */
export interface CopiedFrom {
  readonly stage: number;
  readonly firstInode: number;
  /** The inode in that stage's image of each, −1 where it was not found. */
  readonly source: Int32Array;
}

/** A stage's image with the origin of every inode, live or not. */
export interface TracedStage {
  readonly image: StageImage;
  readonly sources: readonly FileOrigin[];
  /** Of each inode an index into `sources`. */
  readonly ofInode: Uint16Array | Uint32Array;
  readonly copies: readonly CopiedFrom[];
  /** The stage whose inodes are the first of this one's: the one it stands on, where its image is at hand. */
  readonly below: number | undefined;
}

/** What tracing a stage needs of the others. */
export interface TraceContext {
  /** The stages that were traced: all that this one needs, where they could be had. */
  readonly traced: ReadonlyMap<number, TracedStage>;
  readonly stages: ReadonlyMap<number, StageImage>;
  /** The build context as it was sent; undefined where it is not known. */
  readonly context: Filesystem | undefined;
  /** A filesystem to copy from, each made once. */
  readonly treeOf: (filesystem: Filesystem) => SourceTree;
}

type Instruction = Extract<LayerOwner, { kind: 'instruction' }>;
type Copy = Exclude<NonNullable<Instruction['copy']>, 'unknown'>;

/**
 * Traces every inode of a stage's image to its origin (reference: layers.md, "The stages"). Inodes are numbered in the order
 * of layers, so that what a copy-up or a stage below had is known before it is asked for.
 */
export function traceStage(image: StageImage, context: TraceContext): TracedStage {
  const trace = new StageTrace(image, context);
  const firstInodes = layerStarts(image.filesystem);
  const { below } = trace;
  const known = below?.image.filesystem.layers.length ?? 0;
  if (below) trace.takeFrom(below);
  for (let layer = known; layer < image.filesystem.layers.length; layer++) {
    trace.layer({
      image: image.filesystem,
      layer,
      firstInode: firstInodes[layer]!,
      endInode: firstInodes[layer + 1]!,
    });
  }
  return trace.finish();
}

/** The first inode of each layer, and how many there are. */
function layerStarts({ layers, inodes }: Filesystem): Uint32Array {
  const starts = new Uint32Array(layers.length + 1);
  for (let layer = 0; layer < layers.length; layer++) {
    let low = starts[layer]!;
    let high = inodes.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (inodes.layer[middle]! <= layer) low = middle + 1;
      else high = middle;
    }
    starts[layer + 1] = low;
  }
  return starts;
}

class StageTrace {
  readonly #image: StageImage;
  readonly #context: TraceContext;
  readonly #table = new SourceTable();
  readonly #ofInode: Uint32Array;
  readonly #copies: CopiedFrom[] = [];
  /** Of the stages that this one stands on, the lowest first, itself last. */
  readonly #chain: readonly number[];
  #copyUp = 0;

  constructor(image: StageImage, context: TraceContext) {
    this.#image = image;
    this.#context = context;
    this.#ofInode = new Uint32Array(image.filesystem.inodes.count);
    this.#chain = chainOf(image, context.stages);
  }

  /** The stage this one stands on, where its image is at hand: then its inodes are the first of this one's. */
  get below(): TracedStage | undefined {
    const { base, filesystem } = this.#image;
    const below = base.kind === 'stage' ? this.#context.traced.get(base.index) : undefined;
    const layers = below?.image.filesystem.layers;
    const stands = layers?.every((layer, index) => layer?.diffId === filesystem.layers[index]?.diffId);
    return stands ? below : undefined;
  }

  takeFrom(below: TracedStage): void {
    const numbers = below.sources.map((source) =>
      this.#table.add({ ...source, through: [...source.through, this.#image.index] }),
    );
    below.ofInode.forEach((source, inode) => {
      this.#ofInode[inode] = numbers[source]!;
    });
    const { inode: copyUps } = this.#image.filesystem.copyUps;
    while (this.#copyUp < copyUps.length && copyUps[this.#copyUp]! < below.ofInode.length) this.#copyUp++;
  }

  layer(copied: CopiedLayer): void {
    const owner = this.#image.owners[copied.layer];
    const { firstInode, endInode } = copied;
    if (owner?.kind === 'instruction' && owner.copy) {
      this.#copied(copied, owner, owner.copy);
      while (this.#image.filesystem.copyUps.inode[this.#copyUp]! < endInode) this.#copyUp++;
      return;
    }
    this.#ofInode.fill(this.#table.add(this.#originOf(owner)), firstInode, endInode);
    this.#keepCopyUps(endInode, keepsOrigins(owner));
  }

  /** A RUN that stores the same again keeps its origin. */
  #keepCopyUps(endInode: number, kept: boolean): void {
    const { inode, of } = this.#image.filesystem.copyUps;
    for (; inode[this.#copyUp]! < endInode; this.#copyUp++) {
      if (kept) this.#ofInode[inode[this.#copyUp]!] = this.#ofInode[of[this.#copyUp]!]!;
    }
  }

  /** The origin of what a layer stores by itself: its base's, or its instruction's own. */
  #originOf(owner: LayerOwner | undefined): FileOrigin {
    if (!owner) return this.#untraced(this.#image.index, this.#image.line, this.#image.line);
    const { stage, line } = owner;
    if (owner.kind === 'base') {
      const { reference } = owner;
      return { ...this.#from(stage, line, line), kind: 'base', id: `base:${reference}`, name: reference };
    }
    const name = this.#context.stages.get(stage)?.name ?? String(stage);
    return { ...this.#from(stage, line, owner.endLine), kind: 'stage', id: `stage:${stage}`, name };
  }

  #untraced(stage: number, line: number, endLine: number): FileOrigin {
    const untraced = { kind: 'untraced', id: 'untraced', name: 'untraced', rule: null } as const;
    return { ...this.#from(stage, line, endLine), ...untraced };
  }

  /** What begins at a line of a stage, this one or one that it stands on. */
  #from(stage: number, line: number, endLine: number) {
    const at = this.#chain.indexOf(stage);
    const through = this.#chain.slice(Math.max(at, 0));
    return { stage, line, endLine, rule: 'exact' as const, through };
  }

  #copied(copied: CopiedLayer, owner: Instruction, copy: Copy | 'unknown'): void {
    const { stage, line, endLine } = owner;
    if (copy === 'unknown') {
      this.#ofInode.fill(
        this.#table.add(this.#untraced(stage, line, endLine)),
        copied.firstInode,
        copied.endInode,
      );
      return;
    }
    const { from } = copy;
    const here = this.#from(stage, line, endLine);
    if (from?.kind === 'image') {
      const { reference } = from;
      const external = { ...here, kind: 'external', id: `external:${reference}`, name: reference } as const;
      this.#ofInode.fill(this.#table.add(external), copied.firstInode, copied.endInode);
    } else if (from?.kind === 'stage') {
      this.#copiedFromStage(copied, owner, copy, from.index);
    } else {
      this.#copiedFromContext(copied, owner, copy);
    }
    this.#markHeredocs(copied, owner, copy);
  }

  #copiedFromStage(
    copied: CopiedLayer,
    { stage, line, endLine }: Instruction,
    copy: Copy,
    from: number,
  ): void {
    const lost = this.#table.add(this.#untraced(stage, line, endLine));
    const { firstInode, endInode } = copied;
    const traced = this.#context.traced.get(from);
    if (!traced) {
      this.#ofInode.fill(lost, firstInode, endInode);
      return;
    }
    const tree = this.#context.treeOf(traced.image.filesystem);
    const matches = matchPaths(copied, copy, tree);
    matchContents(copied, tree, matches);
    const { through } = this.#from(stage, line, endLine);
    const exact = new Map<number, number>();
    const moved = new Map<number, number>();
    for (let inode = firstInode; inode < endInode; inode++) {
      const source = matches.source[inode - firstInode]!;
      if (source < 0) {
        this.#ofInode[inode] = lost;
        continue;
      }
      const isMoved = matches.moved[inode - firstInode] === 1;
      const numbers = isMoved ? moved : exact;
      const before = traced.ofInode[source]!;
      let number = numbers.get(before);
      if (number === undefined) {
        const origin = traced.sources[before]!;
        const rule = isMoved && origin.rule !== null ? 'moved' : origin.rule;
        number = this.#table.add({ ...origin, rule, through: [...origin.through, ...through] });
        numbers.set(before, number);
      }
      this.#ofInode[inode] = number;
    }
    this.#copies.push({ stage: from, firstInode, source: matches.source });
  }

  /**
   * COPY takes its files from the context. What ADD stores that is not in the context was unpacked or fetched: it is the
   * instruction's own, as is what an ONBUILD of the base stores otherwise.
   */
  #copiedFromContext(copied: CopiedLayer, owner: Instruction, copy: Copy): void {
    const { stage, line, endLine } = owner;
    const { firstInode, endInode } = copied;
    const { context } = this.#context;
    // Without the context nobody can tell what of it is the instruction's.
    const isTold = context !== undefined || copy.sources.length === 0;
    const isOwn = isTold && (copy.keyword === 'ADD' || owner.trigger === true);
    const otherwise = this.#table.add(isOwn ? this.#originOf(owner) : this.#untraced(stage, line, endLine));
    this.#ofInode.fill(otherwise, firstInode, endInode);
    if (!context) return;
    const matches = this.#matchContext(copied, copy, context);
    const origin = { kind: 'context', id: 'context', name: 'build context' } as const;
    const here = this.#from(stage, line, endLine);
    const numbers = [
      this.#table.add({ ...here, ...origin }),
      this.#table.add({ ...here, ...origin, rule: 'moved' }),
    ] as const;
    for (let inode = firstInode; inode < endInode; inode++) {
      const at = inode - firstInode;
      if (matches.source[at]! >= 0) this.#ofInode[inode] = numbers[matches.moved[at] === 1 ? 1 : 0];
    }
  }

  #matchContext(copied: CopiedLayer, copy: Copy, context: Filesystem): Matches {
    const tree = this.#context.treeOf(context);
    const matches = matchPaths(copied, copy, tree);
    // Of an ADD only what its sources hold: an archive may contain what the context has elsewhere too.
    const among = copy.keyword === 'ADD' ? atOrBelow(context, copy.sources) : undefined;
    matchContents(copied, tree, matches, among);
    return matches;
  }

  /** Files that the instruction itself holds are its own. */
  #markHeredocs({ layer, firstInode, endInode }: CopiedLayer, owner: Instruction, copy: Copy): void {
    if (copy.heredocs.length === 0) return;
    const { filesystem } = this.#image;
    const index = filesystem.layers[layer]!;
    const places = new Set(
      ['', ...copy.heredocs].flatMap((name) =>
        destinationsOf(index, name === '' ? copy.destination : `${copy.destination}/${name}`, filesystem),
      ),
    );
    const own = this.#table.add(this.#originOf(owner));
    for (let inode = firstInode; inode < endInode; inode++) {
      if (places.has(index.entryNode[filesystem.inodes.entry[inode]!]!)) this.#ofInode[inode] = own;
    }
  }

  finish(): TracedStage {
    const { sources } = this.#table;
    const ofInode = sources.length <= 0x1_0000 ? Uint16Array.from(this.#ofInode) : this.#ofInode;
    return { image: this.#image, sources, ofInode, copies: this.#copies, below: this.below?.image.index };
  }
}

/** Whether what a layer stores again at its path keeps its origin: a RUN's does, a COPY or ADD starts its own. */
export function keepsOrigins(owner: LayerOwner | undefined): boolean {
  return owner?.kind === 'instruction' && owner.copy === undefined;
}

/** Indices of the stages that a stage stands on, the lowest first, itself last. */
function chainOf(image: StageImage, stages: ReadonlyMap<number, StageImage>): number[] {
  const chain = [image.index];
  let { base } = image;
  while (base.kind === 'stage' && !chain.includes(base.index)) {
    chain.unshift(base.index);
    base = stages.get(base.index)?.base ?? { kind: 'scratch' };
  }
  return chain;
}

/** Whether a node is one of the sources or below one. */
function atOrBelow(fs: Filesystem, sources: readonly string[]): (node: number) => boolean {
  const inside = new Uint8Array(fs.tree.count);
  for (const source of sources) for (const { node } of findSources(fs, source)) inside[node] = 1;
  for (let n = 1; n < inside.length; n++) if (inside[fs.tree.parent[n]!] === 1) inside[n] = 1;
  return (node) => inside[node] === 1;
}

/** Trees of filesystems, each made once. */
export function sourceTrees(): TraceContext['treeOf'] {
  const trees = new Map<Filesystem, SourceTree>();
  return (filesystem) => {
    const tree = trees.get(filesystem) ?? new SourceTree(filesystem);
    trees.set(filesystem, tree);
    return tree;
  };
}
