import { writeGzipArchive, writePlainArchive } from './image-archive.ts';
import type { Input } from './make-input.ts';
import { smallFileLayers } from './small-files.ts';
import { toolchainLayers, toolchainSizes } from './toolchain.ts';

/** The archives of the rows: some 2.6 GB together. */
export const archives = {
  plain: {
    name: 'plain',
    recipe: toolchainSizes,
    make: (path) => writePlainArchive(path, toolchainLayers()),
  },
  gzip: {
    name: 'gzip',
    recipe: toolchainSizes,
    make: (path) => writeGzipArchive(path, toolchainLayers()),
  },
  files200k: smallFiles('files-200k', { layers: 10, files: 20_000, bytes: 400 }),
  files1m: smallFiles('files-1m', { layers: 20, files: 50_000, bytes: 400 }),
} as const satisfies Record<string, Input>;

function smallFiles(name: string, recipe: Parameters<typeof smallFileLayers>[0]): Input {
  return { name, recipe, make: (path) => writePlainArchive(path, smallFileLayers(recipe)) };
}
