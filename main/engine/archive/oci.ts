import { z } from 'zod';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { ImageConfigDocument } from '../../../shared/model/image-document.ts';
import { limits } from './limits.ts';
import { limitExceeded } from './tar-error.ts';

/**
 * The JSON of image archives: Docker's image spec v1.2 (`manifest.json` of docker save) and OCI's image-spec 1.1
 * (image-layout.md, image-index.md, manifest.md, config.md). Read with what is needed only; writers put null, or nothing,
 * where the specs want empty lists.
 */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no sha256 digest');

const Strings = z.array(z.string());
const Annotations = z.record(z.string(), z.string()).nullish();

const Platform = z.object({
  os: z.string().nullish(),
  architecture: z.string().nullish(),
  variant: z.string().nullish(),
});
export type Platform = z.infer<typeof Platform>;

const Descriptor = z.object({
  digest: Digest,
  mediaType: z.string().nullish(),
  artifactType: z.string().nullish(),
  platform: Platform.nullish(),
  annotations: Annotations,
});
export type Descriptor = z.infer<typeof Descriptor>;

export const DockerManifest = z.array(
  z.object({ Config: z.string(), RepoTags: Strings.nullish(), Layers: Strings.nullish() }),
);

export const OciManifest = z.object({
  artifactType: z.string().nullish(),
  config: Descriptor,
  layers: z.array(Descriptor).nullish(),
});

/** What a digest of an index leads to: another index, or a manifest. Told apart by content. */
export const IndexOrManifest = z.union([z.object({ manifests: z.array(Descriptor) }), OciManifest]);

export const OciIndex = z.object({ manifests: z.array(Descriptor).nullish() });

/** Before Docker 1.8 a command could be one string. */
const Command = z.union([Strings, z.string().transform((command) => [command])]).nullish();

export const ImageConfig = Platform.extend({
  created: z.string().nullish(),
  config: z
    .object({
      User: z.string().nullish(),
      Entrypoint: Command,
      Cmd: Command,
      Env: Strings.nullish(),
      WorkingDir: z.string().nullish(),
      Labels: Annotations,
    })
    .nullish(),
  rootfs: z.object({ diff_ids: z.array(Digest).nullish() }).nullish(),
  history: z
    .array(z.object({ created_by: z.string().nullish(), empty_layer: z.boolean().nullish() }))
    .nullish(),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

/** How the image runs; what it does not say is empty. */
export function configDocument({ config }: ImageConfig): ImageConfigDocument {
  return {
    user: config?.User ?? '',
    entrypoint: config?.Entrypoint ?? [],
    cmd: config?.Cmd ?? [],
    env: config?.Env ?? [],
    workingDir: config?.WorkingDir ?? '',
    labels: config?.Labels ?? {},
  };
}

/** Throws `archive-damaged` for what is no JSON or not of that form; `name` is what messages call the document. */
export function parseDocument<T extends z.ZodType>(schema: T, bytes: Uint8Array, name: string): z.output<T> {
  checkValues(bytes, name);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(`${name} is no valid JSON`, error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // Keys of the document are anybody's text.
  const where = JSON.stringify(issue!.path.join('.').slice(0, 200));
  throw damaged(`${name} is not what it should be: ${issue!.message} at ${where}`, parsed.error);
}

/** Parsed, a value takes a hundred times the bytes that it does in a document, and a complaint about it more. */
function checkValues(bytes: Uint8Array, name: string): void {
  let values = 0;
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values += 1;
  if (values > limits.jsonValues) throw limitExceeded({ name }, `has about ${values} values`, 'jsonValues');
}

export function damaged(message: string, cause?: unknown): LayerscopeError {
  return new LayerscopeError(
    { code: 'archive-damaged', message, hint: 'Save the image again with the tool that made it' },
    { cause },
  );
}

export function incomplete(archive: string, missing: string): LayerscopeError {
  return new LayerscopeError({
    code: 'archive-incomplete',
    message: `${archive} does not hold ${missing}`,
    hint: 'Save the image again, all of it',
  });
}

/** `linux/amd64`, `linux/arm64/v8`; what is not said is left out. */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

export const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

/** The digest that a blob's path names; undefined of any other path. */
export function digestOfPath(path: string): string | undefined {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
  return hex && `sha256:${hex}`;
}
