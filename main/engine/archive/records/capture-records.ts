import { unsignedColumn } from '../columns.ts';
import { GrowingColumn } from '../growing-column.ts';
import type { LayerIndex } from '../layer-index.ts';
import { limits } from '../limits.ts';
import { quoted } from '../tar-error.ts';
import { reduceApk } from './apk-records.ts';
import { reduceComposer } from './composer-records.ts';
import { reduceDpkgList, reduceDpkgStatus, reduceDpkgSums } from './dpkg-records.ts';
import { reduceGem } from './gem-records.ts';
import { GoInfoSearch, reduceGo } from './go-build-info.ts';
import { javaHeadBytes, reduceJava } from './java-records.ts';
import { reduceNpm, reduceNpmLock } from './npm-records.ts';
import {
  reduceInstalledFiles,
  reducePythonMetadata,
  reducePythonRecord,
  reduceTopLevel,
} from './python-records.ts';
import { RecordKind, recordKindOf } from './record-kind.ts';
import { RecordsFull, RecordText } from './record-text.ts';
import { reduceRpm } from './rpm-records.ts';

/** The path tells apart what are two files of one kind. */
type Reducer = (bytes: Buffer, to: RecordText, path: string) => void;

const reducers: Readonly<Record<RecordKind, Reducer>> = {
  [RecordKind.DpkgStatus]: reduceDpkgStatus,
  [RecordKind.DpkgFiles]: (bytes, to, path) =>
    path.endsWith('.list') ? reduceDpkgList(bytes, to) : reduceDpkgSums(bytes, to),
  [RecordKind.Apk]: reduceApk,
  [RecordKind.Rpm]: reduceRpm,
  [RecordKind.Npm]: reduceNpm,
  [RecordKind.NpmLock]: (bytes, to, path) =>
    reduceNpmLock(bytes, path.endsWith('node_modules/.package-lock.json') ? '../' : '', to),
  [RecordKind.PythonMetadata]: reducePythonMetadata,
  [RecordKind.PythonFiles]: (bytes, to, path) => {
    if (path.endsWith('/RECORD')) reducePythonRecord(bytes, to);
    else if (path.endsWith('/top_level.txt')) reduceTopLevel(bytes, to);
    else reduceInstalledFiles(bytes, to);
  },
  [RecordKind.Composer]: reduceComposer,
  [RecordKind.Gem]: reduceGem,
  [RecordKind.Go]: reduceGo,
  [RecordKind.Java]: reduceJava,
};

/** Whose failing is said: there is one a system or project. Of other kinds tests of packages have broken ones. */
const lists: readonly RecordKind[] = [
  RecordKind.DpkgStatus,
  RecordKind.DpkgFiles,
  RecordKind.Apk,
  RecordKind.Rpm,
  RecordKind.NpmLock,
  RecordKind.Composer,
];

/** Smaller ones Go does not make. */
const leastProgram = 64 * 1024;
const elfMagic = 0x7f454c46;

/**
 * Gathers what files of a layer say about packages, while their bytes pass: each is reduced at once to names, versions
 * and paths, of which a package has a few dozen bytes.
 */
export class RecordCapture {
  /** Whether the bytes of the current file are looked at. */
  active = false;

  readonly #warn: (warning: string) => void;
  readonly #entries = new GrowingColumn(new Uint32Array(64));
  readonly #kinds = new GrowingColumn(new Uint8Array(64));
  readonly #ends = new GrowingColumn(new Uint32Array(64));
  readonly #text = new RecordText();

  #entry = 0;
  #kind: RecordKind = RecordKind.Go;
  /** A character a byte. */
  #path = '';
  /** Bytes that are looked at. */
  #size = 0;
  #position = 0;
  /** Of records that come in pieces. */
  #room = Buffer.alloc(0);
  #program = new GoInfoSearch();

  /** Bytes of records that may still be read. */
  #left = limits.layerRecordContent;
  #isFull = false;

