import { createHash } from 'node:crypto';
import { configDocument, ImageConfig, OciManifest, parseDocument } from '../archive/oci.ts';
import type { TakeBlob } from './buildkit/content-service.ts';
import type { InspectedImage } from './images.ts';

/** Takes of an image that a build hands over what tells its layers, but no layer. */
export interface ExportedImage {
  readonly take: TakeBlob;
  /** When the build has ended: the digest that a layer travels under. Throws `archive-damaged`. */
  blobOf(diffId: string): string | undefined;
  /** When the build has ended. Throws `archive-damaged`. */
  read(): { readonly diffIds: readonly string[]; readonly config: InspectedImage['config'] };
}

/** Manifests and configs are some kilobytes. */
const mostBytes = 4 * 2 ** 20;

export function exportedImage(): ExportedImage {
  const blobs = new Map<string, Buffer>();
  return {
    async take({ digest, size, kind }) {
      if (kind === 'layer' || size > mostBytes) return 'known';
      const pieces: Buffer[] = [];
      return {
        // The bytes are the caller's again when this returns.
        write: async (bytes) => void pieces.push(Buffer.from(bytes)),
        end: async () => {
          const bytes = Buffer.concat(pieces);
          if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest) return;
          blobs.delete(digest);
          blobs.set(digest, bytes);
        },
        destroy: () => undefined,
      };
    },
    blobOf(diffId) {
      const { manifest, config } = documents(blobs);
      const at = config.rootfs?.diff_ids?.indexOf(diffId) ?? -1;
      return manifest.layers?.[at]?.digest;
    },
    read() {
      const { config } = documents(blobs);
      return { diffIds: config.rootfs?.diff_ids ?? [], config: configDocument(config) };
    },
  };
}

function documents(blobs: ReadonlyMap<string, Buffer>) {
  const none = Buffer.alloc(0);
  // The manifest comes last.
  const manifest = parseDocument(OciManifest, [...blobs.values()].at(-1) ?? none, 'The manifest of a build');
  const config = parseDocument(
    ImageConfig,
    blobs.get(manifest.config.digest) ?? none,
    'The config of a build',
  );
  return { manifest, config };
}
