export interface GoProgram {
  /** Lines of the module information, as `go version -m` has them but for the indentation. */
  readonly lines: readonly string[];
  /** Default: go1.22.1. */
  readonly goVersion?: string;
  /** Where the information lies; 16 divides it. */
  readonly at?: number;
  readonly size?: number;
  readonly is64?: boolean;
  readonly isLittle?: boolean;
  /** Of before Go 1.18: pointers instead of texts. */
  readonly pointers?: boolean;
}

/** A program as Go's linker lays it out: an ELF header, program headers, and information in the writable segment. */
export function goProgram({
  lines,
  goVersion = 'go1.22.1',
  at = 81_920,
  size = 100_000,
  is64 = true,
  isLittle = true,
  pointers = false,
}: GoProgram): Buffer {
  const file = Buffer.alloc(size, 0xcc);
  elfHeader(file, is64, isLittle, [
    { flags: 5, from: 0, to: at - 4096 },
    { flags: 6, from: at - 4096, to: size },
  ]);
  const module = `${'<'.repeat(16)}${lines.map((line) => `${line}\n`).join('')}${'>'.repeat(16)}`;
  const info = Buffer.concat([
    Buffer.from('\xff Go buildinf:\x08', 'latin1'),
    Buffer.from([pointers ? 0 : 2]),
    Buffer.alloc(16),
    lengthOf(goVersion),
    Buffer.from(goVersion),
    lengthOf(module),
    Buffer.from(module),
  ]);
  info.copy(file, at);
  return file;
}

interface Segment {
  readonly flags: number;
  readonly from: number;
  readonly to: number;
}

/** elf(5). */
function elfHeader(file: Buffer, is64: boolean, isLittle: boolean, segments: readonly Segment[]): void {
  const write = (value: number, at: number, bytes: number) => {
    if (isLittle) file.writeUIntLE(value, at, Math.min(bytes, 6));
    else file.writeUIntBE(value, at + Math.max(0, bytes - 6), Math.min(bytes, 6));
  };
  const word = is64 ? 8 : 4;
  const header = is64 ? 64 : 52;
  const entry = is64 ? 56 : 32;
  file.fill(0, 0, header + entry * segments.length);
  file.write('\x7fELF', 'latin1');
  file[4] = is64 ? 2 : 1;
  file[5] = isLittle ? 1 : 2;
  write(header, is64 ? 32 : 28, word);
  write(entry, is64 ? 54 : 42, 2);
  write(segments.length, is64 ? 56 : 44, 2);
  segments.forEach(({ flags, from, to }, index) => {
    const at = header + entry * index;
    write(1, at, 4);
    write(flags, at + (is64 ? 4 : 24), 4);
    write(from, at + (is64 ? 8 : 4), word);
    write(to - from, at + (is64 ? 32 : 16), word);
  });
}

function lengthOf(text: string): Buffer {
  const bytes: number[] = [];
  let left = text.length;
  for (; left >= 0x80; left >>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}
