import { createHash, type Hash } from 'node:crypto';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { ContentHash } from './content-hash.ts';
import { createExpander, type Expander } from './expander.ts';
import { createLayerIndexer, type IndexedLayer, type LayerIndexer } from './index-layer.ts';
import type { LayerIndex } from './layer-index.ts';
import { limits } from './limits.ts';
import { describeContent, sniff, sniffLength } from './sniff.ts';
import type { TarSubject } from './tar-error.ts';

/** What a blob turned out to be. */
export type BlobContent =
  | { readonly kind: 'layer'; readonly layer: IndexedLayer; readonly compressed: boolean }
  /** A layer that is known by the digest it has here, so nothing else of it was looked at. */
  | { readonly kind: 'known-layer'; readonly index: LayerIndex; readonly compressed: boolean }
  | { readonly kind: 'document'; readonly bytes: Buffer }
  | { readonly kind: 'document-too-large' }
  /** It looked like a layer and could not be read as one: an error for whoever needs it. */
  | { readonly kind: 'invalid'; readonly error: LayerscopeError }
  | { readonly kind: 'other'; readonly description: string };

export interface Blob {
  readonly size: number;
  /** `sha256:…` of the blob as it is stored, when verifying. */
  readonly sha256: string | undefined;
  readonly content: BlobContent;
}

export interface BlobReaderOptions {
  /** What messages call it: a path or a digest. */
  readonly name: string;
  readonly verify: boolean;
  /** Hashes one plain layer at a time, so all readers of one archive share it. */
  readonly hash: ContentHash;
  /** Another for compressed layers, whose bytes arrive while plain ones are read: one at a time, too. */
  readonly createHash: () => Promise<ContentHash>;
  /** The index if this blob is a plain layer that is known. */
  readonly known?: LayerIndex;
}

/**
 * Reads one blob as it passes, and decides by its content what it is. `write` and `end` take bytes at once and never
 * wait; `flush` does the waiting for decompression and must be awaited before the next chunk of the source, so that
 * no more than one chunk is ever held.
 */
export class BlobReader {
  readonly #options: BlobReaderOptions;
  readonly #subject: TarSubject;
  readonly #digest: Hash | undefined;
  #size = 0;

  #head: Uint8Array = Buffer.alloc(0);
  #kind: 'undecided' | 'plain' | 'compressed' | 'document' | 'passing' = 'undecided';
  #content: BlobContent | undefined;
  #indexer: LayerIndexer | undefined;
  #expander: Expander | undefined;
  /** Compressed bytes, or a document's. */
  #pieces: Uint8Array[] = [];
  #ended = false;

  constructor(options: BlobReaderOptions) {
    this.#options = options;
    this.#digest = options.verify ? createHash('sha256') : undefined;
    this.#subject = { name: `Layer ${options.name}`, invalid: 'layer-invalid', truncated: 'layer-invalid' };
  }

  write(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#digest?.update(bytes);
    if (this.#kind === 'undecided') this.#decide(bytes);
    else this.#take(bytes);
  }

  end(): void {
    if (this.#kind === 'undecided') this.#begin(this.#head);
    this.#ended = true;
    if (this.#kind === 'plain' && !this.#content) this.#attempt(() => this.#endLayer(false));
    if (this.#kind === 'document' && !this.#content) {
      this.#content = { kind: 'document', bytes: Buffer.concat(this.#pieces) };
      this.#pieces = [];
    }
  }

  /** Resolves when what was written has been taken by the decompressor; after `end`, when all has been read. */
  async flush(): Promise<void> {
    if (this.#kind !== 'compressed') return;
    const pieces = this.#pieces;
    this.#pieces = [];
    if (this.#content) return;
    try {
      this.#expander ??= await this.#createExpander();
      for (const piece of pieces) await this.#expander.write(piece);
      if (!this.#ended) return;
      await this.#expander.end();
      this.#endLayer(true);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** After `end` and `flush`. */
  result(): Blob {
    const sha256 = this.#digest && `sha256:${this.#digest.digest('hex')}`;
    const content = this.#content!;
    // A plain layer is its own tar: it need not be digested twice.
    const digested =
      content.kind === 'layer' && !content.compressed
        ? { ...content, layer: { ...content.layer, sha256 } }
        : content;
    return { size: this.#size, sha256, content: digested };
  }

  destroy(): void {
    this.#expander?.destroy();
  }

  #decide(bytes: Uint8Array): void {
    if (this.#head.length === 0 && bytes.length >= sniffLength) {
      this.#begin(bytes);
      return;
    }
    this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#head.length >= sniffLength) this.#begin(this.#head);
  }

  #begin(head: Uint8Array): void {
    const { known } = this.#options;
    const content = sniff(head.subarray(0, sniffLength));
    switch (content) {
      case 'tar':
        if (known) {
          this.#kind = 'passing';
          this.#content = { kind: 'known-layer', index: known, compressed: false };
          return;
        }
        this.#kind = 'plain';
        this.#indexer = createLayerIndexer(this.#indexerOptions(false), this.#options.hash);
        break;
      case 'gzip':
      case 'zstd':
        this.#kind = 'compressed';
        break;
      case 'json':
        this.#kind = 'document';
        break;
      default:
        this.#kind = 'passing';
        this.#content = { kind: 'other', description: describeContent(head.subarray(0, sniffLength)) };
        return;
    }
    this.#head = head.subarray(0, sniffLength);
    this.#take(head);
  }

  #take(bytes: Uint8Array): void {
    if (this.#content) return;
    if (this.#kind === 'plain') {
      this.#attempt(() => this.#indexer!.write(bytes));
      return;
    }
    if (this.#kind === 'document' && this.#size > limits.json) {
      this.#content = { kind: 'document-too-large' };
      this.#pieces = [];
      return;
    }
    // What is flushed is done with; a document stays, and its bytes may be the sender's again.
    this.#pieces.push(this.#kind === 'document' ? Buffer.from(bytes) : bytes);
  }

  async #createExpander(): Promise<Expander> {
    const indexer = createLayerIndexer(
      this.#indexerOptions(this.#options.verify),
      await this.#options.createHash(),
    );
    this.#indexer = indexer;
    const compression = sniff(this.#head) === 'gzip' ? 'gzip' : 'zstd';
    return createExpander(compression, (chunk) => indexer.write(chunk), this.#subject);
  }

  #endLayer(compressed: boolean): void {
    this.#content = { kind: 'layer', layer: this.#indexer!.end(), compressed };
    this.#indexer = undefined;
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Not thrown here: what nobody needs may be as broken as it likes. */
  #fail(error: unknown): void {
    if (!(error instanceof LayerscopeError)) throw error;
    this.#content = { kind: 'invalid', error };
    this.#indexer = undefined;
    this.#expander?.destroy();
  }

  #indexerOptions(verify: boolean) {
    return { verify, name: this.#subject.name };
  }
}
