import { exact, grown } from '../columns.ts';
import { limits } from '../limits.ts';

/**
 * What a record says, as lines that begin with one of these: few bytes, and read in one go. Paths are relative to the
 * record's own directory, or absolute.
 */
export const RecordTag = {
  /** A package begins: name, version, `1` where it is for development only, architecture; between them tabs. */
  Package: 0x70, // p
  /** The directory of the files that follow. */
  Directory: 0x64, // d
  /** The name of a file of the package. */
  File: 0x66, // f
  /** A directory that belongs to the package with all below it. */
  Tree: 0x74, // t
} as const;

export interface RecordedPackage {
  readonly name: string;
  readonly version: string | undefined;
  readonly development?: boolean | undefined;
  readonly architecture?: string | undefined;
}

/** No more fits: `layerRecords`. */
export class RecordsFull extends Error {}

const newLine = 0x0a;
const slash = 0x2f;
const empty = Buffer.alloc(0);
/** Characters of a name or a version. Real ones have at most a few hundred. */
const longestName = 1000;

/** The records of a layer in the making. */
export class RecordText {
  length = 0;
  #bytes = new Uint8Array(0);
  /** Where the newest directory stands; what lies in it need not name it again. */
  #directoryStart = -1;
  #directoryEnd = -1;

  /** Another record begins here; a directory of the one before does not hold. */
  begin(): void {
    this.#directoryStart = -1;
    this.#directoryEnd = -1;
  }

  /** Drops all from there on. */
  cut(length: number): void {
    this.length = length;
    this.begin();
  }

  package({ name, version, development, architecture }: RecordedPackage): void {
    const fields = [name, version ?? '', development ? '1' : '', architecture ?? ''].map(oneLine);
    const line = Buffer.from(fields.join('\t').replace(/\t+$/, ''));
    this.#line(RecordTag.Package, empty, line, 0, line.length);
  }

  /** The directory of what follows, with `prefix` before it. False where it has a line's end in it and is left out. */
  directory(prefix: Buffer, bytes: Uint8Array, start: number, end: number): boolean {
    const length = prefix.length + end - start;
    if (this.#isDirectory(prefix, bytes, start, length)) return true;
    if (!this.#line(RecordTag.Directory, prefix, bytes, start, end)) return false;
    this.#directoryEnd = this.length - 1;
    this.#directoryStart = this.#directoryEnd - length;
    return true;
  }

  file(bytes: Uint8Array, start: number, end: number): void {
    if (end > start) this.#line(RecordTag.File, empty, bytes, start, end);
  }

  tree(path: string): void {
    const bytes = Buffer.from(path);
    this.#line(RecordTag.Tree, empty, bytes, 0, bytes.length);
  }

  /** A file with its directory. */
  path(prefix: Buffer, bytes: Uint8Array, start: number, end: number): void {
    let name = end;
    while (name > start && bytes[name - 1] !== slash) name -= 1;
    if (this.directory(prefix, bytes, start, name)) this.file(bytes, name, end);
  }

  finish(): Uint8Array {
    return exact(this.#bytes, this.length);
  }

  #isDirectory(prefix: Buffer, bytes: Uint8Array, start: number, length: number): boolean {
    const from = this.#directoryStart;
    if (from < 0 || this.#directoryEnd - from !== length) return false;
    const known = this.#bytes;
    for (let at = 0; at < prefix.length; at++) if (known[from + at] !== prefix[at]) return false;
    for (let at = prefix.length; at < length; at++) {
      if (known[from + at] !== bytes[start + at - prefix.length]) return false;
    }
    return true;
  }

  /** False for what has a line's end in it, which no manager writes down. */
  #line(tag: number, prefix: Buffer, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.length + 1 + prefix.length;
    const to = from + end - start;
    if (to + 1 > limits.layerRecords) throw new RecordsFull();
    if (to + 1 > this.#bytes.length) {
      this.#bytes = grown(this.#bytes, Math.max(4096, to + 1, this.#bytes.length * 2));
    }
    const text = this.#bytes;
    for (let at = start, other = from; at < end; at++, other++) {
      if (bytes[at] === newLine) return false;
      text[other] = bytes[at]!;
    }
    text[this.length] = tag;
    text.set(prefix, this.length + 1);
    text[to] = newLine;
    this.length = to + 1;
    return true;
  }
}

/** A name as one field of one line: control characters are replaced. */
function oneLine(text: string): string {
  return text.slice(0, longestName).replace(/[\u0000-\u001f\u007f]/g, '\ufffd');
}
