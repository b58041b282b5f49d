import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ArchiveFile,
  type Compressor,
  compressed,
  dockerArchiveFiles,
  ociArchiveFiles,
  packFiles,
  type TestImage,
} from '../../archive/testing/build-archive.ts';

/** A form in which images are stored. */
export interface Container {
  readonly name: string;
  /** Whether it is a folder of the host rather than a tar. */
  readonly folder: boolean;
  files(images: readonly TestImage[], compress: Compressor): Promise<ArchiveFile[]>;
}

export const legacy: Container = {
  name: 'docker-archive',
  folder: false,
  files: (images, compress) => dockerArchiveFiles(images, { compress }),
};
export const layerSources: Container = {
  name: 'docker-archive with LayerSources',
  folder: false,
  files: (images, compress) => ociArchiveFiles(images, { compress }),
};
export const ociTar: Container = {
  name: 'OCI tar',
  folder: false,
  files: (images, compress) => ociArchiveFiles(images, { compress, dockerManifest: false }),
};
export const ociFolder: Container = { ...ociTar, name: 'OCI folder', folder: true };

export const containers = [legacy, layerSources, ociTar, ociFolder] as const;
export const tars = [legacy, layerSources, ociTar] as const;

/** A container, how its layers are compressed, and how it is as a whole. */
export interface Form {
  readonly name: string;
  readonly container: Container;
  readonly layers: Compressor;
  readonly whole: Compressor;
}

const compressors = ['none', 'gzip', 'zstd'] as const;

/** Tars are compressed with gzip as a rule; one with zstd is enough to see that it is read. */
const canBe = (whole: Compressor, container: Container) =>
  whole === 'gzip' ? !container.folder : container === ociTar;

/** Every container with each kind of layer, and tars compressed as a whole. */
export const forms: readonly Form[] = containers.flatMap((container) =>
  compressors.flatMap((layers) =>
    compressors
      .filter((whole) => whole === 'none' || (layers === 'none' && canBe(whole, container)))
      .map((whole) => ({
        name: `${container.name}, layers ${layers}, whole ${whole}`,
        container,
        layers,
        whole,
      })),
  ),
);

export interface Written {
  /** What to open. */
  readonly path: string;
  readonly files: readonly ArchiveFile[];
}

let count = 0;

/** Writes the files below `folder` in the container's form. */
export async function writeFiles(
  folder: string,
  container: Pick<Container, 'folder'>,
  files: readonly ArchiveFile[],
  whole: Compressor = 'none',
): Promise<string> {
  // Names that say nothing: what is inside is told by content.
  const path = join(folder, `${++count}.png`);
  if (!container.folder) {
    await writeFile(path, compressed(await packFiles(files), whole));
    return path;
  }
  for (const { path: name, content, link } of files) {
    const at = join(path, name);
    await mkdir(dirname(at), { recursive: true });
    if (link === undefined) await writeFile(at, content ?? '');
    else await symlink(link, at);
  }
  return path;
}

export async function writeForm(folder: string, form: Form, images: readonly TestImage[]): Promise<Written> {
  const files = await form.container.files(images, form.layers);
  return { path: await writeFiles(folder, form.container, files, form.whole), files };
}
