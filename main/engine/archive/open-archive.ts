import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { Archive, ReadOptions } from './archive.ts';
import { notAnImage } from './not-an-image.ts';
import { readArchive } from './read-archive.ts';
import { readOciFolder } from './read-oci-folder.ts';

/** Large reads, and a multiple of a tar's block so that headers seldom straddle two. */
const readSize = 1024 * 1024;

/**
 * Reads an image archive, or one image of an OCI image layout, at a path of the host. Throws `archive-not-found`,
 * `archive-unreadable`, and what readArchive and readOciFolder throw.
 */
export async function openArchive(path: string, options: ReadOptions): Promise<Archive> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      await access(path, constants.R_OK | constants.X_OK);
      if (await isOciLayout(path)) return await readOciFolder(path, options);
      throw notAnImage(path, 'a folder that is no OCI image layout');
    }
    if (stats.isBlockDevice() || stats.isCharacterDevice()) throw notAnImage(path, 'a device');
    await using file = await open(path, 'r');
    const total = stats.isFile() ? stats.size : undefined;
    return await readArchive(file.createReadStream({ highWaterMark: readSize, autoClose: false }), {
      ...options,
      name: path,
      onProgress: (bytesRead) => options.onProgress?.(bytesRead, total),
    });
  } catch (error) {
    throw fileError(path, error);
  }
}

async function isOciLayout(folder: string): Promise<boolean> {
  const there = (name: string) =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    );
  return (await there('oci-layout')) || (await there('index.json'));
}

function fileError(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof LayerscopeError || syscall === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LayerscopeError(
      { code: 'archive-not-found', message: `There is no file ${path}`, hint: 'Check the path' },
      { cause: error },
    );
  }
  return new LayerscopeError(
    {
      code: 'archive-unreadable',
      message: `${path} cannot be read (${code})`,
      hint: 'Check who may read it, and that its disk is well',
    },
    { cause: error },
  );
}
