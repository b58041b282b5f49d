import { gzipSync, zstdCompressSync } from 'node:zlib';
import { buildLayer, digestOf, type TestEntry } from './build-layer.ts';

export interface TestImage {
  readonly names?: readonly string[];
  /** Layers, bottom first: their entries, or a tar as it is. */
  readonly layers: readonly (readonly TestEntry[] | Buffer)[];
  /** Default `linux/amd64`. */
  readonly platform?: string;
  /** Put over the config that is made; `undefined` takes a field out. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export type Compressor = 'none' | 'gzip' | 'zstd';

/** A file of an archive; the order is the archive's. */
export interface ArchiveFile {
  readonly path: string;
  readonly content?: Buffer;
  /** Target of a symbolic link. */
  readonly link?: string;
}

interface BuiltImage {
  readonly names: readonly string[];
  readonly layers: readonly { readonly tar: Buffer; readonly diffId: string }[];
  readonly config: Buffer;
  readonly platform: string;
}

/** What `docker save` of engines up to 24 writes: `<id>/layer.tar`, a layer met again as a symbolic link to the first. */
export async function dockerArchiveFiles(
  images: readonly TestImage[],
  options: { readonly compress?: Compressor } = {},
): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  const stored = new Map<string, string>();
  const manifest: unknown[] = [];
  for (const [number, image] of images.entries()) {
    const built = await buildImage(image);
    const paths = built.layers.map(({ tar, diffId }, layer) => {
      const id = digestOf(Buffer.from(`${number} ${layer} ${diffId}`)).slice(7);
      const path = `${id}/layer.tar`;
      const first = stored.get(diffId);
      files.push({ path: `${id}/VERSION`, content: Buffer.from('1.0') });
      files.push({ path: `${id}/json`, content: json({ id }) });
      const content = compressed(tar, options.compress ?? 'none');
      files.push(first ? { path, link: `../${first}` } : { path, content });
      if (!first) stored.set(diffId, path);
      return path;
    });
    const Config = `${digestOf(built.config).slice(7)}.json`;
    files.push({ path: Config, content: built.config });
    manifest.push({ Config, RepoTags: built.names, Layers: paths });
  }
  files.push({ path: 'manifest.json', content: json(manifest) });
  files.push({ path: 'repositories', content: json({}) });
  return files;
}

/** What `docker save` of engines from 25 on writes: an OCI layout with Docker's manifest beside. */
export async function ociArchiveFiles(
  images: readonly TestImage[],
  options: { readonly compress?: Compressor; readonly dockerManifest?: boolean } = {},
): Promise<ArchiveFile[]> {
  const blobs = new Map<string, Buffer>();
  const add = (content: Buffer) => {
    const digest = digestOf(content);
    blobs.set(blobPath(digest), content);
    return { digest, size: content.length };
  };
  const manifests: unknown[] = [];
  const docker: unknown[] = [];
  for (const image of images) {
    const built = await buildImage(image);
    const layers = built.layers.map(({ tar }) => ({
      // A media type of something else: what a layer is gets told by its content.
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      ...add(compressed(tar, options.compress ?? 'none')),
    }));
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...add(built.config) };
    const manifest = add(json({ schemaVersion: 2, mediaType: manifestType, config, layers }));
    const [os, architecture, variant] = built.platform.split('/');
    const descriptor = { mediaType: manifestType, ...manifest, platform: { os, architecture, variant } };
    const names = built.names.length > 0 ? built.names : [undefined];
    for (const name of names) manifests.push({ ...descriptor, annotations: annotationsOf(name) });
    docker.push({
      Config: blobPath(config.digest),
      RepoTags: built.names,
      Layers: layers.map(({ digest }) => blobPath(digest)),
      LayerSources: Object.fromEntries(built.layers.map(({ diffId }, layer) => [diffId, layers[layer]])),
    });
  }
  const files: ArchiveFile[] = [...blobs].map(([path, content]) => ({ path, content }));
  files.push({ path: 'index.json', content: json({ schemaVersion: 2, manifests }) });
  if (options.dockerManifest ?? true) files.push({ path: 'manifest.json', content: json(docker) });
  files.push({ path: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) });
  return files;
}

/** The tar of these files. */
export async function packFiles(files: readonly ArchiveFile[]): Promise<Buffer> {
  return buildLayer(
    files.map(({ path, content, link }) =>
      link === undefined ? { path, type: 'file', content } : { path, type: 'symlink', target: link },
    ),
  );
}

export async function buildDockerArchive(images: readonly TestImage[]): Promise<Buffer> {
  return packFiles(await dockerArchiveFiles(images));
}

export async function buildOciArchive(
  images: readonly TestImage[],
  options: Parameters<typeof ociArchiveFiles>[1] = {},
): Promise<Buffer> {
  return packFiles(await ociArchiveFiles(images, options));
}

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
export const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

function annotationsOf(name: string | undefined): Record<string, string> | undefined {
  if (name === undefined) return undefined;
  return {
    'io.containerd.image.name': `docker.io/library/${name}`,
    'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
  };
}

async function buildImage({
  names = [],
  layers,
  platform = 'linux/amd64',
  config,
}: TestImage): Promise<BuiltImage> {
  const built = await Promise.all(
    layers.map(async (layer) => {
      const tar = Buffer.isBuffer(layer) ? layer : await buildLayer(layer as readonly TestEntry[]);
      return { tar, diffId: digestOf(tar) };
    }),
  );
  const [os, architecture, variant] = platform.split('/');
  const whole = {
    os,
    architecture,
    variant,
    created: '2024-01-02T03:04:05Z',
    config: { Cmd: ['/bin/sh'], Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: built.map(({ diffId }) => diffId) },
    history: built.map((_, number) => ({ created_by: `step ${number}` })),
    ...config,
  };
  return { names, layers: built, config: json(whole), platform };
}

export function compressed(tar: Buffer, how: Compressor): Buffer {
  if (how === 'gzip') return gzipSync(tar);
  return how === 'zstd' ? zstdCompressSync(tar) : tar;
}
