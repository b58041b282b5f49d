import type { FileEvent, FileEventKind, FileHistory } from '../../../shared/model/files.ts';
import { causes } from '../../../shared/model/image-document.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { attributesOf, kindName } from './file-row.ts';
import { Absent, type Filesystem, layerString, sameContent } from './filesystem.ts';
import type { NarrowLayer } from './narrow-layer.ts';
import { partsOfPath, resolveAnywhere, textOfParts } from './path-parts.ts';
import { absent, type PathState, partsOfNode, pathStates } from './path-states.ts';
import { pathOf, textOf } from './path-text.ts';

/**
 * What each layer did to a path, bottom first; layers that say nothing of it are left out. The path is taken as it is
 * written, else links on the way to it are followed. Throws `path-not-found` where no layer has it.
 */
export function pathHistory(fs: Filesystem, path: string): FileHistory {
  const node = resolveAnywhere(fs, path);
  const { states, layers } = pathStates(fs, partsOfPath(fs.tree, node));
  const fates = new Fates(fs);
  const events: (() => FileEvent)[] = [];
  states.forEach((after, layer) => {
    const narrow = layers[layer];
    if (!narrow) return;
    const before = layer === 0 ? absent : states[layer - 1]!;
    for (const entry of repeatedEntries(fs, layer, narrow, after)) {
      const repeated = {
        ...absent,
        kind: EntryKind.File,
        layer,
        entry,
        inodeLayer: layer,
        inodeEntry: entry,
      };
      events.push(() => ({ layer, event: 'repeated', ...facts(fs, repeated), ...fates.of(repeated) }));
      fates.ask(repeated);
    }
    const event = eventOf(fs, layer, before, after);
    if (!event) return;
    if (event === 'deleted') {
      events.push(() => ({ layer, event, by: deletedBy(fs, layer, narrow) }));
      return;
    }
    fates.ask(after);
    events.push(() => ({ layer, event, ...facts(fs, after), ...fates.of(after) }));
  });
  fates.find();
  return { ...pathOf(fs, node), events: events.map((make) => make()) };
}

function eventOf(
  fs: Filesystem,
  layer: number,
  before: PathState,
  after: PathState,
): FileEventKind | undefined {
  if (after.kind === Absent) return before.kind === Absent ? undefined : 'deleted';
  if (before.kind === Absent) return after.layer < 0 ? 'implied' : 'added';
  if (before.kind !== after.kind) return 'replaced';
  if (after.layer !== layer) return undefined;
  if (after.kind !== EntryKind.Directory && !sameThing(fs, before, after)) return 'content';
  return sameMetadata(fs, before, after) ? 'same' : 'metadata';
}

/** Equal content of files, targets of links, numbers of devices. */
function sameThing(fs: Filesystem, before: PathState, after: PathState): boolean {
  const [a, b] = [fs.layers[before.inodeLayer]!, fs.layers[after.inodeLayer]!];
  if (after.kind === EntryKind.File) return sameContent(a, before.inodeEntry, b, after.inodeEntry);
  return Buffer.compare(targetOf(fs, before), targetOf(fs, after)) === 0;
}

function targetOf(fs: Filesystem, { inodeLayer, inodeEntry }: PathState): Uint8Array {
  const layer = fs.layers[inodeLayer]!;
  return layerString(layer, layer.entryTarget[inodeEntry]!);
}

/** Where attributes come from: a name's are its inode's. */
function attributeEntry({
  kind,
  layer,
  entry,
  inodeLayer,
  inodeEntry,
}: PathState): readonly [number, number] {
  return kind === EntryKind.Directory ? [layer, entry] : [inodeLayer, inodeEntry];
}

function sameMetadata(fs: Filesystem, before: PathState, after: PathState): boolean {
  const metadata = (state: PathState) => {
    const [layer, entry] = attributeEntry(state);
    const index = fs.layers[layer];
    if (!index) return '';
    const xattrs = Buffer.from(layerString(index, index.entryXattrs[entry]!)).toString('base64');
    return JSON.stringify([attributesOf(fs, layer, entry), xattrs]);
  };
  return metadata(before) === metadata(after);
}

function facts(fs: Filesystem, state: PathState): Partial<FileEvent> {
  const kind = kindName(state.kind);
  const [layer, entry] = attributeEntry(state);
  const index = fs.layers[layer];
  if (!index) return { kind };
  return {
    kind,
    ...attributesOf(fs, layer, entry),
    ...(kind === 'file' && { size: index.entrySize[entry]! }),
    ...(kind === 'symlink' && { target: textOf(targetOf(fs, state)) }),
    ...linkedTo(fs, state),
  };
}

/** Of a hard link: what it was made a name of. */
function linkedTo(fs: Filesystem, { layer, entry }: PathState): Pick<FileEvent, 'sameAs'> {
  const index = fs.layers[layer]!;
  if (index.entryKind[entry] !== EntryKind.HardLink) return {};
  return { sameAs: textOf(textOfParts(partsOfNode(index, index.entryTarget[entry]!))) };
}

/** Files of the path that the same layer's tar replaces. */
function repeatedEntries(
  fs: Filesystem,
  layer: number,
  { nodes, entries }: NarrowLayer,
  { inodeLayer, inodeEntry }: PathState,
): number[] {
  const index = fs.layers[layer]!;
  return entries[0]!.filter(
    (entry) =>
      index.entryNode[entry] === nodes[0] &&
      index.entryKind[entry] === EntryKind.File &&
      !(inodeLayer === layer && inodeEntry === entry),
  );
}

function deletedBy(fs: Filesystem, layer: number, { nodes, entries }: NarrowLayer): FileEvent['by'] {
  const index = fs.layers[layer]!;
  const has = (kind: EntryKind, own: boolean) =>
    entries[0]!.some((e) => index.entryKind[e] === kind && (index.entryNode[e] === nodes[0]) === own);
  if (has(EntryKind.Whiteout, true)) return 'whiteout';
  if (has(EntryKind.Whiteout, false)) return 'parent';
  return has(EntryKind.Opaque, false) ? 'opaque' : 'parent';
}

/** What became of contents: all of them are looked for in one pass over the image's inodes. */
class Fates {
  readonly #fs: Filesystem;
  /** By layer: the inode of an entry, −1 until it is found. */
  readonly #inodes: (Map<number, number> | undefined)[] = [];

  constructor(fs: Filesystem) {
    this.#fs = fs;
  }

  ask({ inodeLayer, inodeEntry }: PathState): void {
    if (inodeLayer < 0) return;
    const entries = this.#inodes[inodeLayer] ?? new Map<number, number>();
    this.#inodes[inodeLayer] = entries.set(inodeEntry, -1);
  }

  find(): void {
    const { count, layer, entry } = this.#fs.inodes;
    for (let inode = 0; inode < count; inode++) {
      const entries = this.#inodes[layer[inode]!];
      if (entries?.has(entry[inode]!)) entries.set(entry[inode]!, inode);
    }
  }

  of({ inodeLayer, inodeEntry }: PathState): Pick<FileEvent, 'live' | 'cause' | 'hiddenBy'> {
    const inode = this.#inodes[inodeLayer]?.get(inodeEntry) ?? -1;
    if (inode < 0) return {};
    const { links, cause, hiddenBy, size } = this.#fs.inodes;
    if (links[inode]! > 0) return { live: true };
    return {
      live: false,
      hiddenBy: hiddenBy[inode]!,
      ...(size[inode]! > 0 && { cause: causes[cause[inode]!]! }),
    };
  }
}
