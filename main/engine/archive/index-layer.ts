import { createHash } from 'node:crypto';
import { exact, grown } from './columns.ts';
import type { ContentHash } from './content-hash.ts';
import { EntryColumns } from './entry-columns.ts';
import { EntryKind, type LayerIndex } from './layer-index.ts';
import { PathResolver, type PathRole } from './layer-path.ts';
import { LayerTree } from './layer-tree.ts';
import { limits } from './limits.ts';
import { RecordCapture } from './records/capture-records.ts';
import { limitExceeded, quoted, type TarSubject } from './tar-error.ts';
import { type TarHeader, TypeFlag } from './tar-header.ts';
import { type TarHandler, TarScanner } from './tar-scanner.ts';

export interface LayerIndexerOptions {
  /** Also compute the SHA-256 of the tar, to be compared with the diff_id. */
  readonly verify: boolean;
  /** What messages call the layer. */
  readonly name?: string;
  /** True: the tar is no layer but a build context. Names like `.wh.a` hide nothing, and what files say of packages is left out. */
  readonly isContext?: boolean;
}

/** A layer's index before anybody knows which layer it is: archives tell at their end. */
export type UnnamedLayerIndex = Omit<LayerIndex, 'diffId'>;

export interface IndexedLayer {
  readonly index: UnnamedLayerIndex;
  /** `sha256:…` of what was read, when verifying. */
  readonly sha256: string | undefined;
}

/** Takes the bytes of one layer tar, in chunks of any size, and makes its index. */
export interface LayerIndexer {
  /** Throws `layer-invalid` or `limit-exceeded`. */
  write(chunk: Uint8Array): void;
  end(): IndexedLayer;
}

/** The hash is the indexer's alone until its end. */
export function createLayerIndexer(options: LayerIndexerOptions, hash: ContentHash): LayerIndexer {
  const subject: TarSubject = {
    name: options.name ?? 'A layer',
    invalid: 'layer-invalid',
    truncated: 'layer-invalid',
  };
  const builder = new LayerIndexBuilder(subject, options.isContext ?? false, hash);
  const scanner = new TarScanner(builder, subject, hash);
  const digest = options.verify ? createHash('sha256') : undefined;
  return {
    write: (chunk) => {
      digest?.update(chunk);
      scanner.write(chunk);
    },
    end: () => {
      scanner.end();
      if (!scanner.ended) builder.warn('it has no end marker');
      return {
        index: builder.finish(scanner.position),
        sha256: digest && `sha256:${digest.digest('hex')}`,
      };
    },
  };
}

/** Makes the index of a build context from what is known of its files, as that of its tar would be. */
export interface ContextIndexer {
  /**
   * The next entry of the tar; the hash of its content is hashes[at … at + 4], all 0 of what has none. The header may be
   * filled again afterwards. Throws `layer-invalid` or `limit-exceeded`.
   */
  add(header: TarHeader, hashes: Uint32Array, at: number): void;
  /** @param tarBytes of the tar with all these entries */
  end(tarBytes: number): UnnamedLayerIndex;
}

export function createContextIndexer(name: string): ContextIndexer {
  const builder = new LayerIndexBuilder({ name, invalid: 'layer-invalid', truncated: 'layer-invalid' }, true);
  return {
    add(header, hashes, at) {
      builder.header(header);
      if (header.size > 0) builder.hashed(hashes, at);
    },
    end: (tarBytes) => builder.finish(tarBytes),
  };
}

/** Warnings kept of one layer; a hostile one could have millions. */
const keptWarnings = 100;

class LayerIndexBuilder implements TarHandler {
  readonly #subject: TarSubject;
  readonly #hash: ContentHash | undefined;
  readonly #isContext: boolean;
  readonly #tree: LayerTree;
  readonly #paths: PathResolver;
  readonly #targets: PathResolver;
  readonly #warnings: string[] = [];
  #moreWarnings = 0;

  readonly #entries = new EntryColumns();
  readonly #records = new RecordCapture((warning) => this.warn(warning));
  #content = 0;

