import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { ArchiveImage, ArchiveLayer, ReadOptions } from './archive.ts';
import type { Blob } from './blob-reader.ts';
import { digestMismatch, type FoundImage, type FoundLayer } from './find-images.ts';
import { LayerBudget } from './layer-budget.ts';
import { digestOfPath } from './oci.ts';

/** The large files of an archive or OCI folder. */
export interface Blobs {
  /** What messages call the whole. */
  readonly name: string;
  /** Undefined where there is no such blob. */
  read(path: string): Promise<Blob | undefined>;
}

/** A layer wherever it was found: several images may have it. */
type ReadLayer = Omit<ArchiveLayer, 'path' | 'createdBy'>;

/** Puts layers to images; one that is missing is a warning. A layer that several share is read once. */
export async function readLayers(
  images: readonly FoundImage[],
  blobs: Blobs,
  options: ReadOptions & {
    /** Whether a known layer's blob is not to be asked for at all. */
    readonly preferKnown: boolean;
  },
): Promise<ArchiveImage[]> {
  // By diff_id: what is missing under one path, or from one image, may be there under another.
  const layers = new Map<string, ReadLayer>();
  for (const found of images.flatMap((image) => image.layers)) {
    if (layers.get(found.diffId)?.index) continue;
    layers.set(found.diffId, await readLayer(found, blobs, options));
  }
  return images.map((image) => {
    const own = image.layers.map(({ diffId, createdBy, path }) => ({
      ...layers.get(diffId)!,
      createdBy,
      path,
    }));
    const budget = new LayerBudget(blobs.name);
    for (const { index } of own) if (index) budget.add(index);
    return { ...image, layers: own, warnings: warningsOf(image, own) };
  });
}

async function readLayer(
  { diffId, path }: FoundLayer,
  blobs: Blobs,
  { known, preferKnown, verify }: Parameters<typeof readLayers>[2],
): Promise<ReadLayer> {
  const cached = preferKnown ? known?.(diffId) : undefined;
  const blob = cached ? undefined : await blobs.read(path);
  if (!blob) {
    const index = cached ?? known?.(diffId);
    return { diffId, index, verified: index !== undefined, tarBytes: index?.tarBytes };
  }
  const { content, sha256, size } = blob;
  const digest = digestOfPath(path);
  if (sha256 && digest && sha256 !== digest) {
    throw digestMismatch(`The blob of layer ${diffId} in ${blobs.name}`, digest, sha256);
  }
  switch (content.kind) {
    case 'layer': {
      const { index, sha256: actual } = content.layer;
      if (actual && actual !== diffId) throw layerMismatch(blobs.name, diffId, actual);
      return {
        diffId,
        index: { ...index, diffId },
        verified: verify,
        tarBytes: index.tarBytes,
        compressedBytes: content.compressed ? size : undefined,
      };
    }
    case 'known-layer':
      if (content.index.diffId !== diffId) throw layerMismatch(blobs.name, diffId, content.index.diffId);
      return {
        diffId,
        index: content.index,
        verified: true,
        tarBytes: content.index.tarBytes,
        compressedBytes: content.compressed ? size : undefined,
      };
    case 'invalid':
      throw content.error;
    default: {
      const what = content.kind === 'other' ? content.description : 'a JSON document';
      throw new LayerscopeError({
        code: 'layer-invalid',
        message: `Layer ${diffId} of ${blobs.name} is ${what}, not a tar`,
        hint: 'Save the image again with the tool that made it',
      });
    }
  }
}

function layerMismatch(archive: string, diffId: string, actual: string): LayerscopeError {
  return digestMismatch(`The uncompressed layer ${diffId} of ${archive}`, diffId, actual);
}

function warningsOf(image: FoundImage, layers: readonly ArchiveLayer[]): Warning[] {
  return layers.flatMap((layer): Warning[] => {
    if (!layer.index) {
      const name = image.names[0] ?? image.id;
      return [
        {
          code: 'layer-unavailable',
          message: `Layer ${layer.diffId} of ${name} is not available here`,
        },
      ];
    }
    return layer.index.warnings.map((warning) => ({
      code: 'layer-odd',
      message: `Layer ${layer.diffId}: ${warning}`,
    }));
  });
}