  constructor(warn: (warning: string) => void) {
    this.#warn = warn;
  }

  /** The content of a file begins. Its path is pathBytes[start … end], which may be written over afterwards. */
  begin(entry: number, mode: number, size: number, pathBytes: Uint8Array, start: number, end: number): void {
    this.active = false;
    if (this.#isFull) return;
    const kind = recordKindOf(pathBytes, start, end);
    if (kind !== undefined) {
      const path = Buffer.from(pathBytes.buffer, pathBytes.byteOffset + start, end - start);
      this.#path = path.toString('latin1');
      // Of an archive only the beginning is read.
      this.#size = kind === RecordKind.Java ? Math.min(size, javaHeadBytes) : size;
      if (!this.#hasRoom()) return;
    } else {
      if ((mode & 0o111) === 0 || size < leastProgram) return;
      this.#size = size;
    }
    this.#kind = kind ?? RecordKind.Go;
    this.#entry = entry;
    this.#position = 0;
    this.active = true;
  }

  /** Part of the content; may be written over afterwards. */
  data(chunk: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, this.#size - this.#position);
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset + start, length);
    if (this.#kind === RecordKind.Go) this.#lookForGo(bytes);
    else if (length === this.#size) this.#reduce(bytes);
    else this.#gather(bytes);
    this.#position += length;
  }

  finish(): Pick<LayerIndex, 'recordEntry' | 'recordKind' | 'recordOffset' | 'records'> {
    const count = this.#entries.length;
    const recordEntry = unsignedColumn(count === 0 ? 0 : this.#entries.values[count - 1]!, count);
    recordEntry.set(this.#entries.finish());
    const recordOffset = unsignedColumn(this.#text.length, count + 1);
    recordOffset.set(this.#ends.finish(), 1);
    return { recordEntry, recordKind: this.#kinds.finish(), recordOffset, records: this.#text.finish() };
  }

  /** Whether the current record may be read; says where not. */
  #hasRoom(): boolean {
    if (this.#size > limits.record) {
      this.#leaveOut('is too large and is left out');
      return false;
    }
    this.#left -= this.#size;
    if (this.#left < 0) this.#becomeFull();
    return this.#left >= 0;
  }

  #lookForGo(bytes: Buffer): void {
    if (this.#position === 0) {
      if (bytes.length < 4 || bytes.readUInt32BE(0) !== elfMagic) {
        this.active = false;
        return;
      }
      this.#program = new GoInfoSearch();
    }
    this.#program.data(bytes);
    if (this.#position + bytes.length < this.#size) return;
    const info = this.#program.end();
    if (info) this.#reduce(info);
  }

  #gather(bytes: Buffer): void {
    if (this.#room.length < this.#size) this.#room = Buffer.allocUnsafeSlow(this.#size);
    bytes.copy(this.#room, this.#position);
    if (this.#position + bytes.length === this.#size) this.#reduce(this.#room.subarray(0, this.#size));
  }

  #reduce(bytes: Buffer): void {
    this.active = false;
    const text = this.#text;
    const before = text.length;
    text.begin();
    try {
      reducers[this.#kind](bytes, text, this.#path);
    } catch (error) {
      text.cut(before);
      if (error instanceof RecordsFull) {
        this.#becomeFull();
      } else if (lists.includes(this.#kind)) {
        this.#leaveOut('cannot be read and is left out');
      }
      return;
    }
    if (text.length === before) return;
    this.#entries.push(this.#entry);
    this.#kinds.push(this.#kind);
    this.#ends.push(text.length);
  }

  /** Said once: nothing after it is looked at. */
  #becomeFull(): void {
    this.#isFull = true;
    this.#leaveOut('and those after it are too much and left out');
  }

  #leaveOut(why: string): void {
    this.#warn(`the package list ${quoted(Buffer.from(this.#path, 'latin1'))} ${why}`);
  }
}