  #stringCount = 0;
  #stringOffset = new Uint32Array(256);
  #strings = new Uint8Array(4096);
  /** Files in a row often have equal attributes. */
  #lastXattrs = '';
  #lastXattrsString = -1;

  /** Whether the current entry is a file whose content is to be hashed. */
  #hashing = false;
  #contentSize = 0;
  /** Whether its holes are hashed as zeros; else where they lie. */
  #holesAsZeros = false;
  #holesHashed = 0;

  /** @param hash none: contents are told by `hashed` */
  constructor(subject: TarSubject, isContext: boolean, hash?: ContentHash) {
    this.#subject = subject;
    this.#hash = hash;
    this.#isContext = isContext;
    this.#tree = new LayerTree(subject);
    this.#paths = new PathResolver(this.#tree, subject);
    // One of its own: targets would break the chain of paths.
    this.#targets = new PathResolver(this.#tree, subject);
  }

  header(header: TarHeader): void {
    this.#hashing = false;
    const parsed = this.#paths.parse(header.pathBytes, header.pathStart, header.pathEnd);
    const role = this.#isContext ? 'plain' : parsed;
    if (role === 'metadata') return;
    if (role === 'invalid-marker') {
      this.warn(`the marker ${pathOf(header)} means nothing and is left out`);
      return;
    }
    const kind = kindOf(header, role);
    if (kind === undefined) {
      const type = JSON.stringify(String.fromCharCode(header.type));
      this.warn(`${pathOf(header)} is of the unknown type ${type} and is left out`);
      return;
    }
    if (this.#entries.count >= limits.entries) {
      throw limitExceeded(this.#subject, `has more than ${limits.entries} entries`, 'entries');
    }
    const { row } = this.#entries;
    row.node = this.#paths.resolve(header.pathBytes, role);
    row.kind = kind;
    row.mode = header.mode;
    row.uid = this.#owner(header.uid, header);
    row.gid = this.#owner(header.gid, header);
    row.mtime = header.mtime;
    row.size = kind === EntryKind.File ? this.#counted(header.size) : 0;
    row.target = this.#targetOf(kind, header);
    const marker = kind === EntryKind.Whiteout || kind === EntryKind.Opaque;
    row.xattrs = marker || header.xattrs === undefined ? -1 : this.#xattrsString(header.xattrs);
    this.#entries.add();
    if (kind === EntryKind.File && header.size > 0 && this.#hash) this.#beginContent(header, this.#hash);
  }

  /** The hash of the newest entry's content. */
  hashed(hashes: Uint32Array, at: number): void {
    const { hashAt } = this.#entries;
    for (let word = 0; word < 4; word++) this.#entries.hashes[hashAt + word] = hashes[at + word]!;
  }

  data(chunk: Uint8Array, start: number, end: number): void {
    if (!this.#hashing || !this.#hash) return;
    if (this.#records.active) this.#records.data(chunk, start, end);
    if (end - start < this.#contentSize) {
      this.#hash.update(chunk, start, end);
      return;
    }
    // Most files are small and lie in one chunk.
    this.#hash.whole(chunk, start, end, this.#entries.hashes, this.#entries.hashAt);
    this.#hashing = false;
  }

  hole(length: number): void {
    if (!this.#hashing || !this.#hash) return;
    if (this.#holesAsZeros) this.#hash.zeros(length);
    else {
      const text = Buffer.from(`hole ${length}\n`);
      this.#hash.update(text, 0, text.length);
    }
  }

  end(): void {
    if (this.#hashing) this.#hash?.end(this.#entries.hashes, this.#entries.hashAt);
    this.#hashing = false;
  }

  warn(warning: string): void {
    if (this.#warnings.length < keptWarnings) this.#warnings.push(warning);
    else this.#moreWarnings += 1;
  }

  finish(tarBytes: number): UnnamedLayerIndex {
    const more = this.#moreWarnings;
    // Before the columns are given away.
    const stringBytes = this.#stringOffset[this.#stringCount]!;
    return {
      tarBytes,
      warnings: more > 0 ? [...this.#warnings, `and ${more} more warnings`] : this.#warnings,
      ...this.#tree.finish(),
      ...this.#entries.finish(),
      ...this.#records.finish(),
      stringOffset: exact(this.#stringOffset, this.#stringCount + 1),
      strings: exact(this.#strings, stringBytes),
    };
  }

  /** An owner in the 32 bits that Linux has for it. */
  #owner(id: number, header: TarHeader): number {
    const cut = id >>> 0;
    if (cut !== id) this.warn(`${pathOf(header)} belongs to ${id}, which is taken for ${cut}`);
    return cut;
  }

  /** The size of a file, counted: a sparse one can claim petabytes. */
  #counted(size: number): number {
    this.#content += size;
    if (this.#content > limits.layerContent) {
      throw limitExceeded(this.#subject, `has ${this.#content} bytes of content`, 'layerContent');
    }
    return size;
  }

  #targetOf(kind: EntryKind, header: TarHeader): number {
    switch (kind) {
      case EntryKind.Symlink:
        return this.#string(header.linkBytes, header.linkStart, header.linkEnd);
      case EntryKind.HardLink:
        // Whatever its names look like, a target is a path and no marker.
        this.#targets.parse(header.linkBytes, header.linkStart, header.linkEnd);
        return this.#targets.resolve(header.linkBytes, 'plain');
      case EntryKind.Character:
      case EntryKind.Block: {
        const numbers = Buffer.from(`${header.deviceMajor}:${header.deviceMinor}`);
        return this.#string(numbers, 0, numbers.length);
      }
      default:
        return -1;
    }
  }

  #xattrsString(xattrs: string): number {
    if (xattrs !== this.#lastXattrs || this.#lastXattrsString < 0) {
      const bytes = Buffer.from(xattrs);
      this.#lastXattrs = xattrs;
      this.#lastXattrsString = this.#string(bytes, 0, bytes.length);
    }
    return this.#lastXattrsString;
  }

  #string(bytes: Uint8Array, start: number, end: number): number {
    const string = this.#stringCount;
    const from = this.#stringOffset[string]!;
    const to = from + end - start;
    if (to > limits.layerStrings) {
      throw limitExceeded(this.#subject, `has ${to} bytes of link targets`, 'layerStrings');
    }
    if (to > this.#strings.length) {
      this.#strings = grown(this.#strings, Math.max(to, this.#strings.length * 2));
    }
    if (string + 2 > this.#stringOffset.length)
      this.#stringOffset = grown(this.#stringOffset, string * 2 + 2);
    this.#strings.set(bytes.subarray(start, end), from);
    this.#stringOffset[string + 1] = to;
    this.#stringCount = string + 1;
    return string;
  }

  #beginContent(header: TarHeader, hash: ContentHash): void {
    this.#hashing = true;
    this.#contentSize = header.size;
    hash.begin();
    const { pathBytes, pathStart, pathEnd, mode, size } = header;
    if (!this.#isContext) {
      this.#records.begin(this.#entries.count - 1, mode, size, pathBytes, pathStart, pathEnd);
    }
    // A sparse file equals the same file stored in full. A hostile one can claim petabytes of zeros in a kilobyte:
    // past a budget the layout is hashed instead, so that only a file of the same layout is equal.
    this.#holesAsZeros = this.#holesHashed + header.holes <= limits.hashedHoles;
    if (this.#holesAsZeros) this.#holesHashed += header.holes;
  }
}

function kindOf(header: TarHeader, role: PathRole): EntryKind | undefined {
  if (role === 'whiteout') return EntryKind.Whiteout;
  if (role === 'opaque') return EntryKind.Opaque;
  switch (header.type) {
    case TypeFlag.File:
      return EntryKind.File;
    case TypeFlag.HardLink:
      return EntryKind.HardLink;
    case TypeFlag.Symlink:
      return EntryKind.Symlink;
    case TypeFlag.Character:
      return EntryKind.Character;
    case TypeFlag.Block:
      return EntryKind.Block;
    case TypeFlag.Directory:
      return EntryKind.Directory;
    case TypeFlag.Fifo:
      return EntryKind.Fifo;
    default:
      return undefined;
  }
}

function pathOf({ pathBytes, pathStart, pathEnd }: TarHeader): string {
  return quoted(pathBytes.subarray(pathStart, pathEnd));
}
