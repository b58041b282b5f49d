import type { LayerscopeError } from '../../../shared/api/errors.ts';
import { type ArchiveFiles, readDocument } from './archive-files.ts';
import { ArchiveMembers } from './archive-members.ts';
import { type Extent, readExtent } from './extent.ts';
import { incomplete } from './oci.ts';
import { pause } from './pause.ts';
import { invalidTar, type TarSubject, truncatedTar } from './tar-error.ts';
import { blockSize } from './tar-header.ts';
import { TarScanner } from './tar-scanner.ts';

/** Members of image archives are few and large: what is read beyond a header is mostly thrown away. */
const windowSize = 16 * 1024;
/** Headers between two looks at whether the work is still wanted. */
const headersAtOnce = 4096;

/** A plain tar on disk. Only its headers are read to know its members, so what they mean is known before any content. */
export class TarFile implements ArchiveFiles {
  readonly name: string;
  readonly #subject: TarSubject;
  readonly #file: Extent;
  readonly #members: ArchiveMembers<Extent>;
  #ended = false;

  private constructor(subject: TarSubject, file: Extent) {
    this.name = subject.name;
    this.#subject = subject;
    this.#file = file;
    this.#members = new ArchiveMembers(subject.name);
  }

  /** Throws `archive-damaged`, `archive-truncated`, `not-an-image`, `limit-exceeded`, and the signal's reason. */
  static async open(name: string, file: Extent, signal?: AbortSignal): Promise<TarFile> {
    const subject: TarSubject = { name, invalid: 'archive-damaged', truncated: 'archive-truncated' };
    const tar = new TarFile(subject, file);
    await tar.#locate(signal);
    return tar;
  }

  async extent(path: string): Promise<Extent | undefined> {
    const extent = this.#members.get(path);
    if (!extent && !this.#ended) throw this.#cutOff();
    return extent;
  }

  async document(path: string): Promise<Uint8Array | undefined> {
    const extent = this.#members.get(path);
    return extent && readDocument(this.name, path, extent);
  }

  missing(what: string): LayerscopeError {
    return this.#ended ? incomplete(this.name, what) : this.#cutOff();
  }

  noManifest(): LayerscopeError {
    return this.#ended ? this.#members.noManifest() : this.#cutOff();
  }

  #cutOff(): LayerscopeError {
    return truncatedTar(this.#subject, `after ${this.#file.size} bytes`);
  }

  /** Feeds the scanner block by block, past the content of every member. */
  async #locate(signal: AbortSignal | undefined): Promise<void> {
    const { fd, offset, size } = this.#file;
    const blocks = new Blocks(this.#file);
    let at = 0;
    const scanner = new TarScanner(
      {
        header: (header) => {
          if (header.holes > 0) {
            const path = header.pathBytes.subarray(header.pathStart, header.pathEnd);
            const shown = JSON.stringify(Buffer.from(path).toString());
            throw invalidTar(this.#subject, `${shown} is stored as a sparse file`);
          }
          const path = this.#members.begin(header);
          const start = at + blockSize;
          if (path !== undefined) this.#members.set(path, { fd, offset: offset + start, size: header.size });
        },
        data: () => {},
        hole: () => {},
        end: () => {},
      },
      this.#subject,
    );
    for (let count = 1; at < size && !scanner.ended; count += 1) {
      const block = blocks.at(at);
      scanner.write(block);
      at += block.length;
      const passed = Math.min(scanner.passable, size - at);
      scanner.pass(passed);
      at += passed;
      if (count % headersAtOnce === 0) await pause(signal);
    }
    scanner.end();
    this.#ended = scanner.ended;
  }
}

/** A file's blocks one by one; the last may be cut off. */
class Blocks {
  readonly #file: Extent;
  readonly #window = new Uint8Array(windowSize);
  #from = 0;
  #to = 0;

  constructor(file: Extent) {
    this.#file = file;
  }

  at(position: number): Uint8Array {
    if (position < this.#from || position + blockSize > this.#to) {
      this.#from = position;
      this.#to = position + readExtent(this.#file, position, this.#window);
    }
    const start = position - this.#from;
    return this.#window.subarray(start, Math.min(start + blockSize, this.#to - this.#from));
  }
}
