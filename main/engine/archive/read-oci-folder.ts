import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { abortable } from './abortable.ts';
import type { Archive, ReadOptions } from './archive.ts';
import { type Blob, BlobReader } from './blob-reader.ts';
import { createContentHash } from './content-hash.ts';
import { findImages } from './find-images.ts';
import { assertLimits, limits } from './limits.ts';
import { notAnImage } from './not-an-image.ts';
import { incomplete } from './oci.ts';
import { readLayers } from './read-layers.ts';
import { selectImage } from './select-image.ts';
import { limitExceeded } from './tar-error.ts';

const readSize = 1024 * 1024;

/**
 * Reads one image of an OCI image layout (OCI image-spec, image-layout.md). Only its own layers are read, and of those
 * only the ones that are not known.
 *
 * Throws `not-an-image`, `archive-unreadable`, `archive-damaged`, `archive-incomplete`, `layer-invalid`,
 * `digest-mismatch`, `limit-exceeded`, `cancelled`, and what `selectImage` throws.
 */
export async function readOciFolder(folder: string, options: ReadOptions): Promise<Archive> {
  assertLimits();
  const layout = await OciFolder.open(folder);
  const found = await findImages(
    {
      name: folder,
      read: (path) => layout.document(path),
      missing: (what) => incomplete(folder, what),
    },
    options.verify,
  );
  if (!found) throw notAnImage(folder, 'a folder without an index.json');
  const image = selectImage(found, options);

  let bytesRead = 0;
  const total = await layout.totalSize(
    image.layers.filter(({ diffId }) => !options.known?.(diffId)).map(({ path }) => path),
  );
  const hash = await createContentHash(options.hashSeed);

  async function readBlob(path: string): Promise<Blob | undefined> {
    await using file = await layout.file(path);
    if (!file) return undefined;
    const reader = new BlobReader({
      name: path,
      verify: options.verify,
      hash,
      createHash: () => createContentHash(options.hashSeed),
    });
    try {
      for await (const chunk of abortable(
        file.createReadStream({ highWaterMark: readSize }),
        options.signal,
      )) {
        reader.write(chunk);
        await reader.flush();
        bytesRead += chunk.length;
        options.onProgress?.(bytesRead, total);
      }
      reader.end();
      await reader.flush();
      return reader.result();
    } finally {
      reader.destroy();
    }
  }

  const images = await readLayers(
    [image],
    { name: folder, read: readBlob },
    { ...options, preferKnown: true },
  );
  return { images, warnings: images[0]!.warnings, bytesRead };
}

/** The files of a layout. Its links may lead anywhere: what does not really lie in the folder is not there. */
class OciFolder {
  readonly #folder: string;
  /** The folder with all links on the way to it resolved. */
  readonly #real: string;

  private constructor(folder: string, real: string) {
    this.#folder = folder;
    this.#real = real;
  }

  static async open(folder: string): Promise<OciFolder> {
    return new OciFolder(folder, await realpath(folder));
  }

  /** Undefined where there is none. */
  async document(path: string): Promise<Uint8Array | undefined> {
    // Docker's manifest names files by path; a folder is read by OCI's documents alone, which name digests.
    if (path === 'manifest.json') return undefined;
    await using file = await this.file(path);
    if (!file) return undefined;
    const { size } = await file.stat();
    if (size > limits.json) {
      throw limitExceeded({ name: this.#folder }, `has a ${path} of ${size} bytes`, 'json');
    }
    return file.readFile();
  }

  async totalSize(paths: readonly string[]): Promise<number> {
    let total = 0;
    for (const path of new Set(paths)) {
      await using file = await this.file(path);
      if (file) total += (await file.stat()).size;
    }
    return total;
  }

  async file(path: string) {
    try {
      const real = await realpath(join(this.#folder, path));
      if (!real.startsWith(this.#real + sep)) return undefined;
      // Not blocking: a FIFO would wait for a writer forever.
      const file = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      if ((await file.stat()).isFile()) return file;
      await file.close();
      return undefined;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new LayerscopeError(
        {
          code: 'archive-unreadable',
          message: `${path} of ${this.#folder} cannot be read (${code})`,
          hint: 'Check who may read it',
        },
        { cause: error },
      );
    }
  }
}
