import { limits } from './limits.ts';
import { type PaxHeader, parsePax } from './pax.ts';
import { readMapBlocks, SparseMap } from './sparse-map.ts';
import { invalidTar, limitExceeded, quoted, type TarSubject, truncatedTar } from './tar-error.ts';
import {
  blockSize,
  emptyHeader,
  entryType,
  hasContent,
  isGnu,
  isZero,
  keepNames,
  paddingOf,
  readLink,
  readPath,
  stringEnd,
  type TarHeader,
  TypeFlag,
} from './tar-header.ts';
import { checksumMatches, type HeaderSums, headerSums, tarNumber } from './tar-numbers.ts';

/** What the scanner tells: header, then data and holes in order, then end; the data is a view of the chunk written. */
export interface TarHandler {
  header(header: TarHeader): void;
  data(chunk: Uint8Array, start: number, end: number): void;
  /** Zeros of a sparse file. */
  hole(length: number): void;
  end(): void;
}

const noBytes = new Uint8Array(0);

type State = 'header' | 'data' | 'padding' | 'meta' | 'gnu-map' | 'pax-map' | 'ended';

/**
 * Reads a tar as it comes, in chunks of any size: synchronous, without copying content. Understands v7, ustar, PAX,
 * GNU and star. Where writers differ, it reads what Go's archive/tar reads, which every engine unpacks with.
 */
export class TarScanner {
  readonly #handler: TarHandler;
  readonly #subject: TarSubject;
  readonly #sums: HeaderSums;
  readonly #header = emptyHeader();

  #state: State = 'header';
  /** Blocks that straddle chunks are put together here. */
  readonly #block = new Uint8Array(blockSize);
  #blockFill = 0;
  #zeroBlocks = 0;
  #position = 0;

  /** Bytes of stored content, then of padding, that are still to come. */
  #remaining = 0;
  #padding = 0;

  #meta = noBytes;
  #metaFill = 0;
  #metaType = 0;
  #pax: PaxHeader | undefined;
  #longName: Uint8Array | undefined;
  #longLink: Uint8Array | undefined;

  #sparse: SparseMap | undefined;

  /** @param sums something faster, where there are many headers */
  constructor(handler: TarHandler, subject: TarSubject, sums: HeaderSums = headerSums) {
    this.#handler = handler;
    this.#subject = subject;
    this.#sums = sums;
  }

