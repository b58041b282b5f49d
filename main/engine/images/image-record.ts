import { z } from 'zod';
import { ImageConfigDocument } from '../../../shared/model/image-document.ts';
import { BuildSettings } from '../../../shared/model/project.ts';

/**
 * What Layerscope keeps of an image besides its layers' indexes: enough to show it again without asking the engine
 * or reading its archive.
 */
export const ImageRecord = z.object({
  /** `sha256:…`: the engine's id of an image in an engine, else the digest of its config. */
  id: z.string(),
  name: z.string(),
  /** `linux/amd64` or `linux/arm64/v8`. */
  platform: z.string(),
  created: z.string().optional(),
  config: ImageConfigDocument,
  /** The SIZE column of `docker images`, bytes. */
  engineSize: z.number().optional(),
  /** Where its content can be read again; undefined of what came through a pipe. */
  source: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('engine') }),
      /** Absolute path of an archive or OCI folder. */
      z.object({ kind: z.literal('archive'), path: z.string() }),
      /** A build whose image was not stored: its layers are in BuildKit's cache. */
      z.object({
        kind: z.literal('build'),
        folder: z.string(),
        /** Path of the Dockerfile in the folder, and `Dockerfile.readFor`. */
        dockerfile: z.string(),
        readFor: z.string().optional(),
        /** Index of the stage that was built to. */
        stage: z.number().int(),
        settings: BuildSettings,
      }),
    ])
    .optional(),
  /** Bottom first. */
  layers: z.array(
    z.object({
      diffId: z.string(),
      /** Where its blob is in the archive. */
      path: z.string().optional(),
      createdBy: z.string().optional(),
      /** Bytes of the layer's tar, uncompressed and as it was stored compressed. */
      tarBytes: z.number().optional(),
      compressedBytes: z.number().optional(),
    }),
  ),
});
export type ImageRecord = z.infer<typeof ImageRecord>;
export type ImageSource = NonNullable<ImageRecord['source']>;
export type BuildSource = Extract<ImageSource, { kind: 'build' }>;
export type RecordedLayer = ImageRecord['layers'][number];
