import { type ContentHash, createContentHash, type HashSeed } from '../archive/content-hash.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import type { ContextEntry } from '../project/context-entries.ts';
import { type ContextReader, contextReader, type OpenedFile } from '../project/context-reader.ts';
import { indexListed } from './index-context.ts';

/** What is known of the content of a file. */
const Known = {
  nothing: 0,
  /** Its hash, for as long as the file looks the same. */
  hash: 1,
  /** The hash of what was sent; the file may have changed since without looking different. */
  sent: 2,
} as const;

/** Of one context, kept from build to build. */
export interface RememberedContents {
  /** As they were told to BuildKit. */
  readonly entries: readonly SentEntry[];
  /** Four words an entry. */
  readonly hashes: Uint32Array;
  /** A `Known` an entry. */
  readonly known: Uint8Array;
}

/** An entry as BuildKit is told of it. */
export interface SentEntry extends ContextEntry {
  /** Added to the time, ns: another one where BuildKit would take the file for the one that it has. */
  readonly nudge?: number;
}

/**
 * A file that was changed a moment ago can change again without any of its times showing it: file systems have times of a
 * few ms, some of two seconds.
 */
const settledMs = 50;
const settledCoarseMs = 2000;

/**
 * The contents of a context that was listed: hashed while they are sent, and what is not sent as it was hashed before. A
 * file is the same as long as its inode, size and both its times are.
 */
export class ContextContents implements RememberedContents {
  readonly entries: readonly SentEntry[];
  readonly hashes: Uint32Array;
  readonly known: Uint8Array;

  readonly #reader: ContextReader;
  readonly #seed: HashSeed;
  readonly #hash: ContentHash;
  /** For files that come in pieces: each needs its own while it does. */
  readonly #freeHashes: ContentHash[] = [];
  /** Bytes that were read of files that were others than listed by then; undefined: it was gone. */
  readonly #sizes = new Map<number, number | undefined>();
  #index: Promise<LayerIndex | undefined> | undefined;

  private constructor(
    entries: readonly SentEntry[],
    reader: ContextReader,
    seed: HashSeed,
    hash: ContentHash,
  ) {
    this.entries = entries;
    this.hashes = new Uint32Array(entries.length * 4);
    this.known = new Uint8Array(entries.length);
    this.#reader = reader;
    this.#seed = seed;
    this.#hash = hash;
  }

  /**
   * What was remembered is taken over where it holds. Files that look to BuildKit as before but may be others are read at
   * once. Throws what reading throws.
   */
  static async open(
    contextDir: string,
    listed: readonly ContextEntry[],
    remembered: RememberedContents | undefined,
    seed: HashSeed,
    signal: AbortSignal | undefined,
  ): Promise<ContextContents> {
    const entries: SentEntry[] = [...listed];
    const reader = contextReader(contextDir, signal);
    const contents = new ContextContents(entries, reader, seed, await createContentHash(seed, 0));
    if (remembered) await contents.#remember(remembered, entries);
    return contents;
  }

