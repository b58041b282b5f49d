import { constants } from 'node:fs';
import { access, type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { Archive, ReadOptions } from './archive.ts';
import { extentHead } from './extent.ts';
import { assertLimits } from './limits.ts';
import { notAnImage } from './not-an-image.ts';
import { OciFolder } from './oci-folder.ts';
import { readArchive } from './read-archive.ts';
import { readImageFiles } from './read-image-files.ts';
import { sniff, sniffLength } from './sniff.ts';
import { TarFile } from './tar-file.ts';

/** What a compressed archive, or one that is no file, is read by. */
const readSize = 256 * 1024;

/**
 * Opens one image of an archive, or of an OCI image layout, at a path of the host. Of a plain archive or a folder only
 * what the image needs is read, manifests first; anything else is read through once.
 *
 * Throws `archive-not-found`, `archive-unreadable`, `not-an-image`, `archive-truncated`, `archive-damaged`,
 * `archive-incomplete`, `layer-invalid`, `digest-mismatch`, `limit-exceeded`, `cancelled`, and what `selectImage` throws.
 */
export async function openArchive(path: string, options: ReadOptions): Promise<Archive> {
  assertLimits();
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return await openFolder(path, options);
    if (stats.isBlockDevice() || stats.isCharacterDevice()) throw notAnImage(path, 'a device');
    await using file = await open(path, 'r');
    const whole = stats.isFile() ? { fd: file.fd, offset: 0, size: stats.size } : undefined;
    if (whole && sniff(extentHead(whole, sniffLength)) === 'tar') {
      return await readImageFiles(await TarFile.open(path, whole, options.signal), options);
    }
    return await readStream(path, file, stats.isFile() ? stats.size : undefined, options);
  } catch (error) {
    throw fileError(path, error);
  }
}

async function openFolder(path: string, options: ReadOptions): Promise<Archive> {
  await access(path, constants.R_OK | constants.X_OK);
  if (!(await isOciLayout(path))) throw notAnImage(path, 'a folder that is no OCI image layout');
  const folder = await OciFolder.open(path);
  try {
    return await readImageFiles(folder, options);
  } finally {
    await folder.close();
  }
}

async function readStream(
  path: string,
  file: FileHandle,
  total: number | undefined,
  options: ReadOptions,
): Promise<Archive> {
  const stream = file.createReadStream({ highWaterMark: readSize, autoClose: false });
  return await readArchive(stream, {
    ...options,
    one: true,
    name: path,
    onProgress: (bytesRead) => options.onProgress?.(bytesRead, total),
  });
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
