import { z } from 'zod';
import { digestOfPath } from '../archive/oci.ts';
import type { BaseLayers, BaseLayersRequest } from '../docker/base-layers.ts';
import { canonicalReference } from '../docker/image-reference.ts';
import { parseStepName } from '../docker/locate-step.ts';
import type { ReadImage } from '../images/read-engine-images.ts';
import { createReceiving } from '../images/receive-image.ts';
import { prepareTarget, type TargetRequest } from './build-target.ts';
import type { LayerTransport } from './layer-transport.ts';
import type { TransportOptions } from './save-transport.ts';

const KeptBase = z.object({
  diffIds: z.array(z.string()),
  config: z.object({ env: z.array(z.string()), workingDir: z.string(), user: z.string() }),
});

/**
 * Layers straight from the build, and only those that are not known: for engines whose images are in containerd. Nothing is
 * stored or tagged in the engine. Builds throw ExporterMissing where it cannot.
 */
export function buildkitTransport({ docker, store, known, onProgress }: TransportOptions): LayerTransport {
  const receiving = createReceiving({ store, known, onProgress });
  const images = new Map<string, ReadImage>();
  /** What the builds stood on, as BuildKit resolved it: `docker.io/library/debian:bookworm@sha256:…`. */
  const resolved = new Set<string>();

  /** What a base's layers are kept under; undefined where BuildKit did not say which digest its name has. */
  function baseKey({ reference, platform }: BaseLayersRequest): string | undefined {
    const name = canonicalReference(reference);
    const pinned = [...resolved].find((each) => each === name || each.startsWith(`${name}@`));
    return pinned && `${platform ?? docker.status.platform} ${pinned}`;
  }

  const told = new Set<string>();
  /** With the bytes of its layers that travelled, but for those that were told of another image. */
  function counted(image: ReadImage): ReadImage {
    let bytesRead = 0;
    for (const { path } of image.record.layers) {
      const digest = digestOfPath(path ?? '') ?? '';
      if (!told.has(digest)) bytesRead += receiving.bytesOf(digest);
      told.add(digest);
    }
    return { ...image, bytesRead };
  }

  return {
    name: 'buildkit',

    async build(request) {
      const { build, index: contextIndex, tag } = await prepareTarget(request);
      const receiver = receiving.receiver(`The image of ${request.name}`);
      const { steps } = await docker.exportBuild({
        ...build,
        onEvent(event) {
          build.onEvent?.(event);
          // The exporter's own step begins when all that the target needs is built.
          if (event.type === 'step' && event.step.name.startsWith('exporting to ')) request.onSolved?.();
        },
        take: receiver.take,
      });
      for (const step of steps) {
        const base = resolvedBase(step);
        if (base) resolved.add(base);
      }
      const { id, platform, created, config, layers } = await receiver.image();
      images.set(tag, {
        record: {
          id,
          name: tag,
          platform,
          ...(created !== undefined && { created }),
          config,
          source: sourceOf(request),
          layers: layers.map(({ index: _, verified: __, ...layer }) => layer),
        },
        indexes: layers.map(({ index }) => index),
        trusted: true,
        bytesRead: 0,
      });
      return { tag, context: await contextIndex() };
    },

    images: async (tags) => ({
      images: new Map(tags.flatMap((tag) => (images.has(tag) ? [[tag, counted(images.get(tag)!)]] : []))),
      warnings: [],
    }),

    async baseLayers(request): Promise<BaseLayers> {
      const key = baseKey(request);
      const kept = key === undefined ? undefined : KeptBase.safeParse(store.bases.get(key)).data;
      if (kept) return { ...kept, triggers: 0 };
      const base = await docker.baseLayers({ ...request, stored: false });
      // What ONBUILD instructions come to hangs on more than the base.
      if (key !== undefined && base.triggers === 0) store.bases.put(key, KeptBase.parse(base));
      return base;
    },
  };
}

function resolvedBase(name: string): string | undefined {
  const step = parseStepName(name);
  return step?.keyword === 'FROM' ? /\S+@sha256:[0-9a-f]{64}/.exec(step.text)?.[0] : undefined;
}

function sourceOf({ folder, dockerfile, stage, settings }: TargetRequest) {
  const { path, readFor } = dockerfile;
  return { kind: 'build' as const, folder, dockerfile: path, readFor, stage, settings };
}
