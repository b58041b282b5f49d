import { isUtf8 } from 'node:buffer';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { FileContent } from '../../../shared/model/files.ts';
import { createContentHash, type HashSeed } from '../archive/content-hash.ts';
import { EntryKind, type LayerIndex } from '../archive/layer-index.ts';
import type { TarSubject } from '../archive/tar-error.ts';
import { type TarHeader, TypeFlag } from '../archive/tar-header.ts';
import { TarScanner } from '../archive/tar-scanner.ts';
import { kindName } from '../filesystem/file-row.ts';
import { Absent, type Filesystem, layerString } from '../filesystem/filesystem.ts';
import { type PathParts, partsOfPath, resolveAnywhere } from '../filesystem/path-parts.ts';
import { type PathState, partsOfNode, pathStates } from '../filesystem/path-states.ts';
import { textOf } from '../filesystem/path-text.ts';
import { resolvePath } from '../filesystem/resolve-path.ts';
import { type LayerRequest, layerBytes } from './layer-bytes.ts';
import type { LoadedImage } from './loaded-image.ts';

export interface ContentRequest extends Pick<LayerRequest, 'docker' | 'builtLayer' | 'signal'> {
  readonly image: Pick<LoadedImage, 'filesystem' | 'record'>;
  readonly path: string;
  /** As the path was after this layer; default: as the image shows it. */
  readonly layer?: number | undefined;
  /** The most bytes of content. */
  readonly limit: number;
  /** Seed of the hashes in the image's indexes. */
  readonly hashSeed: HashSeed;
}

/**
 * The beginning of a file's content, read again from where the image came from and kept nowhere. What is read whole is
 * held against the hash of the image's index. Links on the way to the path are followed, one at its end tells its
 * target. Throws `path-not-found`, `source-changed`, and what layerBytes throws.
 */
export async function fileContent(request: ContentRequest): Promise<FileContent> {
  const fs = request.image.filesystem;
  const state = stateOf(fs, request);
  const kind = kindName(state.kind);
  const { inodeLayer, inodeEntry } = state;
  const index = fs.layers[inodeLayer];
  if (kind === 'symlink') {
    const target = textOf(layerString(index!, index!.entryTarget[inodeEntry]!));
    return { kind, size: 0, target, truncated: false };
  }
  if (kind !== 'file') return { kind, size: 0, truncated: false };
  const size = index!.entrySize[inodeEntry]!;
  // A hard link to nothing is an empty file without an entry of its own.
  const bytes = size === 0 ? Buffer.alloc(0) : await readEntry(index!, state, request);
  const truncated = bytes.length < size;
  return { kind, size, base64: bytes.toString('base64'), text: isText(bytes, truncated), truncated };
}

function stateOf(fs: Filesystem, { path, layer }: ContentRequest): PathState {
  if (layer === undefined) {
    const node = resolvePath(fs, path);
    const inode = fs.nodeInode[node]!;
    return {
      kind: fs.nodeKind[node]!,
      layer: fs.nodeLayer[node]!,
      entry: fs.nodeEntry[node]!,
      inodeLayer: inode < 0 ? -1 : fs.inodes.layer[inode]!,
      inodeEntry: inode < 0 ? -1 : fs.inodes.entry[inode]!,
    };
  }
  const node = resolveAnywhere(fs, path);
  const state = pathStates(fs, partsOfPath(fs.tree, node)).states[layer];
  if (state && state.kind !== Absent) return state;
  throw new LayerscopeError({
    code: 'path-not-found',
    message: `After layer ${layer} there is no ${path}`,
    hint: 'Choose a layer that has it',
  });
}

async function readEntry(
  index: LayerIndex,
  { inodeLayer, inodeEntry }: PathState,
  { image, limit, hashSeed, ...source }: ContentRequest,
): Promise<Buffer> {
  const { record } = image;
  const reader = new EntryReader(index, inodeEntry, limit);
  const subject: TarSubject = {
    name: `Layer ${index.diffId}`,
    invalid: 'layer-invalid',
    truncated: 'source-changed',
  };
  const scanner = new TarScanner(reader, subject);
  for await (const chunk of layerBytes({ ...source, record, layer: inodeLayer })) {
    scanner.write(chunk);
    if (reader.done) break;
  }
  const content = reader.content;
  if (!content) throw sourceChanged(record.name);
  const whole = content.length === index.entrySize[inodeEntry];
  if (whole && !(await hasHash(content, reader.pieces, index, inodeEntry, hashSeed))) {
    throw sourceChanged(record.name);
  }
  return content;
}