  /** For BuildKit; what it gets is what the index has. Throws what reading throws. */
  async read(index: number): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
    const file = await this.#reader.small(this.entries[index]!);
    if (!file) return this.#pieces(index);
    this.#hashWhole(index, file, file.content);
    return file.content;
  }

  /** The index of what was sent, when a build has ended; what was not is read where it is not remembered. */
  index(): Promise<LayerIndex | undefined> {
    this.#index ??= this.#makeIndex();
    return this.#index;
  }

  async #remember(before: RememberedContents, entries: SentEntry[]): Promise<void> {
    const at = positionsIn(before.entries);
    const doubts: { readonly index: number; readonly old: number }[] = [];
    for (const [index, entry] of entries.entries()) {
      if (entry.type !== 'file') continue;
      const old = at(entry.path);
      const was = old === undefined ? undefined : before.entries[old]!;
      if (old === undefined || !was || !looksTheSame(was, entry)) continue;
      if (was.nudge) entries[index] = { ...entry, nudge: was.nudge };
      const isSame = was.ino === entry.ino && was.ctimeMs === entry.ctimeMs;
      if (isSame && before.known[old] !== Known.sent) {
        this.hashes.set(before.hashes.subarray(old * 4, old * 4 + 4), index * 4);
        this.known[index] = before.known[old]!;
        continue;
      }
      doubts.push({ index, old });
    }
    await this.#reader.each(doubts, async ({ index, old }) => {
      await this.#readAside(index);
      const isEqual = before.known[old] !== Known.nothing && this.#hasHash(index, before.hashes, old);
      const { nudge = 0 } = before.entries[old]!;
      if (!isEqual) entries[index] = { ...entries[index]!, nudge: nudge + 1 };
    });
  }

  async *#pieces(index: number): AsyncGenerator<Uint8Array, void, undefined> {
    const hash = this.#freeHashes.pop() ?? (await createContentHash(this.#seed, 0));
    try {
      hash.begin();
      let opened: OpenedFile | undefined;
      const pieces = this.#reader.large(this.entries[index]!, (file) => {
        opened = file;
      });
      for await (const piece of pieces) {
        hash.update(piece, 0, piece.length);
        yield piece;
      }
      hash.end(this.hashes, index * 4);
      this.#took(index, opened!);
    } finally {
      this.#freeHashes.push(hash);
    }
  }

  async #readAside(index: number): Promise<void> {
    const content = await this.read(index);
    if (content instanceof Uint8Array) return;
    for await (const _ of content);
  }

  async #makeIndex(): Promise<LayerIndex | undefined> {
    const unknown = [...this.entries.keys()].filter(
      (index) => this.entries[index]!.type === 'file' && this.known[index] === Known.nothing,
    );
    await this.#reader.each(unknown, (index) => this.#readForIndex(index));
    const sizeOf = (index: number) =>
      this.#sizes.has(index) ? this.#sizes.get(index) : this.entries[index]!.size;
    return indexListed({ entries: this.entries, sizeOf, hashes: this.hashes });
  }

  /** BuildKit has it from before. Where it has changed since it was listed, it is not known what that was. */
  async #readForIndex(index: number): Promise<void> {
    try {
      await this.#readAside(index);
      if (this.#sizes.has(index)) this.known[index] = Known.nothing;
    } catch {
      this.#sizes.set(index, undefined);
    }
  }

  #hashWhole(index: number, file: OpenedFile, content: Uint8Array): void {
    if (content.length > 0) this.#hash.whole(content, 0, content.length, this.hashes, index * 4);
    this.#took(index, file);
  }

  #took(index: number, { size, isAsListed }: OpenedFile): void {
    const entry = this.entries[index]!;
    if (size === 0) this.hashes.fill(0, index * 4, index * 4 + 4);
    if (!isAsListed) this.#sizes.set(index, size);
    this.known[index] = isAsListed && isSettled(entry) ? Known.hash : Known.sent;
    // Whoever asked before got what was true then.
    this.#index = undefined;
  }

  #hasHash(index: number, hashes: Uint32Array, at: number): boolean {
    for (let word = 0; word < 4; word++) {
      if (this.hashes[index * 4 + word] !== hashes[at * 4 + word]) return false;
    }
    return true;
  }
}

/** To BuildKit, which holds sizes and times against each other. */
function looksTheSame(a: ContextEntry, b: ContextEntry): boolean {
  return a.type === b.type && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

function isSettled({ mtimeMs, ctimeMs }: ContextEntry): boolean {
  const isCoarse = mtimeMs % 1000 === 0 && ctimeMs % 1000 === 0;
  return Date.now() - ctimeMs > (isCoarse ? settledCoarseMs : settledMs);
}

/** Looks paths up that mostly come in the same order. */
function positionsIn(entries: readonly ContextEntry[]): (path: string) => number | undefined {
  let next = 0;
  let positions: Map<string, number> | undefined;
  return (path) => {
    while (entries[next] && entries[next]!.type !== 'file') next++;
    if (entries[next]?.path === path) return next++;
    positions ??= new Map(entries.map((entry, at) => [entry.path, at]));
    const found = positions.get(path);
    if (found !== undefined) next = found + 1;
    return found;
  };
}
