import type { RecordText } from './record-text.ts';

// Go's src/debug/buildinfo/buildinfo.go and src/cmd/link: the information lies in the data segment, behind a magic at an
// address that 16 divides; since Go 1.18 as two texts with their lengths, which flag 2 says.
const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const inlineFlag = 2;
const textsOffset = 32;
/** The information begins and ends with 16 bytes that only tell where it is. */
const frameBytes = 16;
/** What is looked at behind the magic: the first lines, before those of the dependencies. */
export const goInfoBytes = 4096;
const longestHead = 4096;

const loadable = 1;
const writable = 2;

/** Program headers of an ELF file (elf(5)): where its writable segments lie, as [from, to) pairs, first ones first. */
export function writableSegments(head: Buffer): [from: number, to: number][] {
  const segments: [number, number][] = [];
  if (head.length < 64 || head.toString('latin1', 0, 4) !== '\x7fELF') return segments;
  const is64 = head[4] === 2;
  const isLittle = head[5] === 1;
  const short = (at: number) => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const long = (at: number) => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  // Offsets of more than 2⁵³ are in no file.
  const wide = (at: number) =>
    is64 ? Number(isLittle ? head.readBigUInt64LE(at) : head.readBigUInt64BE(at)) : long(at);
  const table = wide(is64 ? 32 : 28);
  const size = short(is64 ? 54 : 42);
  const count = short(is64 ? 56 : 44);
  if (size < (is64 ? 56 : 32)) return segments;
  for (let header = 0; header < count; header++) {
    const at = table + header * size;
    if (at + size > Math.min(head.length, longestHead)) break;
    if (long(at) !== loadable || !(long(at + (is64 ? 4 : 24)) & writable)) continue;
    const from = wide(at + (is64 ? 8 : 4));
    segments.push([from, from + wide(at + (is64 ? 32 : 16))]);
  }
  return segments.sort(([a], [b]) => a - b);
}

/** The place of the magic in bytes that lie at `offset` of their file; −1 where there is none. */
function indexOfMagic(bytes: Buffer, offset: number, from: number, to: number): number {
  let at = bytes.indexOf(magic, from);
  while (at >= 0 && (offset + at) % 16 !== 0) at = bytes.indexOf(magic, at + 1);
  return at < to ? at : -1;
}

/** Looks for build information while the bytes of an ELF file pass: in its writable segments only, which are short. */
export class GoInfoSearch {
  #position = 0;
  #head: Buffer = Buffer.alloc(0);
  #segments: [from: number, to: number][] | undefined;
  /** The last bytes before the next piece: the magic may be torn. */
  #tail: Buffer = Buffer.alloc(0);
  readonly #found: Buffer[] = [];
  #foundBytes = 0;

  /** The next bytes; none of them are kept but what is looked for. */
  data(bytes: Buffer): void {
    const start = this.#position;
    this.#position += bytes.length;
    if (this.#foundBytes > 0) this.#keep(bytes);
    else if (this.#segments ?? this.#readHead(bytes)) this.#search(bytes, start);
  }

  /** What stands from the magic on, at least where the file goes on that far. */
  end(): Buffer | undefined {
    return this.#foundBytes > 0 ? Buffer.concat(this.#found) : undefined;
  }

  #readHead(bytes: Buffer): boolean {
    this.#head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    if (this.#head.length < longestHead) {
      // It is a view of what is written over next.
      this.#head = Buffer.from(this.#head);
      return false;
    }
    this.#segments = writableSegments(this.#head.subarray(0, longestHead));
    this.#head = Buffer.alloc(0);
    return true;
  }

  #search(bytes: Buffer, start: number): void {
    const end = start + bytes.length;
    for (const [from, to] of this.#segments!) {
      if (to <= start || from >= end) continue;
      const tail = this.#tail;
      if (tail.length > 0) {
        const seam = Buffer.concat([tail, bytes.subarray(0, magic.length - 1)]);
        const torn = indexOfMagic(seam, start - tail.length, 0, tail.length);
        if (torn >= 0) {
          this.#keep(tail.subarray(torn));
          this.#keep(bytes);
          return;
        }
      }
      const whole = indexOfMagic(bytes, start, Math.max(0, from - start), Math.min(bytes.length, to - start));
      if (whole >= 0) {
        this.#keep(bytes.subarray(whole));
        return;
      }
    }
    const whole = bytes.length < magic.length ? Buffer.concat([this.#tail, bytes]) : bytes;
    this.#tail = Buffer.from(whole.subarray(-magic.length + 1));
  }

  #keep(bytes: Buffer): void {
    const taken = bytes.subarray(0, goInfoBytes - this.#foundBytes);
    this.#found.push(Buffer.from(taken));
    this.#foundBytes += taken.length;
  }
}

/** Writes the main module of a program, given what its build information begins with. */
export function reduceGo(info: Buffer, to: RecordText): void {
  // Before Go 1.18 it was two pointers.
  if (!(info[15]! & inlineFlag)) return;
  const [version, afterVersion] = textAt(info, textsOffset);
  const [module] = textAt(info, afterVersion);
  const lines = module.slice(frameBytes).split('\n');
  const fields = (key: string) => lines.find((line) => line.startsWith(`${key}\t`))?.split('\t');
  const main = fields('mod');
  // Go's own tools are of no module: their version is Go's.
  const name = main?.[1] ?? fields('path')?.[1];
  const own = main ? main[2] : version.replace(/^go/, '');
  if (name) to.package({ name, version: own === '(devel)' ? undefined : own });
}

/** A text behind its length, seven bits a byte, the least significant first; as much of it as is there. */
function textAt(bytes: Buffer, start: number): [text: string, end: number] {
  let length = 0;
  let at = start;
  for (let shift = 0; shift < 35 && at < bytes.length; shift += 7) {
    const byte = bytes[at++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return [bytes.toString('latin1', at, Math.min(bytes.length, at + length)), at + length];
}
