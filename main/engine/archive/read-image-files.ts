import type { ImageOutline } from '../../../shared/model/image-document.ts';
import type { Archive, ReadOptions } from './archive.ts';
import type { ArchiveFiles } from './archive-files.ts';
import { type Extent, extentHead } from './extent.ts';
import { type FoundImage, findImages } from './find-images.ts';
import type { LayerIndex } from './layer-index.ts';
import { readExtents } from './read-extents.ts';
import { readLayers } from './read-layers.ts';
import { selectImage } from './select-image.ts';
import { sniff, sniffLength } from './sniff.ts';

/**
 * Reads one image of an archive whose files can be read in any order: what it is made of first, then only the layers
 * that it has and that are not known.
 *
 * Throws `archive-damaged`, `archive-incomplete`, `layer-invalid`, `digest-mismatch`, `limit-exceeded`, `cancelled`,
 * what `selectImage` throws, and what the files throw.
 */
export async function readImageFiles(files: ArchiveFiles, options: ReadOptions): Promise<Archive> {
  const documents = {
    name: files.name,
    read: (path: string) => files.document(path),
    missing: (what: string) => files.missing(what),
  };
  const found = await findImages(documents, options.verify);
  if (!found) throw files.noManifest();
  const image = selectImage(found, options);
  const known = knownLayers(image, options.known);
  const all = await extentsOf(image, files);
  options.onImage?.(outline(image, all));

  const unknown = new Map<string, Extent>();
  const atHand = new Set(known.keys());
  for (const { diffId, path } of image.layers) {
    const extent = all.get(path);
    if (!extent || atHand.has(diffId)) continue;
    // Other paths may lead to the same layer.
    atHand.add(diffId);
    unknown.set(path, extent);
  }
  const blobs = await readExtents(files.name, unknown, options);
  const [read] = await readLayers(
    [image],
    { name: files.name, read: async (path) => blobs.get(path) },
    { verify: options.verify, known: (diffId) => known.get(diffId), preferKnown: true },
  );
  let bytesRead = 0;
  for (const { size } of unknown.values()) bytesRead += size;
  const layers = read!.layers.map((layer) => {
    const extent = known.has(layer.diffId) ? all.get(layer.path) : undefined;
    return extent ? { ...layer, compressedBytes: compressedSize(extent) } : layer;
  });
  return { images: [{ ...read!, layers }], warnings: read!.warnings, bytesRead };
}

/** Bytes of a blob, where it is compressed. */
function compressedSize(extent: Extent): number | undefined {
  const content = sniff(extentHead(extent, sniffLength));
  return content === 'gzip' || content === 'zstd' ? extent.size : undefined;
}

/** Each asked for once: a large index takes a moment to load. */
function knownLayers(image: FoundImage, known: ReadOptions['known']): ReadonlyMap<string, LayerIndex> {
  const indexes = new Map<string, LayerIndex>();
  for (const diffId of new Set(image.layers.map((layer) => layer.diffId))) {
    const index = known?.(diffId);
    if (index) indexes.set(diffId, index);
  }
  return indexes;
}

async function extentsOf(image: FoundImage, files: ArchiveFiles): Promise<ReadonlyMap<string, Extent>> {
  const extents = new Map<string, Extent>();
  for (const path of new Set(image.layers.map((layer) => layer.path))) {
    const extent = await files.extent(path);
    if (extent) extents.set(path, extent);
  }
  return extents;
}

function outline(image: FoundImage, extents: ReadonlyMap<string, Extent>): ImageOutline {
  return {
    names: [...image.names],
    platform: image.platform,
    layers: image.layers.map(({ diffId, createdBy, path }) => ({
      diffId,
      createdBy,
      blobBytes: extents.get(path)?.size,
    })),
  };
}