  /** Whether the end-of-archive marker has passed; whatever follows it is ignored. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#position;
  }

  /** Bytes, of content and what follows it up to the next header, that `pass` may take instead of `write`. */
  get passable(): number {
    if (this.#state === 'padding') return this.#padding;
    // Where a sparse file's content lies depends on its map.
    return this.#state === 'data' && !this.#sparse ? this.#remaining + this.#padding : 0;
  }

  /** Takes the next bytes for written without seeing them; at most `passable`. */
  pass(length: number): void {
    this.#position += length;
    let left = length;
    if (this.#state === 'data' && left > 0) {
      const content = Math.min(left, this.#remaining);
      this.#remaining -= content;
      left -= content;
      if (this.#remaining === 0) this.#endEntry();
    }
    if (left === 0) return;
    this.#padding -= left;
    if (this.#padding === 0) this.#state = 'header';
  }

  write(chunk: Uint8Array): void {
    const length = chunk.length;
    let at = 0;
    while (at < length) {
      switch (this.#state) {
        case 'data': {
          const end = Math.min(length, at + this.#remaining);
          this.#remaining -= end - at;
          if (this.#sparse) this.#sparse.write(this.#handler, chunk, at, end);
          else this.#handler.data(chunk, at, end);
          at = end;
          if (this.#remaining === 0) this.#endEntry();
          break;
        }
        case 'padding': {
          const skipped = Math.min(length - at, this.#padding);
          this.#padding -= skipped;
          at += skipped;
          if (this.#padding === 0) this.#state = 'header';
          break;
        }
        case 'meta': {
          const taken = Math.min(length - at, this.#meta.length - this.#metaFill);
          this.#meta.set(chunk.subarray(at, at + taken), this.#metaFill);
          this.#metaFill += taken;
          at += taken;
          if (this.#metaFill === this.#meta.length) this.#endMeta();
          break;
        }
        case 'ended':
          at = length;
          break;
        default:
          // Blocks: read where they lie when the chunk has them whole.
          if (this.#blockFill === 0 && length - at >= blockSize) {
            this.#onBlock(chunk, at);
            at += blockSize;
          } else {
            const taken = Math.min(length - at, blockSize - this.#blockFill);
            this.#block.set(chunk.subarray(at, at + taken), this.#blockFill);
            this.#blockFill += taken;
            at += taken;
            if (this.#blockFill === blockSize) {
              this.#blockFill = 0;
              this.#onBlock(this.#block, 0);
            }
          }
      }
    }
    this.#position += length;
  }

  /** Ends the stream. A missing end marker is legal between entries, as it is to Go's and GNU's tar. */
  end(): void {
    if (this.#state === 'ended') return;
    const pending = this.#pax ?? this.#longName ?? this.#longLink;
    if (this.#state === 'header' && this.#blockFill === 0 && !pending) return;
    throw truncatedTar(this.#subject, `after ${this.#position} bytes, inside an entry`);
  }

  #onBlock(block: Uint8Array, at: number): void {
    if (this.#state === 'header') this.#onHeader(block, at);
    else this.#onMapBlock(block, at);
  }

  #onHeader(block: Uint8Array, at: number): void {
    if (block[at] === 0 && isZero(block, at)) {
      this.#zeroBlocks += 1;
      if (this.#zeroBlocks === 2) this.#endArchive();
      return;
    }
    if (this.#zeroBlocks > 0) throw this.#invalid('an entry follows a block of zeros');
    if (!checksumMatches(block, at, this.#sums)) throw this.#invalid('the checksum of a header is wrong');
    const flag = block[at + 156]!;
    switch (flag) {
      case 0x78: // x
      case 0x67: // g
        this.#beginMeta(flag, this.#number(block, at, 124, 12, 'size'), 'paxHeader', 'has a PAX header');
        return;
      case 0x4c: // L
      case 0x4b: // K: the terminating NUL is part of it
        this.#beginMeta(flag, this.#number(block, at, 124, 12, 'size'), 'name', 'has a name');
        return;
      default:
        this.#beginEntry(block, at, flag);
    }
  }

  #beginMeta(type: number, size: number, limit: 'paxHeader' | 'name', what: string): void {
    if (size < 0) throw this.#invalid('the size of an extended header is negative');
    // A name's NUL is no part of it.
    const most = limit === 'name' ? limits.name + 1 : limits.paxHeader;
    if (size > most) throw limitExceeded(this.#subject, `${what} of ${size} bytes`, limit);
    this.#metaType = type;
    this.#meta = new Uint8Array(size);
    this.#metaFill = 0;
    this.#padding = paddingOf(size);
    this.#state = 'meta';
    if (size === 0) this.#endMeta();
  }

  #endMeta(): void {
    const meta = this.#meta;
    this.#meta = noBytes;
    this.#state = this.#padding > 0 ? 'padding' : 'header';
    switch (this.#metaType) {
      case 0x78:
        this.#pax = parsePax(meta, this.#subject);
        return;
      case 0x4c:
        this.#longName = longText(meta);
        return;
      case 0x4b:
        this.#longLink = longText(meta);
        return;
    }
    // A global PAX header says nothing that may change an image; but Go takes it for an entry, which ends what
    // belongs to one.
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
  }

  #beginEntry(block: Uint8Array, at: number, flag: number): void {
    const header = this.#header;
    const pax = this.#pax;
    header.mode = this.#number(block, at, 100, 8, 'mode') & 0o7777;
    header.uid = pax?.uid ?? this.#number(block, at, 108, 8, 'owner');
    header.gid = pax?.gid ?? this.#number(block, at, 116, 8, 'group');
    header.mtime = pax?.mtime ?? this.#number(block, at, 136, 12, 'time') * 1000;
    header.xattrs = pax?.xattrs;
    readPath(header, block, at, this.#longName ?? pax?.sparse?.name ?? pax?.path, this.#subject);
    readLink(header, block, at, this.#longLink ?? pax?.linkPath, this.#subject);
    header.type = entryType(flag, header);
    const device = header.type === TypeFlag.Character || header.type === TypeFlag.Block;
    header.deviceMajor = device ? this.#number(block, at, 329, 8, 'device number') : 0;
    header.deviceMinor = device ? this.#number(block, at, 337, 8, 'device number') : 0;

    const stored = hasContent(header.type) ? (pax?.size ?? this.#number(block, at, 124, 12, 'size')) : 0;
    if (stored < 0) throw this.#invalid('the size of an entry is negative');
    header.size = stored;
    header.holes = 0;
    this.#remaining = stored;
    this.#padding = paddingOf(stored);
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;

    if (flag === 0x53) this.#beginGnuSparse(block, at);
    else if (pax?.sparse && header.type === TypeFlag.File) this.#beginPaxSparse(pax);
    else this.#beginContent();
  }

  #beginGnuSparse(block: Uint8Array, at: number): void {
    // star's sparse headers have the same type and another layout.
    if (!isGnu(block, at)) throw this.#invalid('a sparse file is stored in a format other than GNU');
    this.#sparse = new SparseMap(this.#number(block, at, 483, 12, 'size'), this.#remaining, this.#subject);
    keepNames(this.#header);
    this.#sparse.addGnuPieces(block, at + 386, 4);
    this.#state = 'gnu-map';
    if (block[at + 482] === 0) this.#endMap();
  }

  #beginPaxSparse(pax: PaxHeader): void {
    const { map, logicalSize, mapInContent } = pax.sparse!;
    if (logicalSize === undefined) throw this.#invalid('a sparse file has no size');
    this.#sparse = new SparseMap(logicalSize, this.#remaining, this.#subject);
    keepNames(this.#header);
    if (mapInContent) {
      this.#state = 'pax-map';
      return;
    }
    for (let pair = 0; pair + 1 < map!.length; pair += 2) this.#sparse.add(map![pair]!, map![pair + 1]!);
    this.#endMap();
  }

  #onMapBlock(block: Uint8Array, at: number): void {
    const sparse = this.#sparse!;
    if (this.#state === 'gnu-map') {
      sparse.addGnuPieces(block, at, 21);
      if (block[at + 504] === 0) this.#endMap();
      return;
    }
    if (this.#remaining < blockSize) throw this.#invalid('the map of a sparse file is cut off');
    this.#remaining -= blockSize;
    sparse.stored -= blockSize;
    if (readMapBlocks(sparse, block, at)) this.#endMap();
  }

  #endMap(): void {
    const sparse = this.#sparse!;
    sparse.check();
    this.#header.type = TypeFlag.File;
    this.#header.size = sparse.logicalSize;
    this.#header.holes = sparse.holes;
    this.#beginContent();
  }

  #beginContent(): void {
    this.#handler.header(this.#header);
    this.#state = 'data';
    if (this.#remaining === 0) this.#endEntry();
  }

  #endEntry(): void {
    this.#sparse?.end(this.#handler);
    this.#sparse = undefined;
    this.#handler.end();
    this.#state = this.#padding > 0 ? 'padding' : 'header';
  }

  #endArchive(): void {
    if (this.#pax ?? this.#longName ?? this.#longLink) {
      throw this.#invalid('the archive ends between the parts of an entry');
    }
    this.#state = 'ended';
  }

  #number(block: Uint8Array, at: number, offset: number, length: number, what: string): number {
    const value = tarNumber(block, at + offset, length);
    if (value !== undefined) return value;
    const name = block.subarray(at, stringEnd(block, at, at + 100));
    throw this.#invalid(`the ${what} of the entry ${quoted(name)} is no number`);
  }

  #invalid(defect: string): Error {
    return invalidTar(this.#subject, defect);
  }
}

/** A GNU long name up to its NUL; an empty one says nothing, and the header's own holds. */
function longText(meta: Uint8Array): Uint8Array | undefined {
  const end = stringEnd(meta, 0, meta.length);
  return end === 0 ? undefined : meta.subarray(0, end);
}
