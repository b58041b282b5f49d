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
/** Characters of a name or a version. Real ones have at most a few hundred. */
const longestName = 1000;
/** Bytes; Linux opens none that are longer. */
const longestPath = 4096;

/** The records of a layer in the making. */
export class RecordText {
  length = 0;
  /** What stands before every relative directory of the current record: `/` where its paths begin at the root. */
  base: '' | '/' | '../' = '';
  #bytes = new Uint8Array(0);
  /** The newest directory without the base: what lies in it need not name it again. */
  #directoryStart = -1;
  #directoryEnd = -1;

  /** Another record begins: the directory of the one before does not hold. */
  begin(): void {
    this.base = '';
    this.#directoryStart = -1;
    this.#directoryEnd = -1;
  }

  /** Drops all from there on. */
  cut(length: number): void {
    this.length = length;
  }

  package({ name, version, development, architecture }: RecordedPackage): void {
    const fields = [name, version ?? '', development ? '1' : '', architecture ?? ''].map(oneLine);
    this.#text(RecordTag.Package, fields.join('\t').replace(/\t+$/, ''));
  }

  tree(path: string): void {
    this.#text(RecordTag.Tree, path);
  }

  /** The directory of what follows. False where it is none, for its length or a line's end in it, and is left out. */
  directory(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start > longestPath) return false;
    if (this.#isDirectory(bytes, start, end)) return true;
    if (!this.#line(RecordTag.Directory, bytes[start] === slash ? '' : this.base, bytes, start, end))
      return false;
    this.#directoryEnd = this.length - 1;
    this.#directoryStart = this.#directoryEnd - (end - start);
    return true;
  }

  file(bytes: Uint8Array, start: number, end: number): void {
    if (end > start) this.#line(RecordTag.File, '', bytes, start, end);
  }

  /** A file with its directory. */
  path(bytes: Uint8Array, start: number, end: number): void {
    let name = end;
    while (name > start && bytes[name - 1] !== slash) name -= 1;
    this.pathIn(bytes, start, name, end);
  }

  /** As `path`, where it is known that the name begins at `name`. */
  pathIn(bytes: Uint8Array, start: number, name: number, end: number): void {
    if (end > name && this.directory(bytes, start, name)) this.#line(RecordTag.File, '', bytes, name, end);
  }

  finish(): Uint8Array {
    return exact(this.#bytes, this.length);
  }

  /** From the end on, where directories differ most. */
  #isDirectory(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    const from = this.#directoryStart;
    if (from < 0 || this.#directoryEnd - from !== length) return false;
    const known = this.#bytes;
    for (let at = length - 1; at >= 0; at--) if (known[from + at] !== bytes[start + at]) return false;
    return true;
  }

  #text(tag: number, text: string): void {
    const bytes = Buffer.from(text);
    this.#line(tag, '', bytes, 0, bytes.length);
  }

  /** False for what has a line's end in it, which no manager writes down. */
  #line(tag: number, base: string, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.length + 1 + base.length;
    const to = from + end - start;
    if (to + 1 > limits.layerRecords) throw new RecordsFull();
    if (to + 1 > this.#bytes.length) {
      this.#bytes = grown(this.#bytes, Math.max(4096, to + 1, this.#bytes.length * 2));
    }
    const text = this.#bytes;
    for (let at = start, other = from; at < end; at++, other++) {
      const byte = bytes[at]!;
      if (byte === newLine) return false;
      text[other] = byte;
    }
    text[this.length] = tag;
    for (let at = 0; at < base.length; at++) text[this.length + 1 + at] = base.charCodeAt(at);
    text[to] = newLine;
    this.length = to + 1;
    return true;
  }
}

/** A name as one field of one line: control characters are replaced. */
function oneLine(text: string): string {
  return text.slice(0, longestName).replace(/[\u0000-\u001f\u007f]/g, '\ufffd');
}
