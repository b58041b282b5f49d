import { limits } from './limits.ts';
import { limitExceeded, type TarSubject } from './tar-error.ts';

export const blockSize = 512;

/** Typeflags (POSIX ustar; `L`, `K`, `S` are GNU's, `7` reads as a file). */
export const TypeFlag = {
  File: 0x30,
  HardLink: 0x31,
  Symlink: 0x32,
  Character: 0x33,
  Block: 0x34,
  Directory: 0x35,
  Fifo: 0x36,
} as const;

/** One entry's metadata. The scanner has one and fills it again for each entry: copy what outlives the callback. */
export interface TarHeader {
  /** TypeFlag; anything else is a kind this reader does not know, whose content is passed on all the same. */
  type: number;
  /** Raw path: pathBytes[pathStart … pathEnd], as it stands in the tar. */
  pathBytes: Uint8Array;
  pathStart: number;
  pathEnd: number;
  /** Raw target of a link. */
  linkBytes: Uint8Array;
  linkStart: number;
  linkEnd: number;
  /** Content bytes: of a sparse file with its holes. 0 for what can have no content. */
  size: number;
  /** Zeros among them that the tar does not store. */
  holes: number;
  /** Permission bits with setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** ms since the epoch. */
  mtime: number;
  deviceMajor: number;
  deviceMinor: number;
  /** Canonical form (see PaxHeader). */
  xattrs: string | undefined;
}

const noBytes = new Uint8Array(0);

export function emptyHeader(): TarHeader {
  return {
    type: 0,
    pathBytes: noBytes,
    pathStart: 0,
    pathEnd: 0,
    linkBytes: noBytes,
    linkStart: 0,
    linkEnd: 0,
    size: 0,
    holes: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    mtime: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: undefined,
  };
}

/** Reads the path of the header block at `at`, unless a header before it gave a `long` one. */
export function readPath(
  header: TarHeader,
  block: Uint8Array,
  at: number,
  long: Uint8Array | undefined,
  subject: TarSubject,
): void {
  if (long) {
    if (long.length > limits.name) throw limitExceeded(subject, `has a path of ${long.length} bytes`, 'name');
    header.pathBytes = long;
    header.pathStart = 0;
    header.pathEnd = long.length;
    return;
  }
  const nameEnd = stringEnd(block, at, at + 100);
  const prefixEnd = prefixEndOf(block, at);
  if (prefixEnd === at + 345) {
    header.pathBytes = block;
    header.pathStart = at;
    header.pathEnd = nameEnd;
    return;
  }
  const prefix = prefixEnd - (at + 345);
  const joined = new Uint8Array(prefix + 1 + (nameEnd - at));
  joined.set(block.subarray(at + 345, prefixEnd));
  joined[prefix] = 0x2f;
  joined.set(block.subarray(at, nameEnd), prefix + 1);
  header.pathBytes = joined;
  header.pathStart = 0;
  header.pathEnd = joined.length;
}

/** Reads a link's target likewise. */
export function readLink(
  header: TarHeader,
  block: Uint8Array,
  at: number,
  long: Uint8Array | undefined,
  subject: TarSubject,
): void {
  if (long && long.length > limits.name) {
    throw limitExceeded(subject, `has a link target of ${long.length} bytes`, 'name');
  }
  header.linkBytes = long ?? block;
  header.linkStart = long ? 0 : at + 157;
  header.linkEnd = long ? long.length : stringEnd(block, at + 157, at + 257);
}

/** The map of a sparse file may need blocks of later chunks, and the names must last until then. */
export function keepNames(header: TarHeader): void {
  header.pathBytes = header.pathBytes.slice(header.pathStart, header.pathEnd);
  header.pathStart = 0;
  header.pathEnd = header.pathBytes.length;
  header.linkBytes = noBytes;
  header.linkStart = 0;
  header.linkEnd = 0;
}

/** A directory in v7 is a file whose name ends in a slash; `7` is a file stored contiguously. */
export function entryType(flag: number, { pathBytes, pathStart, pathEnd }: TarHeader): number {
  if (flag === 0) {
    const slash = pathEnd > pathStart && pathBytes[pathEnd - 1] === 0x2f;
    return slash ? TypeFlag.Directory : TypeFlag.File;
  }
  return flag === 0x37 || flag === 0x53 ? TypeFlag.File : flag;
}

/** Links, devices, directories and FIFOs have none, whatever their size field says. */
export function hasContent(type: number): boolean {
  return type < TypeFlag.HardLink || type > TypeFlag.Fifo;
}

/** End of the prefix field of ustar (`ustar` NUL, 155 bytes) or star (`tar` NUL at the block's end, 131 bytes). */
function prefixEndOf(block: Uint8Array, at: number): number {
  const start = at + 345;
  const ustar =
    block[at + 257] === 0x75 &&
    block[at + 258] === 0x73 &&
    block[at + 259] === 0x74 &&
    block[at + 260] === 0x61 &&
    block[at + 261] === 0x72 &&
    block[at + 262] === 0;
  if (!ustar) return start; // GNU keeps times and sparse pieces here, v7 nothing.
  const star =
    block[at + 508] === 0x74 && block[at + 509] === 0x61 && block[at + 510] === 0x72 && block[at + 511] === 0;
  return stringEnd(block, start, start + (star ? 131 : 155));
}

/** `ustar`, two blanks, NUL. */
export function isGnu(block: Uint8Array, at: number): boolean {
  const magic = [0x75, 0x73, 0x74, 0x61, 0x72, 0x20, 0x20, 0];
  return magic.every((byte, index) => block[at + 257 + index] === byte);
}

export function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0) at += 1;
  return at;
}

export function paddingOf(size: number): number {
  const over = size % blockSize;
  return over === 0 ? 0 : blockSize - over;
}

export function isZero(block: Uint8Array, at: number): boolean {
  for (let byte = at; byte < at + blockSize; byte += 1) if (block[byte] !== 0) return false;
  return true;
}
