import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { type ArchiveFiles, readDocument } from './archive-files.ts';
import type { Extent } from './extent.ts';
import { notAnImage } from './not-an-image.ts';
import { incomplete } from './oci.ts';

/**
 * The files of an OCI image layout (OCI image-spec, image-layout.md) in a folder. Its links may lead anywhere: what
 * does not really lie in the folder is not there.
 */
export class OciFolder implements ArchiveFiles {
  readonly name: string;
  /** The folder with all links on the way to it resolved. */
  readonly #real: string;
  /** Open until the folder is closed: an extent names its file by number. */
  readonly #files: FileHandle[] = [];

  private constructor(folder: string, real: string) {
    this.name = folder;
    this.#real = real;
  }

  static async open(folder: string): Promise<OciFolder> {
    return new OciFolder(folder, await realpath(folder));
  }

  async extent(path: string): Promise<Extent | undefined> {
    const file = await this.#open(path);
    if (!file) return undefined;
    this.#files.push(file);
    return { fd: file.fd, offset: 0, size: (await file.stat()).size };
  }

  async document(path: string): Promise<Uint8Array | undefined> {
    // Docker's manifest names files by path; a folder is read by OCI's documents alone, which name digests.
    if (path === 'manifest.json') return undefined;
    await using file = await this.#open(path);
    if (!file) return undefined;
    return readDocument(this.name, path, { fd: file.fd, offset: 0, size: (await file.stat()).size });
  }

  missing(what: string): LayerscopeError {
    return incomplete(this.name, what);
  }

  noManifest(): LayerscopeError {
    return notAnImage(this.name, 'a folder without an index.json');
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }

  async #open(path: string): Promise<FileHandle | undefined> {
    try {
      const real = await realpath(join(this.name, path));
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
          message: `${path} of ${this.name} cannot be read (${code})`,
          hint: 'Check who may read it',
        },
        { cause: error },
      );
    }
  }
}
