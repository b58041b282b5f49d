import type { LayerscopeError } from '../../../shared/api/errors.ts';
import { ArchiveMembers } from './archive-members.ts';
import { type Blob, BlobReader } from './blob-reader.ts';
import { type ContentHash, createContentHash, type HashSeed } from './content-hash.ts';
import { LayerBudget } from './layer-budget.ts';
import type { LayerIndex } from './layer-index.ts';
import { limits } from './limits.ts';
import { damaged, digestOfPath, incomplete } from './oci.ts';
import { invalidTar, limitExceeded, type TarSubject, truncatedTar } from './tar-error.ts';
import type { TarHeader } from './tar-header.ts';
import { TarScanner } from './tar-scanner.ts';

export interface ArchiveReaderOptions {
  readonly verify: boolean;
  readonly known?: (diffId: string) => LayerIndex | undefined;
  readonly hashSeed?: HashSeed;
}

/** The members of an image archive, read as its bytes pass; asked for by path once all have passed. */
export class ArchiveReader {
  readonly #subject: TarSubject;
  readonly #options: ArchiveReaderOptions;
  /** Of the plain layer that is passing; there is never more than one. */
  readonly #hash: ContentHash;
  /** Of the compressed layers, which are read behind: made once, as small ones may be many. */
  #compressedHash: Promise<ContentHash> | undefined;
  readonly #scanner: TarScanner;
  readonly #members: ArchiveMembers<Blob>;
  #path = '';
  #reader: BlobReader | undefined;
  /** Members that ended in the current chunk and may still be decompressing. */
  #ended: { readonly path: string; readonly reader: BlobReader }[] = [];
  #documentBytes = 0;
  readonly #budget: LayerBudget;

  private constructor(subject: TarSubject, options: ArchiveReaderOptions, hash: ContentHash) {
    this.#subject = subject;
    this.#options = options;
    this.#hash = hash;
    this.#members = new ArchiveMembers(subject.name);
    this.#budget = new LayerBudget(subject.name);
    this.#scanner = new TarScanner(
      {
        header: (header) => this.#begin(header),
        data: (chunk, start, end) => this.#reader?.write(chunk.subarray(start, end)),
        hole: () => {
          throw invalidTar(subject, `${JSON.stringify(this.#path)} is stored as a sparse file`);
        },
        end: () => this.#end(),
      },
      subject,
    );
  }

  static async create(subject: TarSubject, options: ArchiveReaderOptions): Promise<ArchiveReader> {
    return new ArchiveReader(subject, options, await createContentHash(options.hashSeed));
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#scanner.write(chunk);
    const ended = this.#ended;
    if (ended.length > 0) {
      this.#ended = [];
      for (const { path, reader } of ended) {
        await reader.flush();
        this.#keep(path, reader.result());
      }
    }
    await this.#reader?.flush();
  }

  async end(): Promise<void> {
    this.#scanner.end();
  }

  destroy(): void {
    this.#reader?.destroy();
    for (const { reader } of this.#ended) reader.destroy();
  }

  /** A small file of the archive; undefined where it has none of that path. */
  document(path: string): Uint8Array | undefined {
    const blob = this.blob(path);
    if (!blob) return undefined;
    switch (blob.content.kind) {
      case 'document':
        return blob.content.bytes;
      case 'document-too-large':
        throw limitExceeded(this.#subject, `has a ${JSON.stringify(path)} of ${blob.size} bytes`, 'json');
      case 'other':
        throw damaged(`${path} of ${this.#subject.name} is ${blob.content.description}, not a JSON document`);
      default:
        throw damaged(`${path} of ${this.#subject.name} is a layer, not a JSON document`);
    }
  }

  /** A member by its path, links followed; undefined where there is none. */
  blob(path: string): Blob | undefined {
    return this.#members.get(path);
  }

  /** The blob of a layer. Throws `archive-truncated` where it is not there because the end is not. */
  layer(path: string): Blob | undefined {
    const blob = this.blob(path);
    if (!blob && !this.#scanner.ended) throw this.#cutOff();
    return blob;
  }

  /** What it means that something is not there which should be. */
  missing(what: string): LayerscopeError {
    return this.#scanner.ended ? incomplete(this.#subject.name, what) : this.#cutOff();
  }

  /** Why there is no image, where there is neither `manifest.json` nor `index.json`. */
  noManifest(): LayerscopeError {
    if (!this.#scanner.ended) return this.#cutOff();
    return this.#members.noManifest();
  }

  #cutOff(): LayerscopeError {
    return truncatedTar(this.#subject, `after ${this.#scanner.position} bytes`);
  }

  #begin(header: TarHeader): void {
    this.#reader = undefined;
    const path = this.#members.begin(header);
    if (path === undefined) return;
    this.#path = path;
    const digest = digestOfPath(path);
    this.#reader = new BlobReader({
      name: path,
      verify: this.#options.verify,
      hash: this.#hash,
      // One blob is decompressed after the other.
      createHash: () => (this.#compressedHash ??= createContentHash(this.#options.hashSeed)),
      known: digest ? this.#options.known?.(digest) : undefined,
    });
  }

  #end(): void {
    if (!this.#reader) return;
    this.#reader.end();
    this.#ended.push({ path: this.#path, reader: this.#reader });
    this.#reader = undefined;
  }

  #keep(path: string, blob: Blob): void {
    this.#members.set(path, blob);
    if (blob.content.kind === 'layer') {
      this.#budget.add(blob.content.layer.index);
    }
    if (blob.content.kind === 'document') {
      this.#documentBytes += blob.size;
      if (this.#documentBytes > limits.allJson) this.#dropLargestDocument();
    }
  }

  /** Attestations may be large, and nobody needs them; manifests and configs are small. */
  #dropLargestDocument(): void {
    let largest: readonly [string, Blob] | undefined;
    for (const file of this.#members.files()) {
      const [, { content, size }] = file;
      if (content.kind === 'document' && size > (largest?.[1].size ?? -1)) largest = file;
    }
    const [path, blob] = largest!;
    this.#members.set(path, { ...blob, content: { kind: 'document-too-large' } });
    this.#documentBytes -= blob.size;
  }
}