function sourceChanged(name: string): LayerscopeError {
  return new LayerscopeError({
    code: 'source-changed',
    message: `${name} no longer holds what was read from it`,
    hint: 'Open the image again',
  });
}

/** A run of stored bytes, or of zeros that are not stored. */
interface Piece {
  readonly hole: boolean;
  readonly length: number;
}

/** Takes the content of one entry out of a layer's tar, up to a limit. */
class EntryReader {
  done = false;
  /** How the content is laid out. */
  readonly pieces: Piece[] = [];
  readonly #path: PathParts;
  readonly #size: number;
  readonly #content: Buffer;
  /** Files of the same path that come before it. */
  #before: number;
  #inside = false;
  #filled = 0;
  #complete = false;

  constructor(index: LayerIndex, entry: number, limit: number) {
    const node = index.entryNode[entry]!;
    this.#path = partsOfNode(index, node);
    this.#size = index.entrySize[entry]!;
    this.#content = Buffer.alloc(Math.min(limit, this.#size));
    this.#before = 0;
    for (let e = 0; e < entry; e++) {
      if (index.entryNode[e] === node && index.entryKind[e] === EntryKind.File) this.#before++;
    }
  }

  /** Undefined where the tar does not have it. */
  get content(): Buffer | undefined {
    return this.#complete ? this.#content : undefined;
  }

  header(header: TarHeader): void {
    if (this.done || header.type !== TypeFlag.File || !this.#isMeant(header)) return;
    if (this.#before-- > 0) return;
    if (header.size === this.#size) this.#inside = true;
    else this.done = true;
  }

  data(chunk: Uint8Array, start: number, end: number): void {
    if (!this.#inside) return;
    this.#content.set(chunk.subarray(start, start + this.#take(end - start, false)), this.#filled);
    this.#advance(end - start);
  }

  hole(length: number): void {
    if (!this.#inside) return;
    this.#take(length, true);
    this.#advance(length);
  }

  end(): void {
    this.#inside = false;
  }

  #take(length: number, hole: boolean): number {
    this.pieces.push({ hole, length });
    return Math.min(length, this.#content.length - this.#filled);
  }

  #advance(length: number): void {
    this.#filled = Math.min(this.#filled + length, this.#content.length);
    if (this.#filled < this.#content.length) return;
    this.#inside = false;
    this.#complete = true;
    this.done = true;
  }

  /** `./a`, `/a` and `a` are the same path. */
  #isMeant({ pathBytes, pathStart, pathEnd }: TarHeader): boolean {
    let part = 0;
    for (let at = pathStart; at < pathEnd; ) {
      const slash = pathBytes.indexOf(0x2f, at);
      const end = slash < 0 || slash > pathEnd ? pathEnd : slash;
      const name = pathBytes.subarray(at, end);
      at = end + 1;
      if (name.length === 0 || (name.length === 1 && name[0] === 0x2e)) continue;
      const wanted = this.#path[part++];
      if (!wanted || Buffer.compare(name, wanted) !== 0) return false;
    }
    return part === this.#path.length;
  }
}

/** Whether the content is what was indexed. Past its budget the indexer hashes where holes lie, not their zeros. */
async function hasHash(
  content: Buffer,
  pieces: readonly Piece[],
  index: LayerIndex,
  entry: number,
  seed: HashSeed,
): Promise<boolean> {
  const hash = await createContentHash(seed, 64 * 1024);
  const words = new Uint32Array(4);
  const isRight = () => words.every((word, at) => word === index.entryHash[entry * 4 + at]);
  hash.whole(content, 0, content.length, words, 0);
  if (isRight()) return true;
  if (!pieces.some(({ hole }) => hole)) return false;
  hash.begin();
  let at = 0;
  for (const { hole, length } of pieces) {
    const layout = Buffer.from(`hole ${length}\n`);
    if (hole) hash.update(layout, 0, layout.length);
    else hash.update(content, at, at + length);
    at += length;
  }
  hash.end(words, 0);
  return isRight();
}

/** UTF-8 without control characters but white space and escape; the last character may be cut off. */
function isText(bytes: Buffer, truncated: boolean): boolean {
  const control = bytes.some((byte) => byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b);
  if (control) return false;
  if (isUtf8(bytes)) return true;
  return truncated && [1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, -cut)));
}
